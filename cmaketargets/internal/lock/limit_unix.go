//go:build unix

package lock

import "syscall"

// noFollow keeps a link in a lock's place from being followed.
const noFollow = syscall.O_NOFOLLOW

// MaxHeld returns how many locks a process can well hold at once: a quarter of the files that it may
// open.
func MaxHeld() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return 16
	}
	return int(min(uint64(limit.Cur)/4, 1<<16))
}
