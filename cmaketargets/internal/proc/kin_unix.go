//go:build unix

package proc

import (
	"slices"
	"syscall"
	"time"
)

// kin are all processes of some commands, wherever they went.
type kin struct {
	// leaders are the commands' own processes. Each leads a session and a
	// process group, both of its number.
	leaders []int
	// groups are further process groups of theirs.
	groups []int
	// marks are the commands' marks; see withMark.
	marks []string
}

// sweepLimit bounds the search for what outlived its process group.
const sweepLimit = time.Second

// terminate asks the groups to end. Make and Ninja pass it on to their jobs
// and remove what is half written.
func (k kin) terminate() {
	k.signal(syscall.SIGTERM)
	// A stopped process sees no signal before it is continued.
	k.signal(syscall.SIGCONT)
}

// kill ends whoever is left: the groups, which the kernel does at one stroke
// however fast they fork, then those who moved to another group or session.
func (k kin) kill() {
	k.signal(syscall.SIGKILL)
	for end := time.Now().Add(sweepLimit); !k.swept(end) && time.Now().Before(end); {
	}
}

// empty says whether all who were asked to end have done so.
func (k kin) empty() bool { return len(k.living()) == 0 }

func (k kin) signal(s syscall.Signal) {
	for _, pid := range slices.Concat(k.leaders, k.groups) {
		_ = syscall.Kill(-pid, s)
	}
}
