//go:build !portable

package proc

import (
	"bytes"
	"os"
	"slices"
	"strconv"
)

// everyone lists all processes but this one, those with the highest number, who
// are most often the newest, first.
func everyone() []int {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer func() { _ = dir.Close() }()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil
	}
	var pids []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil && pid != os.Getpid() {
			pids = append(pids, pid)
		}
	}
	slices.Sort(pids)
	slices.Reverse(pids)
	return pids
}

// lastPID is the number that the kernel gave last, to a process or a thread;
// see proc(5), loadavg.
func lastPID() int {
	text, _ := os.ReadFile("/proc/loadavg")
	pid, _ := strconv.Atoi(string(bytes.TrimSpace(text[bytes.LastIndexByte(text, ' ')+1:])))
	return pid
}

// maxBorn is how many numbers are tried one by one before a list is cheaper.
const maxBorn = 4096

// born lists who may have been born after number was had been given and until
// last was, the newest first.
func born(was, last int) []int {
	if last < was || last-was > maxBorn {
		return everyone() // The numbers began anew.
	}
	var pids []int
	for pid := last; pid > was; pid-- {
		if pid != os.Getpid() {
			pids = append(pids, pid)
		}
	}
	return pids
}

// each visits every living process but this one.
func each(visit func(process)) {
	for _, pid := range everyone() {
		if p := readProcess(pid); p.lives() {
			visit(p)
		}
	}
}

// process is one of /proc.
type process struct {
	pid  int
	stat []byte // nil when it is gone
}

func readProcess(pid int) process {
	p := process{pid: pid}
	p.stat, _ = p.read("stat")
	return p
}

// birth is when a process began, in ticks since the machine was started: that
// and its number are one process for certain. It is "" for one that is gone.
func birth(pid int) string {
	p := readProcess(pid)
	if !p.lives() {
		return ""
	}
	return p.field(19)
}

// field returns one of the fields of proc(5), stat, that follow the command in
// parentheses, which may itself hold spaces and parentheses: 0 is the state, 1
// the parent, 2 the group, 3 the session, 19 the time of its start.
func (p process) field(n int) string {
	fields := bytes.Fields(p.stat[bytes.LastIndexByte(p.stat, ')')+1:])
	if n >= len(fields) {
		return ""
	}
	return string(fields[n])
}

// lives is false of a process that is gone, and of a zombie, which only waits
// to be reaped.
func (p process) lives() bool {
	state := p.field(0)
	return state != "" && state != "Z" && state != "X"
}

func (p process) group() int { return p.number(2) }

func (p process) session() int { return p.number(3) }

// number is a field that is one, and -1 where it is missing.
func (p process) number(n int) int {
	number, err := strconv.Atoi(p.field(n))
	if err != nil {
		return -1
	}
	return number
}

// carries says whether a mark in the environment with which the process began
// is, or begins with, one of these. That of another user's process cannot be
// read.
func (p process) carries(marks []string) bool {
	environ, _ := p.read("environ")
	return marked(environ, marks)
}

// marked does it for an environment of the form of proc(5), environ.
func marked(environ []byte, marks []string) bool {
	for kv := range bytes.SplitSeq(environ, []byte{0}) {
		own, _ := bytes.CutPrefix(kv, []byte(markName+"="))
		if len(own) == len(kv) {
			continue
		}
		for mark := range bytes.SplitAfterSeq(own, []byte(";")) {
			if slices.ContainsFunc(marks, func(m string) bool { return bytes.HasPrefix(mark, []byte(m)) }) {
				return true
			}
		}
	}
	return false
}

// bare says whether the process has no environment, for now: it is about to
// begin or to end. Threads of the kernel, who have none either, are of no
// session.
func (p process) bare() bool {
	environ, err := p.read("environ")
	return err == nil && len(environ) == 0 && p.session() != 0
}

func (p process) read(name string) ([]byte, error) {
	return os.ReadFile("/proc/" + strconv.Itoa(p.pid) + "/" + name)
}
