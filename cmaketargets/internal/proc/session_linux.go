package proc

import (
	"bytes"
	"os"
	"strconv"
)

// session lists the living processes of the session sid, zombies left out.
//
// proc(5), stat: after the command in parentheses (which may itself hold
// spaces and parentheses) come state, ppid, pgrp and session.
func session(sid int) []int {
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
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + name + "/stat")
		if err != nil {
			continue
		}
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) < 4 || fields[0][0] == 'Z' || fields[0][0] == 'X' {
			continue
		}
		if got, _ := strconv.Atoi(string(fields[3])); got == sid {
			pids = append(pids, pid)
		}
	}
	return pids
}
