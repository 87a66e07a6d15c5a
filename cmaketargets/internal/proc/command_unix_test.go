//go:build unix

package proc_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sourcegraph/conc/panics"

	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

// shell returns a command that runs a script: sh can misbehave in every way.
func shell(t *testing.T, script string, out *bytes.Buffer) proc.Command {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	return proc.Command{Path: sh, Args: []string{"-c", script}, Dir: t.TempDir(), Env: os.Environ(), Output: out, Grace: 300 * time.Millisecond}
}

func TestRunEndsBySignal(t *testing.T) {
	var out bytes.Buffer
	err := shell(t, "echo begun; kill -SEGV $$", &out).Run(t.Context())
	var exit *proc.ExitError
	if want := (proc.ExitError{Code: -1, Signal: "segmentation fault"}); !errors.As(err, &exit) || *exit != want || out.String() != "begun\n" {
		t.Errorf("Run = %v with %q, want %v", err, &out, &want)
	}
}

// A child of a successful command keeps the output open.
func TestRunDoesNotWaitForDaemon(t *testing.T) {
	var out bytes.Buffer
	c := shell(t, "sleep 60 & echo $! >pid; echo done", &out)
	if err := c.Run(t.Context()); err != nil {
		t.Errorf("Run = %v", err)
	}
	if out.String() != "done\n" {
		t.Errorf("output %q", &out)
	}
	pid := waitForPID(t, filepath.Join(c.Dir, "pid"))
	if !alive(pid) {
		t.Error("the daemon was killed, though the command was not cancelled")
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
}

// These are the ways for a child to outlive a cancelled command within its process group;
// descendants_linux_test.go has the others.
func TestRunCancelledEndsGroup(t *testing.T) {
	for _, test := range []struct{ name, script string }{
		{"a child in the group", "sleep 60 & echo $! >pid; wait"},
		{"one that ignores the polite signal", "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ >pid; while :; do sleep 1; done' & wait; while :; do sleep 1; done"},
		{"one that outlives the leader", "sh -c 'trap \"\" TERM; echo $$ >pid; exec >/dev/null 2>&1; while :; do sleep 1; done' & trap 'exit 0' TERM; while :; do sleep 0.05; done"},
		{"one that is stopped", "sleep 60 & echo $! >pid; kill -STOP $!; wait"},
		{"a leader that stops itself", "echo $$ >pid; kill -STOP $$"},
		{"one that holds the output open when the leader has gone", "(trap '' TERM; while :; do sleep 1; done) & echo $! >pid"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cancelledLeavesNobody(t, test.script)
		})
	}
}

// cancelledLeavesNobody cancels a script once it has written the number of the process that must be
// gone when Run returns.
func cancelledLeavesNobody(t *testing.T, script string) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	var out bytes.Buffer
	c := shell(t, script, &out)
	cause := errors.New("the cause")
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	pid := waitForPID(t, filepath.Join(c.Dir, "pid"))
	cancel(cause)
	if err := <-ended; !errors.Is(err, cause) {
		t.Errorf("Run = %v, want the cause", err)
	}
	if alive(pid) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
		t.Errorf("process %d outlived the command", pid)
	}
}

// A cancelled command can clean up, also when it was stopped, and its children, also when it exits before
// them.
func TestRunCancelledIsPolite(t *testing.T) {
	for _, test := range []struct{ name, script string }{
		{"stopped", "trap 'echo clean >clean; exit 1' TERM; echo $$ >pid; kill -STOP $$; sleep 60"},
		{"child", "sh -c 'trap \"sleep 0.1; echo clean >clean; exit\" TERM; : >ready; exec >/dev/null 2>&1; while :; do sleep 0.01; done' & trap 'exit 1' TERM; until [ -e ready ]; do sleep 0.01; done; echo $! >pid; while :; do sleep 0.01; done"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var out bytes.Buffer
			c := shell(t, test.script, &out)
			c.Grace = 20 * time.Second
			ended := make(chan error, 1)
			go func() { ended <- c.Run(ctx) }()
			waitForPID(t, filepath.Join(c.Dir, "pid"))
			time.Sleep(100 * time.Millisecond) // until it is stopped
			cancel()
			<-ended
			if _, err := os.Stat(filepath.Join(c.Dir, "clean")); err != nil {
				t.Error("it could not clean up:", err)
			}
		})
	}
}

// panicking is a writer that panics.
type panicking struct{}

func (panicking) Write([]byte) (int, error) { panic("the writer breaks") }

// A panic of the caller's writers comes out of Run, and the command is ended.
func TestRunPanics(t *testing.T) {
	for name, change := range map[string]func(*proc.Command){
		"output":         func(c *proc.Command) { c.Output = panicking{} },
		"standard error": func(c *proc.Command) { c.Stderr = panicking{} },
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			c := shell(t, "echo $$ >pid; echo text >&2; echo more >&2; sleep 60", &out)
			change(&c)
			caught := panics.Try(func() { _ = c.Run(t.Context()) })
			if caught == nil || !strings.Contains(caught.String(), "the writer breaks") || !strings.Contains(caught.String(), "panicking.Write") {
				t.Errorf("caught %v, want the text and place of the panic", caught)
			}
			if pid := waitForPID(t, filepath.Join(c.Dir, "pid")); alive(pid) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
				t.Error("the command runs on")
			}
		})
	}
}

// Hurry ends the grace, whether it is closed before the cancellation or after it.
func TestRunHurries(t *testing.T) {
	for _, before := range []bool{true, false} {
		ctx, cancel := context.WithCancel(t.Context())
		hurry := make(chan struct{})
		var out bytes.Buffer
		c := shell(t, `trap "" TERM; echo $$ >pid; while :; do sleep 1; done`, &out)
		c.Grace, c.Hurry = time.Hour, hurry
		ended := make(chan error, 1)
		go func() { ended <- c.Run(ctx) }()
		waitForPID(t, filepath.Join(c.Dir, "pid"))
		if before {
			close(hurry)
		}
		cancel()
		if !before {
			close(hurry)
		}
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Run = %v", err)
		}
	}
}

// waitForPID waits until a script has written its process id.
func waitForPID(t *testing.T, path string) int {
	t.Helper()
	for {
		data, _ := os.ReadFile(path)
		if text, whole := strings.CutSuffix(string(data), "\n"); whole {
			pid, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// alive reports whether a process runs; a zombie does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	state, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && !bytes.HasPrefix(state, []byte("Z"))
}

// The input stays open until the command has ended or is cancelled, and its end comes before any signal.
func TestInput(t *testing.T) {
	for _, test := range []struct {
		name, script, output string
		cancel, forced       bool
	}{
		{"read", "read -r line; echo $line", "first\n", false, false},
		{"not read", "exit 0", "", false, false},
		{"ended by its end", "trap 'echo signal' TERM; read -r line; touch pid; cat >cat; echo end", "end\n", true, false},
		{"ended by the signal after it", "trap 'echo signal; exit' TERM; touch pid; while :; do sleep 0.02; done", "signal\n", true, false},
		{"ended by force", "trap '' TERM; touch pid; while :; do sleep 0.02; done", "", true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			c := shell(t, test.script, &out)
			c.Input = append([]byte("first\n"), bytes.Repeat([]byte("more\n"), 100_000)...)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if test.cancel {
				go func() {
					for _, err := os.Stat(filepath.Join(c.Dir, "pid")); err != nil; _, err = os.Stat(filepath.Join(c.Dir, "pid")) {
						time.Sleep(5 * time.Millisecond)
					}
					cancel()
				}()
			}
			err := c.Run(ctx)
			var cancelled *proc.CancelError
			if errors.As(err, &cancelled) != test.cancel || !test.cancel && err != nil || test.cancel && cancelled.Forced != test.forced || !strings.HasSuffix(out.String(), test.output) {
				t.Errorf("Run = %v (%+v) with output %q", err, cancelled, &out)
			}
		})
	}
}
