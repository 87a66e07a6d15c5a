//go:build linux

package chaos_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// slow are projects without languages that take their time, so that a kill comes at every stage.
var slow = map[string]string{
	"a/CMakeLists.txt": head + `project(a NONE)
execute_process(COMMAND ${CMAKE_COMMAND} -E sleep 0.02)
add_custom_target(a ALL COMMAND ${CMAKE_COMMAND} -E sleep 0.02)
`,
	"b/CMakeLists.txt": head + `project(b NONE)
foreach(i RANGE 1 200)
  message("line ${i}")
endforeach()
enable_testing()
add_test(NAME one COMMAND ${CMAKE_COMMAND} -E true)
add_custom_target(b ALL COMMAND ${CMAKE_COMMAND} -E sleep 0.03)
`,
	"libs/c/CMakeLists.txt": head + `project(c NONE)
add_custom_target(c ALL COMMAND ${CMAKE_COMMAND} -E echo one COMMAND ${CMAKE_COMMAND} -E sleep 0.01 COMMAND ${CMAKE_COMMAND} -E echo two)
install(FILES CMakeLists.txt DESTINATION share)
`,
	"libs/d/CMakeLists.txt": head + `project(d NONE)
message(slow)
execute_process(COMMAND ${CMAKE_COMMAND} -E sleep 0.04)
add_custom_target(d)
add_custom_target(e ALL COMMAND ${CMAKE_COMMAND} -E touch made)
`,
	"libs/e/CMakeLists.txt": head + "project(e NONE)\n",
}

// didNotFinish is the reason for a build tree in which a configure step was killed.
const didNotFinish = "the last configure did not finish"

// TestKill kills runs at random moments. The next run succeeds, and leads to the build trees of an
// undisturbed one.
func TestKill(t *testing.T) {
	k := &killing{repository: newRepository(t, commandDir, slow), random: seeded(t)}
	k.moments(count(t, "CHAOS_MOMENTS", len(starts)))
}

// TestKillReal does the same with real CMakes and their processes.
func TestKillReal(t *testing.T) {
	moments := count(t, "CHAOS_MOMENTS", 8) / 4
	for _, bin := range firstCMake(t) {
		t.Run(filepath.Base(filepath.Dir(bin)), func(t *testing.T) {
			r := newRepository(t, bin, nil)
			for _, name := range []string{"c-only", "codegen", "header-only", "library"} {
				must(t, os.CopyFS(filepath.Join(r.root, name), os.DirFS(filepath.Join("..", "..", "..", "..", "testdata", "projects", name))))
			}
			r.age()
			r.env = append(r.env, "CMAKETARGETS_STORE="+filepath.Join(filepath.Dir(r.root), "store"))
			k := &killing{repository: r, random: seeded(t)}
			k.moments(max(1, moments/len(firstCMake(t))))
		})
	}
}

// cmakeDirs are the directories of the real CMakes to test with: those that CMAKETARGETS_TEST_CMAKES lists, or the one
// in PATH.
func cmakeDirs(t *testing.T) (dirs []string) {
	t.Helper()
	list := os.Getenv("CMAKETARGETS_TEST_CMAKES")
	if list == "" {
		path, err := exec.LookPath("cmake")
		must(t, err)
		list = path
	}
	for _, cmake := range filepath.SplitList(list) {
		dirs = append(dirs, filepath.Dir(cmake))
	}
	return dirs
}

// firstCMake is the first of cmakeDirs, or all if CMAKETARGETS_TEST_ALL is set: with all CI takes too long.
func firstCMake(t *testing.T) []string {
	t.Helper()
	dirs := cmakeDirs(t)
	if os.Getenv("CMAKETARGETS_TEST_ALL") == "" {
		dirs = dirs[:1]
	}
	return dirs
}

// killing is a repository whose runs are killed.
type killing struct {
	*repository
	random *rand.Rand
	want   snapshot // after an undisturbed build
	took   map[string]time.Duration
	seen   map[string]int // reasons of configure steps after a kill
}

// starts are the states in which a run begins that is to be killed, and its targets.
var starts = []struct {
	name    string
	fresh   bool // there are no build trees
	changed bool // the projects were changed
	target  string
}{
	{"first configure", true, false, "configure"},
	{"first build", true, false, "build"},
	{"changed configure", false, true, "configure"},
	{"changed build", false, true, "build"},
	{"clean", false, false, "clean"},
	{"rebuild", false, false, "rebuild"},
}

func (k *killing) build() string { return filepath.Join(k.root, "build") }

// moments kills so many runs.
func (k *killing) moments(n int) {
	t := k.t
	t.Helper()
	// Kinds that are not measured cost nothing, and the seed decides which of them a short test has.
	order := k.random.Perm(len(starts))
	k.undisturbed(order[:min(n, len(starts))])
	alone := 0
	for i := range n {
		start := starts[order[i%len(starts)]]
		// The process alone, or with all that it started.
		all := k.random.IntN(2) == 0
		if !all {
			alone++
		}
		// Some runs end before they are killed.
		delay := time.Duration(k.random.Float64() * 1.05 * float64(k.took[start.name]))
		what := fmt.Sprintf("moment %d: %s killed after %v, all=%v", i, start.name, delay, all)
		if !k.moment(what, start.fresh, start.changed, start.target, delay, all) {
			return
		}
	}
	t.Logf("killed at %d moments, at %d of them without the processes it had started; what the next runs found: %v", n, alone, k.seen)
}

// undisturbed measures how long kinds of runs take, and records the build trees.
func (k *killing) undisturbed(kinds []int) {
	k.took, k.seen = map[string]time.Duration{}, map[string]int{}
	k.run("build")
	for _, kind := range kinds {
		start := starts[kind]
		k.prepare(start.fresh, start.changed)
		began := time.Now()
		k.run(start.target)
		k.took[start.name] = time.Since(began)
		k.run("build")
	}
	k.want = take(k.t, k.root)
}

// prepare makes the state in which a run begins, from that after a build.
func (k *killing) prepare(fresh, changed bool) {
	if fresh {
		must(k.t, os.RemoveAll(k.build()))
	}
	if changed {
		now := time.Now()
		files, err := filepath.Glob(filepath.Join(k.root, "*", "CMakeLists.txt"))
		must(k.t, err)
		for _, file := range files {
			must(k.t, os.Chtimes(file, now, now))
		}
	}
}

// moment kills one run, and checks the next one.
func (k *killing) moment(what string, fresh, changed bool, target string, delay time.Duration, all bool) (ok bool) {
	t := k.t
	t.Helper()
	k.prepare(fresh, changed)
	from := k.logSize()
	p := k.start(target)
	time.Sleep(delay)
	if all {
		killAll(p.mark)
	} else {
		// Its processes live for a moment, and must not disturb the next run.
		_ = p.Process.Signal(syscall.SIGKILL)
	}
	_ = p.Wait()
	logged := k.logSize()

	// A build tree that was half cleaned or half made can be cleaned.
	if k.random.IntN(4) == 0 {
		next := k.start("clean")
		if err := next.Wait(); err != nil {
			t.Errorf("%s; then clean: %v\n%s", what, err, &next.output)
			return false
		}
		if left := take(t, k.build()); len(left) > 1 {
			t.Errorf("%s; then clean leaves %v", what, left)
			return false
		}
		logged = from
	}
	next := k.start("build")
	if err := next.Wait(); err != nil {
		t.Errorf("%s; then build: %v\n%s\nthe killed run said\n%s", what, err, &next.output, &p.output)
		return false
	}
	report, broken := next.results(t), k.unfinished(from, logged)
	for _, res := range configured(report) {
		k.seen[res.Reason]++
		if broken[res.Project.Dir] && res.Reason != didNotFinish {
			t.Errorf("%s; %s: reason %q, though its configure step was killed", what, res.Project.Path, res.Reason)
			ok = false
		}
	}
	if diff := differs(t, k.want, k.root); diff != "" {
		t.Errorf("%s; undisturbed -, killed +\n%s\nthe killed run said\n%s\nthe next\n%s", what, diff, &p.output, &next.output)
		return false
	}
	// The run after the next one has nothing to do, and rightly so.
	if k.random.IntN(4) == 0 {
		for _, res := range configured(k.run("build")) {
			if res.Status != cmaketargets.StatusUpToDate {
				t.Errorf("%s; the second run after it: %s %s: %s", what, res.Project.Path, res.Status, res.Reason)
			}
		}
	}
	return !t.Failed()
}
