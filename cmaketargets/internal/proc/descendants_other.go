//go:build unix && (!linux || portable)

// The tag portable lets the tests run this file on Linux.

package proc

import (
	"syscall"
	"time"
)

// guardSearch has the guard look at process groups only; see guard.sh.
const guardSearch = "groups"

// WithMark returns env. There is no portable way to read another process's environment or to list a
// session, so only process groups are watched.
func WithMark(env []string, _ string) []string { return env }

// living returns the groups that have not ended.
func (d descendants) living() (groups []int) {
	for _, pid := range d.leaders {
		if syscall.Kill(-pid, 0) == nil {
			groups = append(groups, pid)
		}
	}
	return groups
}

func (d descendants) sweep(time.Time) bool { return true }
