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
	identity := proc.Identity()
	number, rest, _ := strings.Cut(identity, ".")
	_, at, _ := strings.Cut(rest, ".")
	for text, want := range map[string]bool{
		identity:                   true,
		number + ".1." + at:        false, // the number was assigned again
		"999999999." + rest:        false,
		number + ".." + at:         false,
		number:                     false,
		"":                         false,
		"x" + identity:             false,
		number + "." + at + ".1.1": false,
	} {
		if got := proc.Alive(text); got != want {
			t.Errorf("Alive(%q) = %v", text, got)
		}
	}
}

// The processes of a dead process without a guard are ended, whether their leader lives or not. The
// session's number and the mark together identify them: the same text elsewhere in an environment does
// not, nor does a part of a mark. Servers that a command left running and other processes are not ended.
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
		for _, other := range []string{"5.3.5", "9.2", "5.9.2", "3.1.4.1", ""} {
			proc.EndOrphans(t.Context(), other, leader, 0)
		}
		for _, command := range []int{0, other, server + 1, os.Getpid()} {
			proc.EndOrphans(t.Context(), "15.9.2", command, 0)
		}
		if !alive(pid) {
			t.Errorf("%s was ended as another's", test.name)
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
	for identity, want := range map[string]bool{"3.1.4": true, "15.9.2": true, "5.9.2": false, "5.3.5": false, "15.9": false, "": false} {
		if got := proc.Within(env, identity); got != want {
			t.Errorf("Within(%q) = %v", identity, got)
		}
	}
}
