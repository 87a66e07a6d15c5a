package fsutil

import (
	"io/fs"
	"syscall"
)

// ChangeTime returns when a file's content, name or permissions were last changed, in nanoseconds
// since 1970, or 0 if that is unknown. Unlike the modification time it cannot be set.
func ChangeTime(info fs.FileInfo) int64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Ctim.Nano()
	}
	return 0
}
