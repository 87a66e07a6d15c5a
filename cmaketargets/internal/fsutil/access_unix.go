//go:build unix

package fsutil

import (
	"os"
	"syscall"
)

// Writable returns the error with which the system would refuse to write to a file or directory, nil
// for none. It costs one system call.
func Writable(path string) error { return syscall.Access(path, 2) }

// Owner returns the user that a file belongs to, and whether that is another one than this process's.
func Owner(path string) (uid int, other bool) {
	info, err := os.Lstat(path)
	if err != nil {
		return -1, false
	}
	uid = int(info.Sys().(*syscall.Stat_t).Uid)
	return uid, uid != os.Geteuid()
}
