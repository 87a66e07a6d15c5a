//go:build !portable

package proc_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

func TestAlive(t *testing.T) {
	name := proc.Name()
	number, rest, _ := strings.Cut(name, ".")
	_, at, _ := strings.Cut(rest, ".")
	for name, want := range map[string]bool{
		name:                       true,
		number + ".1." + at:        false, // the number was given again
		"999999999." + rest:        false,
		number + ".." + at:         false,
		number:                     false,
		"":                         false,
		"x" + name:                 false,
		number + "." + at + ".1.1": false,
	} {
		if got := proc.Alive(name); got != want {
			t.Errorf("Alive(%q) = %v", name, got)
		}
	}
}

// Who worked for a dead process without a guard is ended, with the leader or
// after it. The session's number and the mark together give him away: not the
// same text elsewhere in his environment, nor a part of a mark. The server that
// a command left running is not ended, nor a stranger.
func TestEndOrphans(t *testing.T) {
	const marks, quiet = "_CMAKETARGETS_COMMAND=3.1.4.1;15.9.2.6;", "sleep 60 >/dev/null 2>&1 </dev/null"
	start := func(script string) (leader, pid int) {
		cmd := exec.Command("sh", "-c", script)
		cmd.Dir, cmd.Env = t.TempDir(), append(os.Environ(), marks, "VERSION=5.3.5.8;")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		go func() { _ = cmd.Wait() }()
		pid = waitForPID(t, filepath.Join(cmd.Dir, "pid"))
		t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGKILL) })
		return cmd.Process.Pid, pid
	}
	for _, test := range []struct{ name, script string }{
		{"a leader", "echo $$ >pid; exec " + quiet},
		{"a job that has outlived it", quiet + " & echo $! >pid"},
		{"a job in a group of its own", "bash -c 'set -m; " + quiet + " & echo $! >pid'"},
	} {
		leader, pid := start(test.script)
		other, server := start("setsid -f sh -c 'echo $$ >pid; exec " + quiet + "'")
		for _, stranger := range []string{"5.3.5", "9.2", "5.9.2", "3.1.4.1", ""} {
			proc.EndOrphans(t.Context(), stranger, leader, 0)
		}
		for _, command := range []int{0, other, server + 1, os.Getpid()} {
			proc.EndOrphans(t.Context(), "15.9.2", command, 0)
		}
		if !alive(pid) {
			t.Errorf("%s was ended for another's", test.name)
		}
		proc.EndOrphans(t.Context(), "15.9.2", leader, 0)
		if alive(pid) {
			t.Errorf("%s lives", test.name)
		}
		if !alive(server) {
			t.Error("the server was ended")
		}
	}
}

func TestWithin(t *testing.T) {
	env := []string{"HOME=/", "_CMAKETARGETS_COMMAND=3.1.4.1;15.9.2.6;", "VERSION=5.3.5.8;"}
	for name, want := range map[string]bool{"3.1.4": true, "15.9.2": true, "5.9.2": false, "5.3.5": false, "15.9": false, "": false} {
		if got := proc.Within(env, name); got != want {
			t.Errorf("Within(%q) = %v", name, got)
		}
	}
}
