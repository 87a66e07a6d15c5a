//go:build !linux || portable

package clean

import "syscall"

// unlink removes the entry of that name.
func (d *dir) unlink(name string) error { return d.root.Remove(name) }

// rmdir removes the directory of that name if it is empty.
func (d *dir) rmdir(name string) error {
	if info, err := d.root.Lstat(name); err != nil || !info.IsDir() {
		return syscall.ENOTDIR
	}
	return d.root.Remove(name)
}
