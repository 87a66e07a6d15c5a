//go:build !portable

package proc

import (
	"bytes"
	"os"
	"slices"
	"sort"
	"strconv"
	"syscall"
	"time"
)

// guardSearch has the guard search /proc; see guard.sh.
const guardSearch = "proc"

// living returns the process groups in the leaders' sessions that have not ended. Daemons do not
// count, because they got no SIGTERM, nor do zombies: a container's first process often reaps no children.
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

// allPIDs returns the numbers of all processes but this one, the highest, which are most often the
// newest, first.
func allPIDs() (pids []int) {
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil && pid != os.Getpid() {
			pids = append(pids, pid)
		}
	}
	sort.Ints(pids)
	slices.Reverse(pids)
	return pids
}

// lastPID returns the number that the kernel assigned last, to a process or a thread; see proc(5),
// loadavg.
func lastPID() int {
	text, _ := os.ReadFile("/proc/loadavg")
	pid, _ := strconv.Atoi(string(bytes.TrimSpace(text[bytes.LastIndexByte(text, ' ')+1:])))
	return pid
}

// pidsBetween returns the numbers that were assigned after first and up to last, the newest first.
func pidsBetween(first, last int) (pids []int) {
	const cheaper = 4096 // than a list of all, which is also right when the numbers have wrapped around
	if last < first || last-first > cheaper {
		return allPIDs()
	}
	for pid := last; pid > first; pid-- {
		if pid != os.Getpid() {
			pids = append(pids, pid)
		}
	}
	return pids
}

// eachProcess visits every living process but this one.
func eachProcess(visit func(process)) {
	for _, pid := range allPIDs() {
		if p := readProcess(pid); p.lives() {
			visit(p)
		}
	}
}

// process is a directory of /proc.
type process struct {
	pid  int
	stat []byte // nil when it is gone
}

func readProcess(pid int) process {
	p := process{pid: pid}
	p.stat, _ = p.read("stat")
	return p
}

// startTime returns when a process began, in ticks since the machine booted, and "" for one that is
// gone. With the number it identifies a process.
func startTime(pid int) string {
	if p := readProcess(pid); p.lives() {
		return p.field(19)
	}
	return ""
}

// field returns one of the fields of proc(5), stat, after the command in parentheses, which may itself
// hold blanks and parentheses: 0 is the state, 2 the group, 3 the session, 19 the start time.
func (p process) field(n int) string {
	fields := bytes.Fields(p.stat[bytes.LastIndexByte(p.stat, ')')+1:])
	if n >= len(fields) {
		return ""
	}
	return string(fields[n])
}

// lives is false for a process that is gone, and for a zombie, which only waits to be reaped.
func (p process) lives() bool {
	state := p.field(0)
	return state != "" && state != "Z" && state != "X"
}

func (p process) group() int   { return p.number(2) }
func (p process) session() int { return p.number(3) }

// number returns a field as a number, and -1 where it is none.
func (p process) number(n int) int {
	if number, err := strconv.Atoi(p.field(n)); err == nil {
		return number
	}
	return -1
}

// carries reports whether the environment with which the process began has one of the marks; see
// hasMark. That of another user's process cannot be read.
func (p process) carries(marks []string) bool {
	environ, _ := p.read("environ")
	return hasMark(environ, marks)
}

// hasNoEnvironment is true for a process that is about to begin or to end. Threads of the kernel, which
// have none either, have no session.
func (p process) hasNoEnvironment() bool {
	environ, err := p.read("environ")
	return err == nil && len(environ) == 0 && p.session() != 0
}

func (p process) read(name string) ([]byte, error) {
	return os.ReadFile("/proc/" + strconv.Itoa(p.pid) + "/" + name)
}
