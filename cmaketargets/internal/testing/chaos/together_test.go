//go:build linux

package chaos_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/fakecmake"
)

// TestTogether has several processes work on one repository. All of them succeed, no two are in one build tree at a time,
// and the trees are in the end those of an undisturbed run.
func TestTogether(t *testing.T) {
	for _, test := range []struct {
		name    string
		targets []string // one process each
		built   bool     // before
	}{
		{"configure, configure", []string{"configure", "configure"}, false},
		{"build, clean", []string{"build", "clean"}, false},
		{"clean, build", []string{"clean", "build"}, true},
		{"rebuild, rebuild", []string{"rebuild", "rebuild"}, true},
		{"four builds", []string{"build", "build", "build", "build"}, false},
		{"all at once", []string{"rebuild", "build", "clean", "configure"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRepository(t, commandDir, slow)
			r.run("build")
			want := take(t, filepath.Join(r.root, "build"))
			if !test.built {
				r.remove("build")
			}
			from := r.logSize()
			var all []*running
			for _, target := range test.targets {
				all = append(all, r.start(target))
			}
			for i, p := range all {
				if err := p.Wait(); err != nil {
					t.Errorf("%s: %v\n%s", test.targets[i], err, &p.output)
				}
			}
			r.apart(from)
			if n := len(r.begun(from, "configure")); test.name == "configure, configure" && n != len(slow) {
				t.Errorf("%d configure steps of %d projects", n, len(slow))
			}
			r.run("build")
			if diff := differs(t, want, filepath.Join(r.root, "build")); diff != "" {
				t.Errorf("undisturbed -, together +\n%s", diff)
			}
		})
	}
}

// TestStorm has four terminals in which runs are started, and some of them killed, all on one
// repository. The others succeed, and in the end the build trees are those of an undisturbed run.
func TestStorm(t *testing.T) {
	r := newRepository(t, commandDir, slow)
	began := time.Now()
	r.run("build")
	took := time.Since(began)
	want := take(t, r.root)
	random := seeded(t)
	var terminals sync.WaitGroup
	for range 4 {
		type round struct {
			target string
			kill   bool
			all    bool
			delay  time.Duration
		}
		var rounds []round
		for range max(1, count(t, "CHAOS_MOMENTS", 12)/6) {
			rounds = append(rounds, round{
				target: []string{"build", "configure", "rebuild", "clean", "test"}[random.IntN(5)],
				kill:   random.IntN(2) == 0, all: random.IntN(2) == 0, delay: time.Duration(random.Float64() * 3 * float64(took)),
			})
		}
		terminals.Go(func() {
			for _, now := range rounds {
				p := r.start(now.target)
				if now.kill {
					time.Sleep(now.delay)
					if now.all {
						killAll(p.mark)
					} else {
						_ = p.Process.Kill()
					}
				}
				if err := p.Wait(); err != nil && !now.kill {
					t.Errorf("%s: %v\n%s", now.target, err, &p.output)
				}
			}
		})
	}
	terminals.Wait()
	r.run("build")
	got := take(t, r.root)
	for name := range got {
		// Some ran the tests, and a killed ctest leaves an empty Testing.
		if strings.Contains(name, ".cmaketargets/test.") || strings.Contains(name, "/Testing/") {
			delete(got, name)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("undisturbed -, after the storm +\n%s", diff)
	}
}

// begun returns the steps that began since an offset in the log.
func (r *repository) begun(from int, steps ...string) []fakecmake.Event {
	r.t.Helper()
	events, err := fakecmake.ReadLog(r.log)
	must(r.t, err)
	return fakecmake.Begun(events[from:], steps...)
}

// apart fails where two commands worked in one build tree at a time.
func (r *repository) apart(from int) {
	r.t.Helper()
	events, err := fakecmake.ReadLog(r.log)
	must(r.t, err)
	in := map[string]int{} // process by build tree
	for _, e := range events[from:] {
		switch {
		case e.Build == "" || e.Step == "child":
		case e.Kind == "begin":
			if other, busy := in[e.Build]; busy {
				r.t.Errorf("%s: %v began while process %d was at work", e.Build, e.Argv, other)
			}
			in[e.Build] = e.Pid
		case in[e.Build] == e.Pid:
			delete(in, e.Build)
		}
	}
}

// waiting is a repository with a project whose configure step waits for a file.
func waiting(t *testing.T) *repository {
	t.Helper()
	return newRepository(t, commandDir, map[string]string{
		"a/CMakeLists.txt": head + "project(a NONE)\n# fake: configure unless-file=go touch=began ignore=TERM wait-file=go\n",
	})
}

// TestHolderKilled kills the process for which another one waits: the other goes on, though not
// before all processes of the first are gone, also those that ignore SIGTERM.
func TestHolderKilled(t *testing.T) {
	for _, waits := range []bool{true, false} {
		t.Run(fmt.Sprintf("waits=%v", waits), func(t *testing.T) {
			r := waiting(t)
			first := r.start("build")
			r.await("a/began")
			var second *running
			if waits {
				second = r.start("build")
				for !strings.Contains(second.output.String(), "process ") {
					time.Sleep(5 * time.Millisecond)
				}
			}
			r.write("a/CMakeLists.txt", head+"project(a NONE)\n")
			must(t, first.Process.Signal(syscall.SIGKILL))
			_ = first.Wait()
			if !waits {
				second = r.start("build")
			}
			if err := second.Wait(); err != nil {
				t.Fatalf("%v\n%s", err, second.output.String())
			}
			for pid, line := range alive(first.mark) {
				if !strings.Contains(line, " cmaketargets-guard ") {
					t.Errorf("process %d was still at work: %s", pid, line)
				}
			}
			if res := configured(second.results(t))[0]; res.Reason != didNotFinish {
				t.Errorf("reason %q", res.Reason)
			}
		})
	}
}

// TestCopiedWhileAtWork copies a build tree, with its lock, in which a process is at work that goes
// on: a run in the copy does not take it for dead.
func TestCopiedWhileAtWork(t *testing.T) {
	r, copied := waiting(t), newRepository(t, commandDir, map[string]string{"a/CMakeLists.txt": head + "project(a NONE)\n"})
	first := r.start("configure")
	r.await("a/began")
	must(t, os.CopyFS(filepath.Join(copied.root, "build"), os.DirFS(filepath.Join(r.root, "build"))))
	p := copied.start("configure")
	if err := p.Wait(); err != nil || strings.Contains(p.output.String(), "killed") {
		t.Errorf("%v\n%s", err, &p.output)
	}
	r.write("a/go", "")
	if err := first.Wait(); err != nil {
		t.Errorf("%v\n%s", err, &first.output)
	}
}

// TestGuardKilled kills the process that has the lock and its guard with it. Ninja and Make then
// die of the pipe that has no reader, cmake with them, and their children go on until the next run
// ends them.
func TestGuardKilled(t *testing.T) {
	for _, generator := range []string{"Ninja", "Unix Makefiles"} {
		t.Run(generator, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, commandDir, map[string]string{"a/CMakeLists.txt": head + `project(a NONE)
add_custom_command(OUTPUT slow COMMAND sh -c "touch '${CMAKE_SOURCE_DIR}/began'; sleep 60" VERBATIM)
add_custom_command(OUTPUT other COMMAND sh -c "until [ -e go ]; do sleep 0.01; done" COMMAND echo done
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM)
add_custom_command(OUTPUT last COMMAND echo done DEPENDS other)
add_custom_target(all_of_them ALL DEPENDS slow other last)
`})
			r.env = append(r.env, "PATH="+os.Getenv("PATH"), "CMAKE_GENERATOR="+generator, cmaketargets.EnvJobs+"=4")
			first := r.start("build")
			r.await("a/began")
			for pid, line := range alive(first.mark) {
				if strings.Contains(line, " cmaketargets-guard ") {
					must(t, syscall.Kill(pid, syscall.SIGKILL))
				}
			}
			must(t, first.Process.Signal(syscall.SIGKILL))
			_ = first.Wait()
			r.write("a/go", "")
			for leaderless := false; !leaderless; time.Sleep(5 * time.Millisecond) {
				left := alive(first.mark)
				leaderless = len(left) > 0
				for _, line := range left {
					leaderless = leaderless && !strings.Contains(line, "cmake --build")
				}
				if len(left) == 0 {
					t.Fatal("nobody has outlived them")
				}
			}
			r.run("configure")
			if left := alive(first.mark); len(left) > 0 {
				t.Errorf("still at work: %v", left)
			}
		})
	}
}

// await waits for a file of the repository.
func (r *repository) await(path string) {
	r.t.Helper()
	if !arrives(filepath.Join(r.root, filepath.FromSlash(path))) {
		r.t.Fatalf("%s does not come", path)
	}
}

// arrives waits for a file, and returns false when it does not come for a long time.
func arrives(path string) bool {
	for deadline := time.Now().Add(30 * time.Second); !exists(path); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			return false
		}
	}
	return true
}
