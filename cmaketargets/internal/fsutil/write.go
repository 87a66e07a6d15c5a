package fsutil

import (
	"bufio"
	"cmp"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// WriteFile replaces the file at path by data, as a whole or not at all, and makes
// the directories above it.
func WriteFile(path string, data []byte) error {
	return WriteTo(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// WriteTo replaces the file at path by the output of write, as a whole or not at all,
// and makes the directories above it. A process that is killed meanwhile leaves a
// hidden file beside it, see RemoveTemporary and RemoveHidden. The file has the permissions
// that the umask gives, unlike those of os.CreateTemp.
func WriteTo(path string, write func(io.Writer) error) error {
	return writeVia(filepath.Dir(path), path, false, write)
}

// WriteVia is WriteFile with the temporary file in dir, which has to be on the same file system. The
// data is on the disk before the file has its name.
func WriteVia(dir, path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return writeVia(dir, path, true, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

func writeVia(dir, path string, sync bool, write func(io.Writer) error) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	temporary := filepath.Join(dir, temporaryPrefix(path)+rand.Text())
	file, err := os.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	err = cmp.Or(write(out), out.Flush()) // The first failure causes the others.
	if err == nil && sync {
		_ = file.Sync()
	}
	err = cmp.Or(err, file.Close())
	if err == nil {
		err = rename(temporary, path)
	}
	if err != nil {
		_ = file.Close()
		_ = os.Remove(temporary)
	}
	return err
}

// temporaryPrefix returns the prefix of the names of temporary files for path.
func temporaryPrefix(path string) string { return "." + filepath.Base(path) + "." }

// RemoveTemporary removes the temporary files for path that killed processes left. No process may be
// writing one.
func RemoveTemporary(path string) {
	entries, _ := os.ReadDir(filepath.Dir(path))
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), temporaryPrefix(path)) {
			_ = os.Remove(filepath.Join(filepath.Dir(path), entry.Name()))
		}
	}
}

func rename(from, to string) error {
	err := os.Rename(from, to)
	if info, statErr := os.Lstat(to); err != nil && statErr == nil && info.IsDir() {
		return &os.PathError{Op: "write", Path: to, Err: errors.New("it is a directory")}
	}
	return err
}

// RemoveHidden removes the files in dir whose names begin with a dot: where nothing else has such a
// name, those that killed processes left. No process may be writing one.
func RemoveHidden(dir *os.Root) {
	entries, _ := fs.ReadDir(dir.FS(), ".")
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") && entry.Type().IsRegular() {
			_ = dir.Remove(entry.Name())
		}
	}
}

// ReplaceIn replaces the file name in dir by data, as a whole or not at all. Only one
// process at a time may do so: the temporary file, hidden too, has a fixed name.
func ReplaceIn(dir *os.Root, name string, data []byte) error {
	temporary := temporaryPrefix(name) + "new"
	_ = dir.Remove(temporary) // left by a killed process
	file, err := dir.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Close()); err == nil {
		err = dir.Rename(temporary, name)
	}
	if err != nil {
		_ = dir.Remove(temporary)
	}
	return err
}
