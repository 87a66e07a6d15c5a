//go:build linux

package chaos_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slowCommands is a project whose build and tests have commands that run side by side.
const slowCommands = head + `project(p NONE)
enable_testing()
foreach(i RANGE 3)
  add_custom_command(OUTPUT o${i} COMMAND sleep 0.1)
  set_source_files_properties(o${i} PROPERTIES SYMBOLIC ON)
  list(APPEND all o${i})
  add_test(NAME t${i} COMMAND sleep 0.1)
endforeach()
add_custom_target(p ALL DEPENDS ${all})
`

// victim is a program of a run, with a word of the command line for one that has several uses, and the signal that
// ends it. Without a signal the output of the program panics.
type victim struct {
	generator, program, word string
	signal                   syscall.Signal
}

var victims = []victim{
	{"Unix Makefiles", "cmake", "--build", syscall.SIGKILL},
	{"Unix Makefiles", "make", "", syscall.SIGKILL},
	{"Unix Makefiles", "driver", "", syscall.SIGKILL},
	{"Unix Makefiles", "driver", "", syscall.SIGINT},
	{"Ninja", "ninja", "", syscall.SIGKILL},
	{"Ninja", "ctest", "", syscall.SIGKILL},
	{"Ninja", "sleep", "", syscall.SIGKILL},
	{"Ninja", "driver", "", syscall.SIGTERM},
	{"Ninja", "driver", "", 0},
}

// TestKillKeepsTokens runs within a jobserver, and ends a program of each run. When the run has ended each token is
// there, so its budget was whole; a run that was killed itself cannot give them back, but leaves no process and no FIFO.
func TestKillKeepsTokens(t *testing.T) {
	const tokens = 3
	dirs := cmakeDirs(t)
	r := newRepository(t, dirs[len(dirs)-1], map[string]string{"a/CMakeLists.txt": slowCommands, "b/CMakeLists.txt": slowCommands})
	random := seeded(t)
	dir := filepath.Dir(r.root)
	path := filepath.Join(dir, "fifo")
	must(t, syscall.Mkfifo(path, 0o600))
	fifo, err := syscall.Open(path, syscall.O_RDWR|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	must(t, err)
	defer func() { _ = syscall.Close(fifo) }()
	killed := map[string]int{}
	broken := filepath.Join(dir, "broken")
	// once is one run, whose victim is looked for after a delay. It reports whether the victim was seen.
	once := func(victim victim, delay time.Duration) bool {
		what := fmt.Sprintf("%s of %s, signal %d", victim.program, victim.generator, victim.signal)
		_, err := syscall.Write(fifo, make([]byte, tokens))
		must(t, err)
		p := &running{Cmd: exec.Command(filepath.Join(commandDir, "driver"), "test")}
		p.Env = []string{
			fmt.Sprintf("MAKEFLAGS= -j%d --jobserver-auth=fifo:%s", tokens+1, path),
			"CMAKE_GENERATOR=" + victim.generator, "CTEST_PARALLEL_LEVEL=3", "CMAKETARGETS_JOBS=8", "CMAKETARGETS_MEMORY=off", driverPanic + "=" + broken,
		}
		r.begin(p)
		time.Sleep(delay)
		found := 0
		for deadline := time.Now().Add(3 * time.Second); found == 0 && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			found = find(p.mark, victim.program, victim.word)
			switch {
			case found == 0:
				continue
			case victim.signal == 0:
				must(t, os.WriteFile(broken, nil, 0o666))
			case syscall.Kill(found, victim.signal) != nil:
				found = 0 // it has ended by itself
				continue
			}
			killed[what]++
		}
		_ = p.Wait()
		_ = os.Remove(broken)
		if left := gone(p.mark); len(left) > 0 {
			t.Errorf("%s: %v are left", what, left)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "cmaketargets-*")); len(left) > 0 {
			t.Errorf("%s: %v are left", what, left)
		}
		got, _ := syscall.Read(fifo, make([]byte, 100))
		got = max(got, 0)
		if got > tokens || got < tokens && (victim.program != "driver" || victim.signal != syscall.SIGKILL) {
			t.Errorf("%s: %d tokens of %d are there\n%s", what, got, tokens, &p.output)
		}
		if strings.Contains(p.output.String(), "jobserver") {
			t.Errorf("%s: the run says\n%s", what, &p.output)
		}
		return found != 0
	}
	for i := range count(t, "CHAOS_MOMENTS", len(victims)) {
		// A fast machine may be done with it before it is looked for.
		delay := time.Duration(random.IntN(100)) * time.Millisecond
		for try := 0; try < 5 && !once(victims[i%len(victims)], delay/time.Duration(1+try)); try++ {
			t.Logf("%v was not seen", victims[i%len(victims)])
		}
	}
	t.Logf("ended: %v", killed)
	if len(killed) < len(victims) {
		t.Errorf("%d of %d programs were ended: %v", len(killed), len(victims), killed)
	}
}

// find returns the number of a living process of a run, 0 for none.
func find(mark, program, word string) int {
	var found []int
	for pid, line := range alive(mark) {
		name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		if strings.TrimPrefix(strings.TrimSpace(string(name)), "g") == program && strings.Contains(line, word) {
			found = append(found, pid)
		}
	}
	if len(found) == 0 {
		return 0
	}
	return slices.Max(found)
}
