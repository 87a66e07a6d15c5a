//go:build linux

package chaos_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// TestOutputBlocked ends runs while their output is blocked, as after Ctrl-S: they end all the
// same, and write their reports, unless one signal after the other comes.
func TestOutputBlocked(t *testing.T) {
	for _, test := range []struct {
		name   string
		again  bool
		status int
	}{{"TERM", false, 143}, {"TERM again and again", true, -1}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, commandDir, map[string]string{
				"conf/CMakeLists.txt": strings.ReplaceAll(endless["conf/CMakeLists.txt"], "DEAF", ""),
				"done/CMakeLists.txt": head + "project(done NONE)\nwhile(NOT EXISTS ${CMAKE_SOURCE_DIR}/../conf/.began)\nendwhile()\n",
			})
			r.env = append(r.env, "PATH="+os.Getenv("PATH"), cmaketargets.EnvJobs+"=4")
			pipe := fullPipe(t)
			e := &ending{r: r}
			e.Cmd = exec.Command("sh", "-c", `exec "$0" configure >"$1"`, filepath.Join(commandDir, "driver"), pipe)
			r.begin(&e.running)
			r.await("conf/.began")
			r.await("build/done/build.ninja")
			time.Sleep(100 * time.Millisecond) // until its output blocks
			ended := make(chan error, 1)
			e.kill(e.Process.Pid, syscall.SIGTERM)
			go func() { ended <- e.Wait() }()
			tick, late := time.NewTicker(100*time.Millisecond), time.After(20*time.Second)
			defer tick.Stop()
			for over := false; !over; {
				select {
				case <-ended:
					over = true
				case <-tick.C:
					if test.again {
						_ = e.Process.Signal(syscall.SIGTERM)
					}
				case <-late:
					_ = e.Process.Kill()
				}
			}
			if left := gone(e.mark); len(left) > 0 {
				t.Errorf("still alive: %v", left)
			}
			if got := e.ProcessState.ExitCode(); got != test.status {
				t.Errorf("exit status %d\n%s", got, &e.output)
			}
			if test.again {
				return
			}
			for _, res := range e.results(t) {
				if res.Project.Path == "conf" && (res.Status != cmaketargets.StatusCancelled || res.Reason != "terminated by SIGTERM") {
					t.Errorf("%s is %s: %s", res.Project.Path, res.Status, res.Reason)
				}
			}
		})
	}
}

// fullPipe makes a named pipe that is open and full.
func fullPipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	must(t, syscall.Mkfifo(path, 0o600))
	full, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	t.Cleanup(func() { _ = full.Close() })
	must(t, full.SetWriteDeadline(time.Now().Add(100*time.Millisecond)))
	for err == nil {
		_, err = full.Write(make([]byte, 4096))
	}
	return path
}
