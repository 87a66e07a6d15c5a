package fsutil

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Exists reports whether path names something, links followed.
func Exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Inside reports whether path is dir or lies below it. Both are clean and absolute.
func Inside(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, dir+string(filepath.Separator))
}

// Within returns path relative to dir, and whether it lies in it.
func Within(path, dir string) (rel string, ok bool) {
	if dir == "" || !filepath.IsAbs(path) {
		return "", false
	}
	rel, err := filepath.Rel(dir, path)
	return rel, err == nil && filepath.IsLocal(rel)
}

// WalkDir is [filepath.WalkDir] for a directory, which may be a link to one. Links below it are not followed.
func WalkDir(dir string, visit fs.WalkDirFunc) error {
	return filepath.WalkDir(dir+string(filepath.Separator), func(path string, entry fs.DirEntry, err error) error {
		return visit(filepath.Clean(path), entry, err)
	})
}

// Absolute returns path relative to base as an absolute, clean path.
func Absolute(path, base string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(base, path)
}

// Cause returns a file system error without its operation and paths, for messages
// that name these already.
func Cause(err error) error {
	if file := (*fs.PathError)(nil); errors.As(err, &file) {
		return file.Err
	}
	if link := (*os.LinkError)(nil); errors.As(err, &link) {
		return link.Err
	}
	return err
}
