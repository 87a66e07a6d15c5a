package clean

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// kept is the part of a build tree that stays, with all that is in it. It is recognised by identity,
// whatever its name.
type kept struct {
	entries []fs.FileInfo
	above   []fs.FileInfo // the directories on the way to them
}

// findKept finds the entries that the absolute paths lead to, as far as they lie below d: where a
// path is a link, the link and its target. A path that does not exist is none; the error is that of
// a path below d that cannot be looked at.
func findKept(d *dir, paths []string) (kept, error) {
	var k kept
	for _, path := range paths {
		above, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err == nil {
			err = k.add(d.info, filepath.Join(above, filepath.Base(path)))
		}
		if err == nil {
			var target string
			if target, err = filepath.EvalSymlinks(path); err == nil {
				err = k.add(d.info, target)
			}
		}
		missing := errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
		if err != nil && !missing && fsutil.Inside(path, d.path("")) {
			return k, err
		}
	}
	return k, nil
}

// add adds the entry at a path without links, if it lies below the directory top.
func (k *kept) add(top fs.FileInfo, path string) error {
	var way []fs.FileInfo // from the entry up
	for {
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		if len(way) > 0 && os.SameFile(info, top) {
			k.entries, k.above = append(k.entries, way[0]), append(k.above, way[1:]...)
			return nil
		}
		if path == filepath.Dir(path) {
			return nil
		}
		way, path = append(way, info), filepath.Dir(path)
	}
}

// whole reports whether an entry stays as it is.
func (k *kept) whole(info fs.FileInfo) bool { return among(info, k.entries) }

// partly reports whether something below an entry stays.
func (k *kept) partly(info fs.FileInfo) bool { return among(info, k.above) }

func among(info fs.FileInfo, list []fs.FileInfo) bool {
	return slices.ContainsFunc(list, func(other fs.FileInfo) bool { return os.SameFile(info, other) })
}
