package proc

import (
	"slices"
	"strings"
	"syscall"
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
			mark = outer + mark
			break
		}
	}
	return append(env, markName+"="+mark)
}

// empty says whether those who were asked to end have done so: the groups, and
// what else is in their sessions. Daemons do not count, for nobody asked them.
// Nor do zombies: a container's first process often reaps nobody.
func (k kin) empty() bool {
	found := false
	each(func(p process) { found = found || slices.Contains(k.leaders, p.session()) })
	return !found
}

// swept kills all kin and returns true when there are surely none left.
//
// A process that forks and exits, over and over, can be missed by any list.
// So each is killed the moment it is found, the newest first, and a list in
// which somebody was gone before we looked at him may have missed his child.
func (k kin) swept() bool {
	for range maxMisses {
		killed := 0
		vanished := each(func(p process) {
			if slices.Contains(k.leaders, p.session()) || p.carries(k.marks) {
				_ = syscall.Kill(p.pid, syscall.SIGKILL)
				killed++
			}
		})
		if killed > 0 {
			return false
		}
		if vanished == 0 {
			return true
		}
	}
	return true
}

// maxMisses bounds how often a list is made again because somebody in it, who
// on a busy machine is most often a stranger, was gone.
const maxMisses = 10
