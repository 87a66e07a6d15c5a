//go:build unix

package clean

import (
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// freedBy returns the bytes of the blocks that are free once an entry is gone: none while another
// hard link holds them.
func freedBy(info fs.FileInfo) int64 {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() && s.Nlink > 1 {
		return 0
	}
	return s.Blocks * 512
}

// foreign reports whether a file belongs to another user, and to which.
func foreign(info fs.FileInfo) (uid uint32, yes bool) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return s.Uid, int(s.Uid) != os.Geteuid()
}

func device(info fs.FileInfo) uint64 {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0
	}
	return uint64(s.Dev) //nolint:unconvert // Its type differs by system.
}

// removeEmpty removes the directory of that name if it is empty, and never anything but a directory.
func (d *dir) removeEmpty(name string) error {
	file, err := d.root.Open(".")
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return unix.Unlinkat(int(file.Fd()), name, unix.AT_REMOVEDIR)
}
