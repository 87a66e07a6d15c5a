package clean

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

var (
	errNotRegular = errors.New("not a regular file")
	errReplaced   = errors.New("it was replaced meanwhile")
)

// notDirError is the cause of an error about an entry that is not a directory.
type notDirError struct{ kind string }

func (e *notDirError) Error() string { return "not a directory but " + e.kind }

// dir is a directory that is held open. What it opens are entries of its own, never the target of a
// symbolic link: an os.Root follows links as long as they do not lead out of it, so each entry is
// looked at before, and compared afterwards.
type dir struct {
	root *os.Root
	info fs.FileInfo
}

// openDir opens the directory at path, following links on the way to it.
func openDir(path string) (*dir, error) {
	root, err := os.OpenRoot(path)
	return newDir(root, nil, err)
}

// open opens the directory of that name in d.
func (d *dir) open(name string) (*dir, error) {
	info, err := d.root.Lstat(name)
	if err != nil {
		return nil, d.pathError("open", name, err)
	}
	if !info.IsDir() {
		return nil, d.pathError("open", name, &notDirError{kindOf(info)})
	}
	root, err := d.root.OpenRoot(name)
	opened, err := newDir(root, info, err)
	if err != nil {
		return nil, d.pathError("open", name, err)
	}
	return opened, nil
}

// newDir returns a directory that was just opened, unless it is another than was expected.
func newDir(root *os.Root, want fs.FileInfo, err error) (*dir, error) {
	if err != nil {
		return nil, err
	}
	info, err := root.Stat(".")
	if err == nil && want != nil && !os.SameFile(info, want) {
		err = errReplaced
	}
	if err != nil {
		_ = root.Close()
		return nil, err
	}
	return &dir{root, info}, nil
}

func kindOf(info fs.FileInfo) string {
	switch mode := info.Mode(); {
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode.IsRegular():
		return "a file"
	default:
		return "something special"
	}
}

// openFile opens the regular file of that name in d for reading.
func (d *dir) openFile(name string) (*os.File, error) {
	info, err := d.root.Lstat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		return nil, d.pathError("open", name, err)
	}
	file, err := d.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe in its place is not waited for
	if err != nil {
		return nil, d.pathError("open", name, err)
	}
	if opened, err := file.Stat(); err != nil || !os.SameFile(info, opened) {
		_ = file.Close()
		return nil, d.pathError("open", name, errors.Join(errReplaced, err))
	}
	return file, nil
}

// read returns the content of the regular file of that name in d.
func (d *dir) read(name string) ([]byte, error) {
	file, err := d.openFile(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(file)
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
	file, err := d.root.Open(".")
	if err != nil {
		return nil, d.pathError("open", "", err)
	}
	defer func() { _ = file.Close() }()
	return file.Readdirnames(-1)
}

// mountsBelow lists the paths below d at which something is mounted, where the system says so.
func (d *dir) mountsBelow() ([]string, error) {
	file, err := d.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return mountsBelow(file), nil
}

// mount returns the mount through which d is seen.
func (d *dir) mount() (mount, error) {
	file, err := d.root.Open(".")
	if err != nil {
		return mount{}, err
	}
	defer func() { _ = file.Close() }()
	return mountOf(file, d.info)
}

func (d *dir) path(name string) string { return filepath.Join(d.root.Name(), name) }

func (d *dir) close() { _ = d.root.Close() }

// pathError returns the cause of err as an error about the absolute path of an entry.
func (d *dir) pathError(op, name string, err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		err = path.Err
	}
	return &fs.PathError{Op: op, Path: d.path(name), Err: err}
}
