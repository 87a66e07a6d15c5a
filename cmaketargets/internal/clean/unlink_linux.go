//go:build !portable

package clean

import (
	"os"
	"syscall"
	"unsafe"
)

// unlink removes the entry of that name, and never a directory.
func (d *dir) unlink(name string) error { return d.unlinkat(name, 0) }

// rmdir removes the directory of that name if it is empty, and never anything but a directory.
func (d *dir) rmdir(name string) error {
	const removeDir = 0x200 // AT_REMOVEDIR
	return d.unlinkat(name, removeDir)
}

func (d *dir) unlinkat(name string, flags uintptr) error {
	path, err := syscall.BytePtrFromString(name)
	if err != nil {
		return err
	}
	return d.with(func(file *os.File) error {
		_, _, errno := syscall.Syscall(syscall.SYS_UNLINKAT, file.Fd(), uintptr(unsafe.Pointer(path)), flags)
		if errno != 0 {
			return errno
		}
		return nil
	})
}
