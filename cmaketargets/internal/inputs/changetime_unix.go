//go:build unix

package inputs

import "golang.org/x/sys/unix"

// changeTime returns when a file's content, name or permissions were last changed, in nanoseconds
// since 1970, or 0 if that is unknown. Unlike the modification time it cannot be set.
func changeTime(path string) int64 {
	var s unix.Stat_t
	if unix.Stat(path, &s) != nil {
		return 0
	}
	return s.Ctim.Nano()
}
