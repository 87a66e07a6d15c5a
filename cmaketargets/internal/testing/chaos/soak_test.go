//go:build linux

package chaos_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// statuses are how the three steps of a project end: configure, build, test.
type statuses [3]cmaketargets.Status

// The ends of a project with a fault in one step, or in none.
var (
	sound    = statuses{cmaketargets.StatusOK, cmaketargets.StatusOK, cmaketargets.StatusOK}
	untested = statuses{cmaketargets.StatusOK, cmaketargets.StatusOK, cmaketargets.StatusSkipped}
	noTree   = statuses{cmaketargets.StatusFailed, cmaketargets.StatusSkipped, cmaketargets.StatusSkipped}
	noBuild  = statuses{cmaketargets.StatusOK, cmaketargets.StatusFailed, cmaketargets.StatusSkipped}
	noTest   = statuses{cmaketargets.StatusOK, cmaketargets.StatusOK, cmaketargets.StatusFailed}
)

// faults are the kinds of projects, each with the ends that it has to come to. Those with a weight
// are rarer.
var faults = []struct {
	text string
	want statuses
	rare int // once in so many times that its turn comes; 0 is each time
}{
	{fine, sound, 0},
	{"", untested, 0},
	{fine + "# fake: configure sleep=30ms\n# fake: build sleep=30ms\n# fake: test sleep=30ms\n", sound, 0},
	{"# fake: configure print=x\nadd_custom_target(bad ALL COMMAND ${CMAKE_COMMAND} -E false)\n", noBuild, 0},
	{"message(FATAL_ERROR no)\n", noTree, 0},
	{"# fake: configure exit=77\n", noTree, 0},
	{"# fake: configure signal=SEGV\n", noTree, 0},
	{"# fake: configure signal=KILL\n", noTree, 0},
	{"# fake: configure ignore=TERM signal=ABRT\n", noTree, 0},
	{"# fake: no-cache\n", noTree, 0},
	{"# fake: reply object=codemodel text=\"\\x00garbage{\"\n", noTree, 0},
	{"# fake: build signal=KILL\n", noBuild, 0},
	{"# fake: build lines=2000 exit=2\n", noBuild, 0},
	{"# fake: build warn=\"a.c:1:1: error: \\x1b[31mred\\x00\" exit=2\n", noBuild, 0},
	{fine + "add_test(NAME bad COMMAND ${CMAKE_COMMAND} -E false)\n", noTest, 0},
	{"enable_testing()\nadd_test(NAME dead COMMAND sh -c \"kill -SEGV $$\")\n", noTest, 0},
	{fine + "# fake: test signal=KILL\n", noTest, 0},
	{"# fake: configure lines=300000\n", untested, 40}, // some megabytes
	{"# fake: build lines=300000 exit=1\n", noBuild, 40},
	{"# fake: build spawn=3s\n", untested, 40}, // holds the pipe
}

// fine is a test that succeeds.
const fine = "enable_testing()\nadd_test(NAME fine COMMAND ${CMAKE_COMMAND} -E true)\n"

// TestSoak has very many projects with faults of every kind in one run, which has to account for each of them, and may
// leave nothing behind.
func TestSoak(t *testing.T) {
	n := count(t, "CHAOS_PROJECTS", 50)
	random := seeded(t)
	files, want := map[string]string{}, map[string]statuses{}
	for i := range n {
		path := fmt.Sprintf("p%d/s%04d", i%7, i)
		fault := pick(random)
		files[path+"/CMakeLists.txt"] = fmt.Sprintf(head+"project(s%04d NONE)\n%s", i, faults[fault].text)
		want[path] = faults[fault].want
	}
	r := newRepository(t, commandDir, files)
	usageFile := filepath.Join(filepath.Dir(r.root), "usage")
	r.env = append(r.env, driverUsage+"="+usageFile, "FAKECMAKE_LOG=")
	p := r.start("test")
	if err := p.Wait(); p.ProcessState.ExitCode() != 1 {
		t.Fatalf("%v\n%.3000s", err, p.output.String())
	}
	if left := gone(p.mark); len(left) > 0 {
		t.Errorf("still alive: %v", left)
	}

	results := p.results(t)
	if len(results) != 3*n {
		t.Fatalf("%d results of %d projects, want three of each", len(results), n)
	}
	failed := 0
	for i := 0; i < len(results); i += 3 {
		path := results[i].Project.Path
		var got statuses
		for s, step := range []cmaketargets.Step{cmaketargets.StepConfigure, cmaketargets.StepBuild, cmaketargets.StepTest} {
			res := results[i+s]
			if res.Project.Path != path || res.Step != step || i > 0 && path <= results[i-1].Project.Path {
				t.Fatalf("result %d, of %s %s, is not in its place", i+s, res.Step, res.Project.Path)
			}
			if got[s] = res.Status; res.Status == cmaketargets.StatusFailed {
				failed++
			}
			if res.Reason == "" {
				t.Errorf("%s %s has no reason", step, path)
			}
		}
		if got != want[path] {
			t.Errorf("%s is %v, want %v; its CMakeLists.txt:\n%s", path, got, want[path], files[path+"/CMakeLists.txt"])
		}
	}

	u := readUsage(t, usageFile)
	t.Logf("%d projects, %d failed steps, %s of output on the screen; %s", n, failed, strconv.Itoa(len(p.output.String())), u)
	// The files of a run without faults: the streams, the runtime's, the guard's pipe; its
	// goroutines: main, timers and signals.
	if u.files > 16 || u.goroutines > 8 {
		t.Errorf("the run leaves %s", u)
	}
	if limit := 256 + n/10; u.peak > limit {
		t.Errorf("%d MiB of memory, more than %d", u.peak, limit)
	}
}

// pick chooses a fault.
func pick(random *rand.Rand) int {
	for {
		i := random.IntN(len(faults))
		if faults[i].rare == 0 || random.IntN(faults[i].rare) == 0 {
			return i
		}
	}
}

// usage is the memory of a process, and its open files and goroutines.
type usage struct {
	peak       int // MiB
	files      int
	goroutines int
}

// String returns the text that readUsage reads.
func (u usage) String() string {
	return fmt.Sprintf("peak %d MiB, %d open files, %d goroutines", u.peak, u.files, u.goroutines)
}

// measure measures this process, after everything has ended that ends by itself.
func measure() (u usage) {
	status, err := os.ReadFile("/proc/self/status")
	quitIf(err)
	if m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status); m != nil {
		kib, _ := strconv.Atoi(string(m[1]))
		u.peak = kib >> 10
	}
	for range 100 {
		if u.goroutines = runtime.NumGoroutine(); u.goroutines <= 3 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	files, err := os.ReadDir("/proc/self/fd")
	quitIf(err)
	u.files = len(files)
	return u
}

func readUsage(t *testing.T, path string) (u usage) {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	_, err = fmt.Sscanf(string(text), "peak %d MiB, %d open files, %d goroutines", &u.peak, &u.files, &u.goroutines)
	must(t, err)
	return u
}
