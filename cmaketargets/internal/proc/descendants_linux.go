//go:build !portable

package proc

import (
	"slices"
	"syscall"
	"time"
)

// guardSearch has the guard search /proc; see guard.sh.
const guardSearch = "proc"

// living returns the process groups in the leaders' sessions that have not ended. Daemons do not
// count, because they got no SIGTERM, nor do zombies: a container's first process often reaps nobody.
func (d descendants) living() (groups []int) {
	eachProcess(func(p process) {
		if group := p.group(); slices.Contains(d.leaders, p.session()) && group > 1 && !slices.Contains(groups, group) {
			groups = append(groups, group)
		}
	})
	return groups
}

// sweep kills the processes that it finds, and reports whether there were none.
//
// A list of processes misses those that are forked while it is read, and a process that forks and
// exits, over and over, can always be ahead of it. But the kernel assigns ascending numbers and shows
// the last one. So after the list the numbers assigned meanwhile are visited, again and again, until
// all visited processes are unrelated and alive: none of these can have had an unseen child.
func (d descendants) sweep(end time.Time) bool {
	none := true
	unreadable := map[int]int{} // how often each number was visited
	last := lastPID()
	next := allPIDs()
	for certain := false; !certain && time.Now().Before(end); {
		certain = true
		var again []int
		for _, pid := range next {
			p := readProcess(pid)
			switch {
			case !p.lives():
				certain = false
			case d.include(p):
				_ = syscall.Kill(pid, syscall.SIGKILL)
				again = append(again, pid) // until it is gone
				none, certain = false, false
			case p.hasNoEnvironment() && unreadable[pid] < maxVisits:
				unreadable[pid]++
				again = append(again, pid)
				certain = false
			}
		}
		previous := last
		last = lastPID()
		next = append(pidsBetween(previous, last), again...)
		if len(next) == len(again) && len(again) > 0 {
			time.Sleep(time.Millisecond)
		}
	}
	return none
}

// maxVisits bounds how often a process without an environment is visited. Every process that starts a
// program has none for a moment, and some never have one.
const maxVisits = 20

func (d descendants) include(p process) bool {
	return slices.Contains(d.leaders, p.session()) || p.carries(d.marks)
}
