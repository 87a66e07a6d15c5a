package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

// shells start the shell of the worker with an empty environment, as another machine does.
var shells = []string{"env -i", "env -i sh -c 'exec bash'", "env -i sh -c 'exec busybox sh'"}

// place returns the place of a command, and a function that makes it of a line for a shell.
func place(t *testing.T) (Place, func(line string, out *bytes.Buffer) proc.Command) {
	t.Helper()
	dir := t.TempDir()
	held, err := lock.Try(filepath.Join(dir, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = held.Release() })
	env := append(os.Environ(), "mark=its own", "IFS=a", "WANTED=it's\n\"so\" $HOME", "BAD-NAME=x")
	return Place{Env: os.Environ(), Dir: dir, State: dir, Lock: filepath.Join(dir, "lock"), Began: func(string) {}}, func(line string, out *bytes.Buffer) proc.Command {
		return proc.Command{Path: "/bin/sh", Args: []string{"-c", line, "its name"}, Dir: dir, Env: env, Output: out}
	}
}

func run(t *testing.T, template string) *Runner {
	t.Helper()
	if strings.Contains(template, "busybox") {
		if _, err := exec.LookPath("busybox"); err != nil {
			t.Skip("it needs busybox:", err)
		}
	}
	r, err := Parse(template, 1)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRun(t *testing.T) {
	t.Parallel()
	for _, shell := range shells {
		for _, test := range []struct {
			line, output string
			want         error
		}{
			{`echo "$WANTED"; echo err >&2; printf "$mark $0"`, "it's\n\"so\" $HOME\nerr\nits own its name", nil},
			{"cat; pwd", "DIR\n", nil},
			{"exit 3", "", &proc.ExitError{Code: 3}},
			{"kill -9 $$", "", &proc.ExitError{Code: -1, Signal: syscall.SIGKILL.String()}},
			{"sleep 1000 & echo $! >there; exit 4", "", &proc.ExitError{Code: 4}},
		} {
			t.Run(shell+" "+test.line, func(t *testing.T) {
				t.Parallel()
				at, command := place(t)
				hosts := 0
				at.Began = func(string) { hosts++ }
				var out bytes.Buffer
				c := command(test.line, &out)
				err := run(t, shell).Run(t.Context(), c, Job{}, at)
				if fmt.Sprint(err) != fmt.Sprint(test.want) || hosts != 1 {
					t.Errorf("Run = %v on %d hosts, want %v", err, hosts, test.want)
				}
				if want := strings.ReplaceAll(test.output, "DIR", at.State); out.String() != want {
					t.Errorf("output %q, want %q", &out, want)
				}
				if there, err := os.ReadFile(filepath.Join(at.State, "there")); err == nil {
					gone(t, there)
				}
			})
		}
	}
}

// The output of a command is without messages of its runner, whenever these come: srun reports a task that failed before or
// after the last lines of the task.
func TestRunnerReports(t *testing.T) {
	t.Parallel()
	at, command := place(t)
	var out bytes.Buffer
	r := run(t, "env -i sh -c '(until [ -e begun ]; do sleep 0.01; done; echo srun: error: task 0 >&2; touch reported) & exec sh'")
	const wait = "touch begun; until [ -e reported ]; do sleep 0.01; done; echo done; exit 3"
	if err := r.Run(t.Context(), command(wait, &out), Job{}, at); fmt.Sprint(err) != "exited with status 3" || out.String() != "done\n" {
		t.Errorf("Run = %v with output %q", err, &out)
	}
}

// All processes of a command end when the run is cancelled, and when the way to them is lost, also those that have
// left its session.
func TestEnds(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	for _, shell := range shells {
		// The runner itself does not pass signals on, as ssh does not.
		for name, runner := range map[string]string{"cancelled": shell, "lost": "sh -c 'cat | setsid " + strings.ReplaceAll(shell, "'", `"`) + " /bin/sh'"} {
			t.Run(name+" "+shell, func(t *testing.T) {
				t.Parallel()
				at, command := place(t)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var out bytes.Buffer
				c := command("setsid sleep 1000 & echo $! >there; echo $$ >>there; touch begun; sleep 1000", &out)
				var leader int
				c.Started = func(pid int) { leader = pid }
				ended := make(chan error)
				r := run(t, runner)
				go func() { ended <- r.Run(ctx, c, Job{}, at) }()
				await(t, "the command has begun", func() bool { _, err := os.Stat(filepath.Join(at.State, "begun")); return err == nil })
				var err error
				if name == "cancelled" {
					cancel()
					err = <-ended
					var cancelled *proc.CancelError
					if !errors.As(err, &cancelled) || cancelled.Forced {
						t.Errorf("Run = %v, want that it was cancelled without force", err)
					}
				} else {
					_ = syscall.Kill(-leader, syscall.SIGKILL)
					err = <-ended
					var lost *LostError
					if host, _ := os.Hostname(); !errors.As(err, &lost) || lost.Host != host || !strings.Contains(err.Error(), "was lost: sh ended by signal: killed") {
						t.Errorf("Run = %v, want a loss", err)
					}
				}
				there, err := os.ReadFile(filepath.Join(at.State, "there"))
				if err != nil {
					t.Fatal(err)
				}
				gone(t, there)
			})
		}
	}
}

// gone waits until processes have ended.
func gone(t *testing.T, pids []byte) {
	t.Helper()
	for _, pid := range strings.Fields(string(pids)) {
		await(t, "process "+pid+" has ended", func() bool {
			stat, err := os.ReadFile("/proc/" + pid + "/stat")
			return err != nil || bytes.Contains(stat, []byte(") Z "))
		})
	}
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 1000 {
		if holds() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("never: ", what)
}

// A lock that another machine could take is none, and a worker that still works keeps the next one out.
func TestLocks(t *testing.T) {
	t.Parallel()
	at, command := place(t)
	var out bytes.Buffer
	c := command("echo it ran", &out)
	free := at
	free.Lock = filepath.Join(at.State, "free")
	err := run(t, "env").Run(t.Context(), c, Job{}, free)
	if err == nil || !strings.Contains(err.Error(), "does not hold on") || errors.As(err, new(*LostError)) || out.Len() > 0 {
		t.Errorf("Run = %v without the lock, output %q", err, &out)
	}
	if testing.Short() {
		return // the rest takes seconds
	}
	earlier, err := lock.Try(at.alone())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at.alone(), []byte("n7\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	err = run(t, "env").Run(t.Context(), c, Job{}, at)
	if err == nil || !strings.Contains(err.Error(), "still works in the build tree: end it on n7, see") || errors.As(err, new(*LostError)) || out.Len() > 0 {
		t.Errorf("Run = %v beside another worker, output %q", err, &out)
	}
	_ = earlier.Release()
	if err := run(t, "env").Run(t.Context(), c, Job{}, at); err != nil || out.String() != "it ran\n" {
		t.Errorf("Run = %v after it, output %q", err, &out)
	}
}

// A runner that fails, or succeeds, without the end of the command has lost it.
func TestLost(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]string{
		"sh -c 'echo runner: no node >&2; exit 233'":        "the command did not start: sh exited with status 233: runner: no node",
		"sh -c 'echo sh: error: Node failure >&2' {host:n}": "the command did not start: sh exited with status 0: sh: error: Node failure",
		"sh -c 'head -c 100 | sh'":                          "the command did not start: sh exited with status",
		"no-such-runner":                                    "find no-such-runner, the runner: not in PATH; install it, or set CMAKETARGETS_RUNNER=off",
	} {
		at, command := place(t)
		var out bytes.Buffer
		err := run(t, template).Run(t.Context(), command("echo it ran", &out), Job{}, at)
		var lost *LostError
		if err == nil || !strings.Contains(err.Error(), want) || errors.As(err, &lost) == strings.HasPrefix(want, "find") || strings.Contains(out.String(), "it ran") {
			t.Errorf("%s: Run = %v, output %q, want %s", template, err, &out, want)
		}
		if lost != nil && strings.Contains(template, "host:n") && lost.Host != "n" {
			t.Errorf("%s: lost %q, want n", template, lost.Host)
		}
	}
}
