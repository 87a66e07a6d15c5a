//go:build !portable

package proc

import (
	"slices"
	"strings"
	"syscall"
	"time"
)

// markName is the environment variable that carries the marks of the commands
// that a process descends from. It is not one of CMAKETARGETS_*, which are
// settings, so that a command may itself run mage.
const markName = "_CMAKETARGETS_COMMAND"

// withMark adds a command's mark to its environment. Every descendant inherits
// it: also a daemon, which leaves its session and its parents behind. Marks of
// commands around this one stay.
func withMark(env []string, mark string) []string {
	for _, kv := range slices.Backward(env) {
		if outer, ok := strings.CutPrefix(kv, markName+"="); ok {
			if outer != "" && !strings.HasSuffix(outer, ";") { // Not of ours, and no part of a mark of ours.
				outer += ";"
			}
			mark = outer + mark
			break
		}
	}
	return append(env, markName+"="+mark)
}

// Within says whether env is the environment of a command of the process in
// which Name returned a name, or of a descendant.
func Within(env []string, name string) bool {
	for _, kv := range env {
		marks, _ := strings.CutPrefix(kv, markName+"=")
		for _, mark := range strings.Split(marks, ";") {
			if i := strings.LastIndexByte(mark, '.'); i > 0 && mark[:i] == name && marks != kv {
				return true
			}
		}
	}
	return false
}

// living returns the process groups of those who were asked to end and have not:
// those in the sessions. Daemons do not count, for nobody asked them. Nor do
// zombies: a container's first process often reaps nobody.
func (k kin) living() (groups []int) {
	each(func(p process) {
		if group := p.group(); slices.Contains(k.leaders, p.session()) && group > 1 && !slices.Contains(groups, group) {
			groups = append(groups, group)
		}
	})
	return groups
}

// swept kills all kin that it finds, and says whether there were none.
//
// A list of processes misses whoever is forked while it is made and read, and
// one who forks and exits, over and over, can always be ahead of it. But the
// kernel hands out numbers in turn and tells the last one. So after the list
// those are looked at who were born meanwhile, again and again, until all that
// one comes upon are living strangers: nobody then has had a child unseen.
func (k kin) swept(end time.Time) bool {
	none := true
	unknown := map[int]int{}
	last := lastPID()
	look := everyone()
	for sure := false; !sure && time.Now().Before(end); {
		sure = true
		var again []int
		for _, pid := range look {
			p := readProcess(pid)
			switch {
			case !p.lives():
				sure = false
			case k.has(p):
				_ = syscall.Kill(pid, syscall.SIGKILL)
				again = append(again, pid) // until it is gone
				none, sure = false, false
			case p.bare() && unknown[pid] < maxLooks:
				unknown[pid]++
				again = append(again, pid)
				sure = false
			}
		}
		was := last
		last = lastPID()
		look = append(born(was, last), again...)
		if len(look) == len(again) && len(again) > 0 {
			time.Sleep(time.Millisecond)
		}
	}
	return none
}

// maxLooks bounds how often one looks at a process without an environment: for
// a moment that is everyone who starts a program, and some are so for good.
const maxLooks = 20

// has says whether a process is one of the kin.
func (k kin) has(p process) bool {
	return slices.Contains(k.leaders, p.session()) || p.carries(k.marks)
}
