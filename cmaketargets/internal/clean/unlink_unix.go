//go:build unix && (!linux || portable)

// The tag lets the tests run it on Linux.

package clean

import (
	"os"

	"golang.org/x/sys/unix"
)

// unlink removes the entry of that name, and never a directory.
func (d *dir) unlink(name string) error { return d.unlinkat(name, 0) }

// rmdir removes the directory of that name if it is empty, and never anything but a directory.
func (d *dir) rmdir(name string) error { return d.unlinkat(name, unix.AT_REMOVEDIR) }

func (d *dir) unlinkat(name string, flags int) error {
	return d.with(func(file *os.File) error { return unix.Unlinkat(int(file.Fd()), name, flags) })
}
