//go:build unix

package proc

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// processTree is a command and every process that it started.
type processTree struct {
	descendants
	cmd  *exec.Cmd
	mark string
}

// newProcessTree prepares cmd to lead a session, and so a process group, of its own. A group alone
// does not suffice: Ninja gives each of its jobs another group, but all of them keep the session.
// remote means that it has an Input.
func newProcessTree(cmd *exec.Cmd, remote bool) *processTree {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	mark := guard.begin(cmd.Env, remote)
	cmd.Env = WithMark(cmd.Env, mark)
	return &processTree{descendants: descendants{marks: []string{mark}}, cmd: cmd, mark: mark}
}

// started is called after the command has started.
func (t *processTree) started() error {
	t.leaders = []int{t.cmd.Process.Pid}
	guard.update(t.mark, t.cmd.Process.Pid)
	return nil
}

// leftBehind reports whether a command that failed left processes in its session. From then on the
// tree is that session, without daemons, and its groups, to which a dead Ninja passes no signals on.
func (t *processTree) leftBehind() bool {
	t.marks, t.groups = nil, t.living()
	return len(t.groups) > 0
}

// release leaves the processes that the command started running.
func (t *processTree) release() {}

// close ends the guard's watch over the command.
func (t *processTree) close() { guard.update(t.mark, ended) }

// peakOf returns the largest resident memory of a process and those that it waited for, in bytes.
func peakOf(s *os.ProcessState) int64 {
	usage, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	peak := int64(usage.Maxrss)
	if runtime.GOOS != "darwin" { // elsewhere in KiB
		peak <<= 10
	}
	return peak
}

func signalName(s *os.ProcessState) string {
	if ws, ok := s.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return ws.Signal().String()
	}
	return ""
}
