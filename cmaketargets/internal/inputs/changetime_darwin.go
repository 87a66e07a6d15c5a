package inputs

import "syscall"

// changeTime returns when a file's content, name or permissions were last changed, in nanoseconds
// since 1970, or 0 if that is unknown. Unlike the modification time it cannot be set.
func changeTime(path string) int64 {
	var s syscall.Stat_t
	if syscall.Stat(path, &s) != nil {
		return 0
	}
	return s.Ctimespec.Nano()
}
