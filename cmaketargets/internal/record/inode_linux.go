package record

import "syscall"

// inodeTime is when a file's content, name or rights were last changed, in
// nanoseconds since 1970, 0 where that is not known. Unlike the time of its
// content nobody sets it.
func inodeTime(path string) int64 {
	var s syscall.Stat_t
	if syscall.Stat(path, &s) != nil {
		return 0
	}
	return s.Ctim.Nano()
}
