//go:build !portable

package proc

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shells are the shells that may be /bin/sh somewhere.
var shells = [][]string{{"dash"}, {"bash", "--posix"}, {"busybox", "sh"}}

// eachShell runs a test with guard.sh in each shell that is installed. run sends it lines, ends its
// input, and waits for its end.
func eachShell(t *testing.T, test func(t *testing.T, run func(search, lines string))) {
	for _, shell := range shells {
		t.Run(shell[0], func(t *testing.T) {
			path, err := exec.LookPath(shell[0])
			if err != nil {
				t.Skip("not installed:", err)
			}
			t.Parallel()
			test(t, func(search, lines string) {
				t.Helper()
				cmd := exec.Command(path, append(shell[1:], "-c", guardScript, guardName, "1.2.3", search)...)
				cmd.Stdin = strings.NewReader(lines)
				if out, err := cmd.Output(); err != nil || len(out) > 0 {
					t.Errorf("it prints %q, %v", out, err)
				}
			})
		})
	}
}

// sleeper starts a process that leads a session, with a mark.
func sleeper(t *testing.T, mark, script string) (pid int, dir string, ended <-chan struct{}) {
	t.Helper()
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir, cmd.Env = t.TempDir(), WithMark(os.Environ(), mark)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { _ = cmd.Wait(); close(done) }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); <-done })
	return cmd.Process.Pid, cmd.Dir, done
}

// The guard ends the commands that have begun and not ended, by number or mark, and no other process,
// for any input.
func TestGuardScriptReadsLines(t *testing.T) {
	eachShell(t, func(t *testing.T, run func(search, lines string)) {
		for search, lines := range map[string]string{
			"proc":   "%[1]s 0\n%[1]s %[2]d\n",
			"groups": "1.2.3.4; 0\n%[1]s 0\n1.2.3.4; -1\n%[1]s %[2]d\n1.2.3.44; 0\n",
		} {
			mark := fmt.Sprintf("%s.%d;", Identity(), time.Now().UnixNano())
			pid, _, ended := sleeper(t, mark, "exec sleep 60")
			run(search, fmt.Sprintf(lines, mark, pid))
			select {
			case <-ended:
			case <-time.After(10 * time.Second):
				t.Errorf("%s: the command runs on", search)
			}
		}
		mark := fmt.Sprintf("%s.%d;", Identity(), time.Now().UnixNano())
		pid, _, ended := sleeper(t, mark, "exec sleep 60")
		for _, lines := range []string{
			"",
			"%[1]s 0\n%[1]s %[2]d\n%[1]s -1\n",         // ended
			"%[1]s 0\n%[1]s -1\n%[1]s %[2]d",           // a line that was cut off
			"1.2.3.4; 0\n1.2.3.4; 1\n1.2.3.5; -7\n",    // everyone, a single process
			"1.2.3.4; %[2]dx\n1.2.3.5; * \n1.2.3.6;\n", // no numbers
			"%[1]s1 0\n1%[1]s 0\n",                     // other marks
			"1.2.3.4; 999999999999999999999\n1.2.3.5; 4194399\n\n",
		} {
			run("proc", fmt.Sprintf(lines, mark, pid))
			run("groups", fmt.Sprintf(lines, mark, pid))
		}
		select {
		case <-ended:
			t.Error("a process was ended that the guard should not know")
		default:
		}
	})
}

// A command with an Input has longer to end the processes that it started elsewhere, and gets
// SIGTERM more than once, also when its number was not announced; others beside it have not.
func TestGuardScriptWaitsForRemoteCommands(t *testing.T) {
	eachShell(t, func(t *testing.T, run func(search, lines string)) {
		const ends = `n=0; trap 'n=$((n + 1)); [ $n -lt 4 ] || { echo >tidied; exit; }' TERM; echo >ready; while :; do sleep 0.02; done`
		var input strings.Builder
		dirs := map[string]string{}
		for name, lines := range map[string]string{
			"local": "MARK 0\nMARK PID\n", "remote": "MARK 0 remote\nMARK PID remote\n", "unannounced": "MARK 0 remote\n",
		} {
			mark := fmt.Sprintf("%s.%d;", Identity(), time.Now().UnixNano())
			pid, dir, _ := sleeper(t, mark, ends)
			for !exists(dir + "/ready") {
				time.Sleep(time.Millisecond)
			}
			input.WriteString(strings.NewReplacer("MARK", mark, "PID", fmt.Sprint(pid)).Replace(lines))
			dirs[name] = dir
		}
		run("proc", input.String())
		for name, dir := range dirs {
			if exists(dir+"/tidied") != (name != "local") {
				t.Errorf("the %s command had time: %t", name, exists(dir+"/tidied"))
			}
		}
	})
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// The guard ends processes that are ahead of a list of processes.
func TestGuardScriptEndsForkers(t *testing.T) {
	eachShell(t, func(t *testing.T, run func(search, lines string)) {
		for _, next := range []string{"sh f.sh &", "exec bash -c 'set -m; sh f.sh &'", "setsid -f sh f.sh"} {
			mark := fmt.Sprintf("%s.%d;", Identity(), time.Now().UnixNano())
			script := `printf '%s\n' 'printf . >>hops' "` + next + `" >f.sh; sh f.sh >/dev/null 2>&1 </dev/null; sleep 60`
			pid, dir, _ := sleeper(t, mark, script)
			generations := func() int64 {
				info, err := os.Stat(filepath.Join(dir, "hops"))
				if err != nil {
					return 0
				}
				return info.Size()
			}
			for generations() < 10 {
				time.Sleep(time.Millisecond)
			}
			run("proc", fmt.Sprintf("%s %d\n", mark, pid))
			before := generations()
			time.Sleep(50 * time.Millisecond)
			if after := generations(); after != before {
				t.Errorf("%s: %d generations after the guard's end", next, after-before)
			}
			_ = os.Remove(filepath.Join(dir, "f.sh")) // It ends forkers that survived.
		}
	})
}

// BenchmarkGuard measures the cost of the guard for the first command.
func BenchmarkGuard(b *testing.B) {
	for b.Loop() {
		g := guardProcess{running: map[string]announced{}, env: os.Environ()}
		g.set("1.2.3.1;", announced{pid: starting})
		b.StopTimer()
		g.set("1.2.3.1;", announced{pid: ended})
		_ = g.pipe.Close()
		_ = g.cmd.Wait()
		b.StartTimer()
	}
}
