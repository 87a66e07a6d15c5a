//go:build unix && (!linux || portable)

// The tag lets the tests run it on Linux.

package proc

import (
	"syscall"
	"time"
)

// withMark does nothing here: there is no portable way to read another
// process's environment, nor to list a session. The process group is all that
// is looked after.
func withMark(env []string, _ string) []string { return env }

// living returns the groups that have not ended.
func (k kin) living() (groups []int) {
	for _, pid := range k.leaders {
		if syscall.Kill(-pid, 0) == nil {
			groups = append(groups, pid)
		}
	}
	return groups
}

func (k kin) swept(time.Time) bool { return true }
