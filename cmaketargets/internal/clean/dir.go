package clean

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

var (
	errNotRegular = errors.New("not a regular file")
	errReplaced   = errors.New("it was replaced meanwhile")
)

// dir is a directory that is held open. What it opens are entries of its own, never the target of a
// symbolic link: an os.Root follows links as long as they do not lead out of it, so each entry is
// looked at before, and compared afterwards.
type dir struct {
	root *os.Root
	file *os.File // the same directory, for the system calls that a Root lacks
	info fs.FileInfo
}

// openDir opens the directory at path, following links on the way to it.
func openDir(path string) (*dir, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return newDir(root, nil)
}

// open opens the directory of that name in d.
func (d *dir) open(name string) (*dir, error) {
	info, err := d.root.Lstat(name)
	if err == nil && !info.IsDir() {
		err = syscall.ENOTDIR
	}
	if err != nil {
		return nil, d.pathError(name, err)
	}
	return d.openSame(name, info)
}

// openSame opens the directory at a path below d if it still is the one that info describes.
func (d *dir) openSame(path string, info fs.FileInfo) (*dir, error) {
	// OpenRoot alone would wait for a pipe. It opens all but the last part of a path as directories.
	root, err := d.root.OpenRoot(path + "/.")
	if err != nil {
		return nil, d.pathError(path, err)
	}
	opened, err := newDir(root, info)
	if err != nil {
		return nil, d.pathError(path, err)
	}
	return opened, nil
}

// newDir returns the directory of root, unless it is another than the one that want describes.
func newDir(root *os.Root, want fs.FileInfo) (*dir, error) {
	d := &dir{root: root}
	var err error
	if d.file, err = root.Open("."); err == nil {
		d.info, err = d.file.Stat()
	}
	if err == nil && want != nil && !os.SameFile(d.info, want) {
		err = errReplaced
	}
	if err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// openFile opens the regular file of that name in d for reading.
func (d *dir) openFile(name string) (*os.File, error) {
	info, err := d.root.Lstat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		return nil, d.pathError(name, err)
	}
	file, err := d.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe in its place is not waited for
	if err != nil {
		return nil, d.pathError(name, err)
	}
	if opened, err := file.Stat(); err != nil || !os.SameFile(info, opened) {
		_ = file.Close()
		return nil, d.pathError(name, errors.Join(errReplaced, err))
	}
	return file, nil
}

// touch makes an empty file in d where there is none, and describes it. An entry that is there must
// be a regular file.
func (d *dir) touch(name string) (fs.FileInfo, error) {
	file, err := d.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if errors.Is(err, fs.ErrExist) {
		file, err = d.openFile(name)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return file.Stat()
}

// entries lists the names in d, in no order.
func (d *dir) entries() ([]string, error) {
	if _, err := d.file.Seek(0, 0); err != nil {
		return nil, err
	}
	return d.file.Readdirnames(-1)
}

func (d *dir) path(name string) string { return filepath.Join(d.root.Name(), name) }

func (d *dir) close() {
	_ = d.file.Close()
	_ = d.root.Close()
}

// pathError returns the cause of err as an error about the absolute path of an entry.
func (d *dir) pathError(name string, err error) error {
	return &fs.PathError{Op: "open", Path: d.path(name), Err: fsutil.Cause(err)}
}
