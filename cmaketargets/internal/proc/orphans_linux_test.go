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

// Who worked for a dead process without a guard is ended. Only a mark gives him
// away, and not the same text elsewhere in his environment, nor a part of a
// mark. The server that a command left running is not ended, nor a stranger.
func TestEndOrphans(t *testing.T) {
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(sleep)
	if err != nil {
		t.Fatal(err)
	}
	tool := filepath.Join(t.TempDir(), "tool")
	if err := os.WriteFile(tool, data, 0o777); err != nil {
		t.Fatal(err)
	}
	start := func(program string, env ...string) int {
		cmd := exec.Command(program, "60")
		cmd.Env = env
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
		return cmd.Process.Pid
	}
	orphan := start(tool, "_CMAKETARGETS_COMMAND=3.1.4.1;15.9.2.6;", "VERSION=5.3.5.8;")
	server := start(sleep, "_CMAKETARGETS_COMMAND=15.9.2.7;")
	for _, stranger := range []string{"5.3.5", "9.2", "5.9.2", "3.1.4.1", ""} {
		proc.EndOrphans(t.Context(), stranger, 0, "tool")
		if !alive(orphan) {
			t.Fatalf("the orphans of %q were ended", stranger)
		}
	}
	proc.EndOrphans(t.Context(), "15.9.2", 0, "tool")
	if alive(orphan) {
		t.Error("the orphan lives")
	}
	if !alive(server) {
		t.Error("the server was ended")
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
