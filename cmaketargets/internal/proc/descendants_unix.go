//go:build unix

package proc

import (
	"slices"
	"syscall"
	"time"
)

// descendants are all processes of a command.
type descendants struct {
	// leaders are the numbers of processes that lead a session and a process group.
	leaders []int
	// groups are further process groups.
	groups []int
	// marks are the marks in the processes' environments; see WithMark.
	marks []string
}

// sweepLimit bounds the search for processes that outlived their group.
const sweepLimit = time.Second

// terminate sends SIGTERM to the groups. Make and Ninja pass it on to their jobs and remove
// half-written files.
func (d descendants) terminate() {
	d.signal(syscall.SIGTERM)
	// A stopped process gets no signal before it is continued.
	d.signal(syscall.SIGCONT)
}

// kill ends all processes: first the groups, which the kernel does at one stroke however fast they
// fork, then those that moved to another group or session.
func (d descendants) kill() {
	d.signal(syscall.SIGKILL)
	for end := time.Now().Add(sweepLimit); !d.sweep(end) && time.Now().Before(end); {
	}
}

// empty reports whether all processes that got SIGTERM have ended.
func (d descendants) empty() bool { return len(d.living()) == 0 }

func (d descendants) signal(s syscall.Signal) {
	for _, pid := range slices.Concat(d.leaders, d.groups) {
		_ = syscall.Kill(-pid, s)
	}
}
