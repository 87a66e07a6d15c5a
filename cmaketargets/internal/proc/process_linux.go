package proc

import (
	"bytes"
	"os"
	"slices"
	"strconv"
)

// each visits every living process but this one and zombies, the newest first
// as far as the numbers tell, and returns how many were gone too soon.
func each(visit func(process)) (vanished int) {
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
		p.stat = p.read("stat")
		switch {
		case p.stat == nil:
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

// read returns a file of the process, nil when it may not be read.
func (p process) read(name string) []byte {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(p.pid) + "/" + name)
	if err != nil {
		return nil
	}
	return data
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
	environ := p.read("environ")
	return slices.ContainsFunc(marks, func(mark string) bool {
		return bytes.Contains(environ, []byte(mark))
	})
}
