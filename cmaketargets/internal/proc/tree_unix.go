//go:build unix

package proc

import (
	"os"
	"os/exec"
	"syscall"
)

// tree is a command and everything it started.
type tree struct {
	kin
	cmd  *exec.Cmd
	mark string
}

// newTree prepares cmd to lead a session, and so a process group, of its own.
// A session rather than a group only: Ninja gives each of its jobs a group of
// their own, but all of them keep the session.
func newTree(cmd *exec.Cmd) *tree {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	mark := warden.begin(cmd.Env)
	cmd.Env = withMark(cmd.Env, mark)
	return &tree{kin: kin{marks: []string{mark}}, cmd: cmd, mark: mark}
}

// adopt is called once the command runs.
func (t *tree) adopt() error {
	t.leaders = []int{t.cmd.Process.Pid}
	warden.tell(t.mark, t.cmd.Process.Pid)
	return nil
}

// abandoned says whether a command that failed left somebody behind. From then
// on the tree is what is in the command's session, without daemons, and has the
// groups to which a Ninja that died cannot pass signals on.
func (t *tree) abandoned() bool {
	t.marks, t.groups = nil, t.living()
	return len(t.groups) > 0
}

// release lets go of what a command left running that ended by itself.
func (t *tree) release() {}

// close ends the guard's care.
func (t *tree) close() { warden.tell(t.mark, ended) }

func signalName(s *os.ProcessState) string {
	if ws, ok := s.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return ws.Signal().String()
	}
	return ""
}
