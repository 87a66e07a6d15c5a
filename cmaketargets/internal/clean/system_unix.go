//go:build unix

package clean

import (
	"io/fs"
	"os"
	"syscall"
)

// freedBy returns the bytes of the blocks that are free once an entry is gone: none while another
// hard link holds them.
func freedBy(info fs.FileInfo) int64 {
	s := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() && s.Nlink > 1 {
		return 0
	}
	return s.Blocks * 512
}

// foreign reports whether a file belongs to another user, and to which.
func foreign(info fs.FileInfo) (uid uint32, yes bool) {
	uid = info.Sys().(*syscall.Stat_t).Uid
	return uid, int(uid) != os.Geteuid()
}

// device returns the file system of a file.
func device(info fs.FileInfo) uint64 {
	return uint64(info.Sys().(*syscall.Stat_t).Dev) //nolint:unconvert // Its type differs by system.
}
