//go:build !portable

package proc_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// misbehaving are scripts whose processes outlive them in different ways. Each writes a number to a
// file of its own whose name starts with "pid".
var misbehaving = map[string]string{
	"a child":    "sleep 60 & echo $! >pid-child; wait",
	"deaf":       `trap "" TERM INT HUP; echo $$ >pid-deaf; while :; do sleep 1; done`,
	"own group":  "bash -c 'set -m; sleep 60 & echo $! >pid-group; wait'",
	"stopped":    "echo $$ >pid-stopped; kill -STOP $$",
	"a daemon":   "setsid -f sh -c 'echo $$ >pid-daemon; exec sleep 60' >/dev/null 2>&1 </dev/null; sleep 60",
	"a survivor": "sh -c 'trap \"\" TERM; echo $$ >pid-survivor; exec >/dev/null 2>&1; while :; do sleep 1; done' & trap 'exit 0' TERM; while :; do sleep 0.05; done",
	"tidy":       "exec >/dev/null 2>&1; trap 'echo clean >tidied; exit' TERM; echo $$ >pid-tidy; while :; do sleep 0.01; done",
	"ninja":      `printf 'rule r\n command = echo $$$$ >pid-ninja; sleep 60\nbuild out: r\n' >build.ninja; ninja`,
}

// However the process that runs commands dies, no process of theirs outlives it for long, each gets
// SIGTERM first, and the guard ends as well.
func TestGuardEndsCommands(t *testing.T) {
	var scripts []string
	for _, script := range misbehaving {
		scripts = append(scripts, script)
	}
	for _, death := range []string{"kill", "kill the group", "kill, after signals to the guard", "exit"} {
		t.Run(death, func(t *testing.T) {
			t.Parallel()
			cmd, token := startVictim(t, append([]string{death}, scripts...)...)
			if death != "exit" {
				for len(files(filepath.Join(cmd.Dir, "pid*"))) < len(scripts) {
					time.Sleep(5 * time.Millisecond)
				}
				if n := len(carrying(token)); n < len(scripts) {
					t.Errorf("only %d processes run", n)
				}
				switch death {
				case "kill the group":
					_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
				case "kill, after signals to the guard":
					signalGuard(t, token)
				}
				_ = cmd.Process.Kill()
			}
			_ = cmd.Wait()
			nobodyLeft(t, token)
			if _, err := os.Stat(filepath.Join(cmd.Dir, "tidied")); err != nil {
				t.Error("no process could clean up:", err)
			}
		})
	}
}

// signalGuard sends the guard the signals that a CI system sends to all processes of a cancelled job.
func signalGuard(t *testing.T, token string) {
	t.Helper()
	for _, pid := range carrying(token) {
		if strings.Contains(commandLine(pid), " cmaketargets-guard ") {
			for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
				_ = syscall.Kill(pid, s)
			}
			return
		}
	}
	t.Error("there is no guard")
}

// A program that imports this package is not changed by its arguments.
func TestGuardNameMeansNothing(t *testing.T) {
	cmd := exec.Command(os.Args[0], "speak")
	cmd.Args[0] = "cmaketargets-guard"
	cmd.Env = append(os.Environ(), childVar+"=1")
	if out, err := cmd.Output(); err != nil || string(out) != "out\n" {
		t.Errorf("it prints %q, %v", out, err)
	}
}

// A guard that is killed is replaced.
func TestGuardIsReplaced(t *testing.T) {
	kill := `until ps -o stat= --ppid $PPID | grep -q Z; do pkill -KILL -P $PPID -f ' [c]maketargets-guard '; sleep 0.01; done`
	cmd, token := startVictim(t, "turns", kill, misbehaving["deaf"])
	for len(files(filepath.Join(cmd.Dir, "pid*"))) < 1 {
		time.Sleep(5 * time.Millisecond)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	nobodyLeft(t, token)
}

// A process that dies while it starts commands has not announced the numbers of some of them. Here the
// first commands that run kill it.
func TestGuardMissesNoStart(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	for range 10 {
		cmd, token := startVictim(t, append([]string{"kill"}, slices.Repeat([]string{"kill -KILL $PPID; exec sleep 60"}, 30)...)...)
		_ = cmd.Wait()
		nobodyLeft(t, token)
	}
}

// The guard leaves a daemon of a successful command alone, and ends with a process that ends by itself.
func TestGuardLeavesDaemonsAlone(t *testing.T) {
	cmd, token := startVictim(t, "end", "setsid -f sleep 60 >/dev/null 2>&1 </dev/null", "true")
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	for len(carrying(token)) > 1 {
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
	left := carrying(token)
	if len(left) != 1 || !strings.HasPrefix(commandLine(left[0]), "sleep") {
		t.Errorf("%d processes left, want the daemon", len(left))
	}
	for _, pid := range left {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// carrying lists the living processes with a text in their environment.
func carrying(text string) (pids []int) {
	for _, path := range files("/proc/[0-9]*/environ") {
		if environ, err := os.ReadFile(path); err == nil && bytes.Contains(environ, []byte(text)) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			pids = append(pids, pid)
		}
	}
	return pids
}

// nobodyLeft waits until no process has the token in its environment, about a second on an idle machine.
func nobodyLeft(t *testing.T, token string) {
	t.Helper()
	var left []int
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if left = carrying(token); len(left) == 0 {
			return
		}
	}
	for _, pid := range left {
		t.Errorf("process %d is still there: %s", pid, commandLine(pid))
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

func commandLine(pid int) string {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	return strings.ReplaceAll(string(text), "\x00", " ")
}

// startVictim starts this binary, in a directory and a process group of its own, and returns it with a
// text that is in the environment of every process that it starts.
func startVictim(t *testing.T, args ...string) (cmd *exec.Cmd, token string) {
	t.Helper()
	cmd = exec.Command(os.Args[0], args...)
	cmd.Dir = t.TempDir()
	token = victimVar + "=" + cmd.Dir
	cmd.Env = append(os.Environ(), token)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, token
}
