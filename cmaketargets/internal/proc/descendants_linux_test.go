//go:build !portable

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

	"golang.org/x/sys/unix"

	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

// Processes that leave the command's group are found by its session, and those that leave that by
// their mark.
func TestRunCancelledFindsDaemons(t *testing.T) {
	for _, test := range []struct{ name, script string }{
		{"a group of its own, as Ninja's jobs have", "bash -c 'set -m; sleep 60 & echo $! >pid; wait'"},
		{"a daemon", "setsid -f sh -c 'echo $$ >pid; exec sleep 60' >/dev/null 2>&1 </dev/null; sleep 60"},
		{"that holds the output", "setsid -f sh -c 'echo $$ >pid; exec sleep 60'; sleep 60"},
		{"that ignores what it can", "setsid -f sh -c 'trap \"\" TERM HUP INT QUIT; echo $$ >pid; while :; do sleep 1; done'; sleep 60"},
		{"that has stopped", "setsid -f sh -c 'echo $$ >pid; kill -STOP $$'; sleep 60"},
		{"of a daemon", "setsid -f sh -c 'setsid -f sh -c \"echo \\$\\$ >pid; exec sleep 60\"'; sleep 60"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cancelledLeavesNobody(t, test.script)
		})
	}
}

// A failed command may leave jobs that still write, which are ended, and a compiler's server, which has
// a session of its own, and is not.
func TestRunFailedLeavesDaemonsOnly(t *testing.T) {
	const quiet = "exec sleep 60 >/dev/null 2>&1 </dev/null"
	for name, fails := range map[string]string{"by a signal": "kill -KILL $$", "with a status": "exit 1"} {
		for job, script := range map[string]string{
			"a job":                         "sh -c 'echo $$ >pid; " + quiet + "' &",
			"a deaf one":                    "sh -c 'trap \"\" TERM; echo $$ >pid; " + quiet + "' &",
			"one in a group, as Ninja's is": "bash -c 'set -m; sh -c \"echo \\$\\$ >pid; " + quiet + "\" &'",
		} {
			t.Run(job+" of one that ends "+name, func(t *testing.T) {
				t.Parallel()
				var out bytes.Buffer
				c := shell(t, "setsid -f sh -c 'echo $$ >server; "+quiet+"'; "+script+"\nuntil [ -s pid -a -s server ]; do sleep 0.01; done; "+fails, &out)
				err := c.Run(t.Context())
				var exit *proc.ExitError
				if !errors.As(err, &exit) {
					t.Errorf("Run = %v", err)
				}
				if pid := waitForPID(t, filepath.Join(c.Dir, "pid")); alive(pid) {
					_ = syscall.Kill(pid, syscall.SIGKILL)
					t.Error("the job was left")
				}
				server := waitForPID(t, filepath.Join(c.Dir, "server"))
				if !alive(server) {
					t.Error("the server was ended")
				}
				_ = syscall.Kill(server, syscall.SIGKILL)
			})
		}
	}
}

// The jobs of a command that was killed get SIGTERM and time to clean up.
func TestRunFailedIsPolite(t *testing.T) {
	const tidy = `trap "echo clean >clean; exit" TERM; echo $$ >pid; while :; do sleep 0.01; done`
	var out bytes.Buffer
	c := shell(t, `bash -c 'set -m; sh -c "$1" >/dev/null 2>&1 &' bash "$TIDY"; until [ -s pid ]; do sleep 0.01; done; kill -KILL $$`, &out)
	c.Env = append(c.Env, "TIDY="+tidy)
	c.Grace = 20 * time.Second
	var exit *proc.ExitError
	if err := c.Run(t.Context()); !errors.As(err, &exit) {
		t.Errorf("Run = %v with %q", err, &out)
	}
	if _, err := os.Stat(filepath.Join(c.Dir, "clean")); err != nil {
		t.Error("a job could not clean up:", err)
	}
}

// forkers are programs that fork faster than a list of processes is read: crowds, and single ones that
// are always ahead of it, in the group, in groups and in sessions of their own.
var forkers = []struct{ name, next string }{
	{"in the group", "sh f.sh &"},
	{"two at a time", "[ $(ls -l hops | awk '{print $5}') -gt 40 ] && sleep 60; sh f.sh & sh f.sh & wait"},
	{"in groups", "exec bash -c 'set -m; sh f.sh &'"},
	{"in sessions", "setsid -f sh f.sh"},
}

// Each generation of a forker writes a byte; none does after Run has returned.
func TestRunCancelledEndsForkers(t *testing.T) {
	var out bytes.Buffer
	if err := shell(t, "true", &out).Run(t.Context()); err != nil { // It starts the guard, which must not have PROC_TEST_DIR.
		t.Fatal(err)
	}
	for _, test := range forkers {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			c := shell(t, "sh f.sh >/dev/null 2>&1 </dev/null; sleep 60", &out)
			c.Env = append(c.Env, "PROC_TEST_DIR="+c.Dir)
			defer func() { _ = os.Remove(filepath.Join(c.Dir, "f.sh")) }() // It ends forkers that survived.
			hops := writeForker(t, c.Dir, test.next)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan error, 1)
			go func() { ended <- c.Run(ctx) }()
			for size(hops) < 30 {
				time.Sleep(time.Millisecond)
			}
			cancel()
			<-ended
			before, left := size(hops), len(carrying(c.Dir))
			time.Sleep(50 * time.Millisecond)
			if after := size(hops); left > 0 || after != before {
				t.Errorf("%d were left, and %d generations came after the end", left, after-before)
			}
		})
	}
}

// writeForker writes a forker's script, f.sh, and returns the file that grows with each generation.
func writeForker(t *testing.T, dir, next string) (hops string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "f.sh"), []byte("printf . >>hops\n"+next+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "hops")
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// A command that runs within a command has the marks of both.
func TestRunNested(t *testing.T) {
	var out bytes.Buffer
	c := shell(t, "echo $_CMAKETARGETS_COMMAND", &out)
	c.Env = append(c.Env, "_CMAKETARGETS_COMMAND=4.2.1;")
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.HasPrefix(got, "4.2.1;") || strings.Count(got, ";") != 2 {
		t.Errorf("marks are %q", got)
	}
}

// A command has no terminal, though the process that starts it has one.
func TestRunHasNoTerminal(t *testing.T) {
	if os.Getenv("PROC_TEST_TERMINAL") == "" {
		onTerminal(t)
		return
	}
	if tty, err := os.Open("/dev/tty"); err != nil {
		t.Fatal(err)
	} else {
		_ = tty.Close()
	}
	var out bytes.Buffer
	err := shell(t, "readlink /proc/self/fd/0; : </dev/tty", &out).Run(t.Context())
	var exit *proc.ExitError
	if !errors.As(err, &exit) || !strings.HasPrefix(out.String(), "/dev/null\n") || !strings.Contains(out.String(), "/dev/tty") {
		t.Errorf("Run = %v with %q", err, &out)
	}
}

// onTerminal runs the test again in a session with a terminal.
func onTerminal(t *testing.T) {
	t.Helper()
	near, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = near.Close() }()
	if err := unix.IoctlSetPointerInt(int(near.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(near.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tty.Close() }()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "PROC_TEST_TERMINAL=1")
	cmd.Stdin = tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
