package proc

import (
	"bytes"
	"os"
	"slices"
	"strconv"
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
	k.each(func(p process) { found = found || slices.Contains(k.leaders, p.session()) })
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
		vanished := k.each(func(p process) {
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

// each visits every living process but this one and zombies, the newest first
// as far as the numbers tell, and returns how many were gone too soon.
func (k kin) each(visit func(process)) (vanished int) {
	dir, err := os.Open("/proc")
	if err != nil {
		return 0
	}
	defer func() { _ = dir.Close() }()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return 0
	}
	var pids []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil && pid != os.Getpid() {
			pids = append(pids, pid)
		}
	}
	slices.Sort(pids)
	for _, pid := range slices.Backward(pids) {
		p := process{pid: pid}
		p.stat, err = os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		switch {
		case err != nil:
			vanished++
		case p.lives():
			visit(p)
		}
	}
	return vanished
}

// process is one of /proc.
type process struct {
	pid  int
	stat []byte
}

// field returns one of the fields of proc(5), stat, that follow the command in
// parentheses, which may itself hold spaces and parentheses: 0 is the state, 1
// the parent, 2 the group, 3 the session.
func (p process) field(n int) string {
	fields := bytes.Fields(p.stat[bytes.LastIndexByte(p.stat, ')')+1:])
	if n >= len(fields) {
		return ""
	}
	return string(fields[n])
}

// lives is false of a zombie, which only waits to be reaped.
func (p process) lives() bool {
	state := p.field(0)
	return state != "Z" && state != "X"
}

func (p process) session() int {
	sid, err := strconv.Atoi(p.field(3))
	if err != nil {
		return -1
	}
	return sid
}

// carries says whether one of the marks is in the environment with which the
// process began. That of another user's process cannot be read.
func (p process) carries(marks []string) bool {
	environ, err := os.ReadFile("/proc/" + strconv.Itoa(p.pid) + "/environ")
	if err != nil {
		return false
	}
	return slices.ContainsFunc(marks, func(mark string) bool {
		return bytes.Contains(environ, []byte(mark))
	})
}
