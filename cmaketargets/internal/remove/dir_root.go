//go:build windows || rooted

// The tag lets the tests run it on Linux.

package remove

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// maxDepth is no bound: handles are plenty, and relative paths have none.
const maxDepth = 1 << 30

// Dir is a directory that is held open.
type Dir struct{ root *os.Root }

// Open opens the directory at path, following links on the way to it.
func Open(path string) (*Dir, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &Dir{root}, nil
}

// Open opens the directory of that name in d. Anything else, a symbolic link
// or a junction to a directory too, is an error.
func (d *Dir) Open(name string) (*Dir, error) {
	info, err := d.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: filepath.Join(d.Path(), name), Err: errors.New("not a directory")}
	}
	root, err := d.root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	if opened, err := root.Stat("."); err != nil || !os.SameFile(info, opened) {
		_ = root.Close()
		return nil, &fs.PathError{Op: "open", Path: filepath.Join(d.Path(), name), Err: errors.New("it was replaced meanwhile")}
	}
	return &Dir{root}, nil
}

// OpenFile opens the regular file of that name in d for reading. Anything
// else is an error.
func (d *Dir) OpenFile(name string) (*os.File, error) {
	info, err := d.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: filepath.Join(d.Path(), name), Err: ErrNotRegular}
	}
	return d.root.Open(name)
}

// Close closes the handle.
func (d *Dir) Close() error { return d.root.Close() }

// Path is the path by which d was opened.
func (d *Dir) Path() string { return d.root.Name() }

// Info describes d itself.
func (d *Dir) Info() (fs.FileInfo, error) { return d.root.Stat(".") }

// Names lists what is in d, in no order.
func (d *Dir) Names() ([]string, error) {
	file, err := d.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return file.Readdirnames(-1)
}

// Mkdir makes a directory in d.
func (d *Dir) Mkdir(name string) error { return d.root.Mkdir(name, 0o777) }

// Touch makes an empty file in d, where there is none, and describes it. What
// is there must be a regular file.
func (d *Dir) Touch(name string) (fs.FileInfo, error) {
	file, err := d.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if errors.Is(err, fs.ErrExist) {
		file, err = d.OpenFile(name)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return file.Stat()
}

// Rmdir removes the directory of that name in d if it is empty. It never
// removes anything but a directory.
func (d *Dir) Rmdir(name string) error {
	if info, err := d.root.Lstat(name); err != nil || !info.IsDir() {
		return &fs.PathError{Op: "remove", Path: filepath.Join(d.Path(), name), Err: errors.Join(err, errors.New("not a directory"))}
	}
	return d.root.Remove(name)
}

// entry is what removing has to know of a name. Bytes are those in the file.
type entry struct {
	dir   bool
	bytes int64
	id    identity
}

// identity tells files apart. Windows has one only for files that are open.
type identity struct{ info fs.FileInfo }

func (id identity) same(other identity) bool { return os.SameFile(id.info, other.info) }

func identityOf(info fs.FileInfo) identity { return identity{info} }

func (d *Dir) look(name string) (entry, error) {
	info, err := d.root.Lstat(name)
	if err != nil {
		return entry{}, err
	}
	e := entry{dir: info.IsDir(), id: identity{info}}
	if info.Mode().IsRegular() {
		e.bytes = info.Size()
	}
	return e, nil
}

// place is where a directory lies; what is mounted in a directory counts as
// a link here, which is never followed.
type place struct{}

func (d *Dir) place() (place, error) { return place{}, nil }

// Mounts lists the paths below d at which something is mounted: none, for
// those are links.
func (d *Dir) Mounts() []string { return nil }

func (d *Dir) unlink(name string) error {
	if info, err := d.root.Lstat(name); err == nil && info.IsDir() { // Remove would remove an empty one.
		return &fs.PathError{Op: "remove", Path: filepath.Join(d.Path(), name), Err: errors.New("is a directory")}
	}
	err := d.root.Remove(name)
	if errors.Is(err, fs.ErrPermission) && d.root.Chmod(name, 0o600) == nil { // The read-only attribute.
		err = d.root.Remove(name)
	}
	return err
}

func (d *Dir) unlock() error { return nil }

func (d *Dir) unlockEntry(string) error { return nil }

func (d *Dir) moveTo(*Dir, string, string) error { return errors.ErrUnsupported }

func unmovable(error) bool { return false }

func taken(error) bool { return false }

func notEmpty(err error) bool { return errors.Is(err, errNotEmpty) }

func busy(error) bool { return false }

func immutable(error) bool { return false }

func locked(error) bool { return false }

func (d *Dir) foreign(string) (uint32, bool) { return 0, false }
