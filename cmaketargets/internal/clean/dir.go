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

// dir is a directory that is held open. It opens its own entries only, never the target of a
// symbolic link: an os.Root follows links as long as they do not lead out of it, so each entry is
// looked at before, and compared afterwards.
type dir struct {
	root  *os.Root
	file  *os.File // the same directory, for the system calls that a Root lacks; nil while released
	info  fs.FileInfo
	mount mount
}

// mount is the file system of a directory and the mount through which it is seen.
type mount struct{ device, id uint64 }

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
	err := d.hold()
	if err == nil {
		d.info, err = d.file.Stat()
	}
	if err == nil && want != nil && !os.SameFile(d.info, want) {
		err = errReplaced
	}
	if err != nil {
		d.close()
		return nil, err
	}
	d.mount = mount{device(d.info), mountID(d.file)}
	return d, nil
}

// hold opens the file of d where it is released.
func (d *dir) hold() error {
	if d.file != nil {
		return nil
	}
	file, err := d.root.Open(".")
	if err != nil {
		return d.pathError("", err)
	}
	d.file = file
	return nil
}

// release closes the file of d, so that d holds one handle and not two.
func (d *dir) release() {
	if d.file != nil {
		_ = d.file.Close()
		d.file = nil
	}
}

// with calls f with the file of d, which is opened for that call where it is released. Goroutines
// that share a released directory may call it at once.
func (d *dir) with(f func(file *os.File) error) error {
	if d.file != nil {
		return f(d.file)
	}
	held := dir{root: d.root}
	if err := held.hold(); err != nil {
		return err
	}
	defer held.release()
	return f(held.file)
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
func (d *dir) entries() (names []string, err error) {
	err = d.with(func(file *os.File) (err error) {
		if _, err = file.Seek(0, 0); err == nil {
			names, err = file.Readdirnames(-1)
		}
		return err
	})
	if err != nil {
		return nil, d.pathError("", err)
	}
	return names, nil
}

func (d *dir) path(name string) string { return filepath.Join(d.root.Name(), name) }

func (d *dir) close() {
	d.release()
	_ = d.root.Close()
}

// pathError returns the cause of err as an error about the absolute path of an entry.
func (d *dir) pathError(name string, err error) error {
	return &fs.PathError{Op: "open", Path: d.path(name), Err: fsutil.Cause(err)}
}
