//go:build unix && !rooted

package remove

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// maxDepth bounds how many directories above each other are held open; what
// lies deeper is moved up before it is removed.
const maxDepth = 12

// Dir is a directory that is held open.
type Dir struct{ file *os.File }

// Open opens the directory at path, following links on the way to it.
func Open(path string) (*Dir, error) {
	fd, err := openat(unix.AT_FDCWD, path, unix.O_DIRECTORY)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return &Dir{os.NewFile(uintptr(fd), path)}, nil
}

// Open opens the directory of that name in d. Anything else, a symbolic link
// to a directory too, is an error.
func (d *Dir) Open(name string) (*Dir, error) {
	fd, err := openat(d.fd(), name, unix.O_DIRECTORY|unix.O_NOFOLLOW)
	if err != nil {
		return nil, d.err("open", name, err)
	}
	return &Dir{os.NewFile(uintptr(fd), d.path(name))}, nil
}

// OpenFile opens the regular file of that name in d for reading. Anything
// else is an error; none keeps the caller waiting, as a pipe would.
func (d *Dir) OpenFile(name string) (*os.File, error) {
	fd, err := openat(d.fd(), name, unix.O_NOFOLLOW|unix.O_NONBLOCK)
	if err != nil {
		return nil, d.err("open", name, err)
	}
	file := os.NewFile(uintptr(fd), d.path(name))
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = d.err("open", name, ErrNotRegular)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

func openat(at int, name string, flags int) (fd int, err error) {
	for {
		fd, err = unix.Openat(at, name, flags|unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if !errors.Is(err, unix.EINTR) {
			return fd, err
		}
	}
}

// Close closes the handle.
func (d *Dir) Close() error { return d.file.Close() }

// Path is the path by which d was opened.
func (d *Dir) Path() string { return d.file.Name() }

// Info describes d itself.
func (d *Dir) Info() (fs.FileInfo, error) { return d.file.Stat() }

// Names lists what is in d, in no order.
func (d *Dir) Names() ([]string, error) {
	if _, err := d.file.Seek(0, 0); err != nil {
		return nil, err
	}
	return d.file.Readdirnames(-1)
}

// Mkdir makes a directory in d.
func (d *Dir) Mkdir(name string) error {
	return d.err("mkdir", name, unix.Mkdirat(d.fd(), name, 0o777))
}

// Touch makes an empty file in d, where there is none, and describes it. What
// is there must be a regular file.
func (d *Dir) Touch(name string) (fs.FileInfo, error) {
	var file *os.File
	fd, err := unix.Openat(d.fd(), name, unix.O_CREAT|unix.O_EXCL|unix.O_WRONLY|unix.O_CLOEXEC, 0o666)
	switch {
	case err == nil:
		file = os.NewFile(uintptr(fd), d.path(name))
	case errors.Is(err, unix.EEXIST):
		if file, err = d.OpenFile(name); err != nil {
			return nil, err
		}
	default:
		return nil, d.err("make", name, err)
	}
	defer func() { _ = file.Close() }()
	return file.Stat()
}

// Rmdir removes the directory of that name in d if it is empty. It never
// removes anything but a directory.
func (d *Dir) Rmdir(name string) error {
	return d.err("remove", name, unix.Unlinkat(d.fd(), name, unix.AT_REMOVEDIR))
}

// entry is what removing has to know of a name.
type entry struct {
	dir bool
	// bytes are those of its blocks that are free once the name is gone: none
	// while another hard link holds them.
	bytes int64
	id    identity
}

// identity tells files apart.
type identity struct{ dev, ino uint64 }

func (d *Dir) look(name string) (entry, error) {
	var s unix.Stat_t
	if err := unix.Fstatat(d.fd(), name, &s, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return entry{}, err
	}
	e := entry{dir: s.Mode&unix.S_IFMT == unix.S_IFDIR, id: identity{uint64(s.Dev), uint64(s.Ino)}} //nolint:unconvert // Their types differ by system.
	if e.dir || s.Nlink <= 1 {
		e.bytes = s.Blocks * 512
	}
	return e, nil
}

func identityOf(info fs.FileInfo) identity {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return identity{}
	}
	return identity{uint64(s.Dev), uint64(s.Ino)} //nolint:unconvert // Likewise.
}

func (id identity) same(other identity) bool { return id == other }

func (d *Dir) unlink(name string) error { return unix.Unlinkat(d.fd(), name, 0) }

// unlock gives its owner every right to d.
func (d *Dir) unlock() error { return unix.Fchmod(d.fd(), 0o700) }

// unlockEntry does that for a directory in d that cannot even be opened.
func (d *Dir) unlockEntry(name string) error { return chmodEntry(d.fd(), name, 0o700) }

// moveTo moves the directory of that name to another one on the same file
// system.
func (d *Dir) moveTo(to *Dir, name, newName string) error {
	return unix.Renameat(d.fd(), name, to.fd(), newName)
}

// unmovable says that the file system does not move the directory: overlayfs
// none of its lower layers, such as those of a container's image.
func unmovable(err error) bool { return errors.Is(err, unix.EXDEV) }

// taken says that there is something else of a name.
func taken(err error) bool {
	return errors.Is(err, unix.EEXIST) || errors.Is(err, unix.ENOTEMPTY) || errors.Is(err, unix.ENOTDIR)
}

func notEmpty(err error) bool {
	return errors.Is(err, errNotEmpty) || errors.Is(err, unix.EEXIST)
}

func busy(err error) bool { return errors.Is(err, unix.EBUSY) }

func immutable(err error) bool { return errors.Is(err, unix.EPERM) }

// locked says that rights are missing that the owner of a directory can give.
func locked(err error) bool { return errors.Is(err, unix.EACCES) }

// foreign says that a file belongs to another user than us, and to which.
func (d *Dir) foreign(name string) (uid uint32, yes bool) {
	var s unix.Stat_t
	err := unix.Fstatat(d.fd(), name, &s, unix.AT_SYMLINK_NOFOLLOW)
	return s.Uid, err == nil && int(s.Uid) != os.Geteuid()
}

func (d *Dir) fd() int { return int(d.file.Fd()) }

// path is no filepath.Join, whose cost would be felt deep down.
func (d *Dir) path(name string) string { return d.file.Name() + "/" + name }

func (d *Dir) err(op, name string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: op, Path: d.path(name), Err: err}
}
