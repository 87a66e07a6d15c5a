//go:build unix

package proc

import (
	"os"
	"os/exec"
	"syscall"
	"time"
)

// tree is a command and everything it started.
type tree struct{ cmd *exec.Cmd }

// newTree prepares cmd to lead a session, and so a process group, of its own.
// A session rather than a group only: Ninja gives each of its jobs a group of
// their own, but all of them keep the session.
func newTree(cmd *exec.Cmd) *tree {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return &tree{cmd: cmd}
}

func (t *tree) adopt() error { return nil }

func (t *tree) close() {}

// terminate asks the whole group to end. Make and Ninja pass it on to their
// jobs and clean up what is half written.
func (t *tree) terminate() {
	_ = syscall.Kill(-t.cmd.Process.Pid, syscall.SIGTERM)
	// A stopped process sees no signal before it is continued.
	_ = syscall.Kill(-t.cmd.Process.Pid, syscall.SIGCONT)
}

// waitEmpty waits until the group has no member left, or until the deadline.
func (t *tree) waitEmpty(deadline <-chan time.Time) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for syscall.Kill(-t.cmd.Process.Pid, 0) == nil || len(session(t.cmd.Process.Pid)) > 0 {
		select {
		case <-deadline:
			return
		case <-tick.C:
		}
	}
}

// kill ends whatever is left: the group, then everything of the session that
// moved to another group. The sweep repeats because a process can fork while
// we look; what is stopped first cannot.
func (t *tree) kill() {
	_ = syscall.Kill(-t.cmd.Process.Pid, syscall.SIGKILL)
	for range 50 {
		left := session(t.cmd.Process.Pid)
		if len(left) == 0 {
			return
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGSTOP)
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func signalName(s *os.ProcessState) string {
	if ws, ok := s.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return ws.Signal().String()
	}
	return ""
}
