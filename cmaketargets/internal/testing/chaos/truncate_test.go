//go:build linux

package chaos_test

import (
	"bytes"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// damages are the effects of a power failure on a file that was written shortly before: it ends early, or a part that
// was never written reads as zeros. Its name, and often its time, are there already.
var damages = map[string]func(data []byte, at int) []byte{
	"cut off": func(data []byte, at int) []byte { return data[:at] },
	"zeros at end": func(data []byte, at int) []byte {
		return append(slices.Clone(data[:at]), make([]byte, len(data)-at)...)
	},
	"zeros at start": func(data []byte, at int) []byte { return append(make([]byte, at), data[at:]...) },
}

// places are where a file may be damaged: at either end, at ends of lines and within them, at the size of a page.
func places(data []byte) []int {
	at := []int{0, 1, len(data) / 2, len(data) - 1}
	for _, n := range []int{len(data) / 3, len(data) * 2 / 3, len(data) * 9 / 10} {
		if i := bytes.IndexByte(data[n:], '\n'); i >= 0 {
			at = append(at, n+i, n+i+1)
		}
	}
	if len(data) > 4096 {
		at = append(at, 4096)
	}
	slices.Sort(at)
	return slices.DeleteFunc(slices.Compact(at), func(n int) bool { return n < 0 || n >= len(data) })
}

// reboot changes the snapshot of project a to one of an earlier boot, if it has one, and forgets that its files were
// compared in this one.
func (r *repository) reboot() {
	state := filepath.Join(r.root, "build", "a", ".cmaketargets")
	must(r.t, os.RemoveAll(filepath.Join(state, "boot")))
	path := filepath.Join(state, "configure.snapshot")
	data, err := os.ReadFile(path)
	must(r.t, err)
	must(r.t, os.WriteFile(path, bytes.Replace(data, []byte(`"Boot":"`), []byte(`"Boot":"not `), 1), 0o666))
}

// spoil damages a file, and keeps its time.
func spoil(t *testing.T, path string, damage func([]byte, int) []byte, at int) {
	t.Helper()
	info, err := os.Stat(path)
	must(t, err)
	data, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path, damage(data, at), 0o666))
	must(t, os.Chtimes(path, time.Time{}, info.ModTime()))
}

// TestTruncated damages every file of a build tree that a run reads. The next run leads to the
// build tree, and reports the targets, of an undisturbed one.
func TestTruncated(t *testing.T) {
	r := newRepository(t, commandDir, map[string]string{"a/CMakeLists.txt": head + "project(a NONE)\nenable_testing()\nadd_test(NAME one COMMAND ${CMAKE_COMMAND} -E true)\nadd_custom_target(a)\n"})
	want, report := r.undamaged("build")
	random := seeded(t)
	for _, name := range []string{
		".cmaketargets/configure.snapshot", ".cmaketargets/lock", "CMakeCache.txt", ".cmake/api/v1/reply/index-*.json",
	} {
		r.everyDamage(t, random, name, want, report, func() {})
	}
	// These are read only where something changed.
	for _, name := range []string{
		"query/client-cmaketargets/query.json", "reply/codemodel-v2-*.json", "reply/cmakeFiles-v1-*.json",
		"reply/target-*.json",
	} {
		r.everyDamage(t, random, ".cmake/api/v1/"+name, want, report, func() {
			now := time.Now()
			must(t, os.Chtimes(filepath.Join(r.root, "a", "CMakeLists.txt"), now, now))
		})
	}
}

// TestTruncatedReal does so with the cache of a real CMake, which keeps most of its entries.
func TestTruncatedReal(t *testing.T) {
	for _, bin := range firstCMake(t) {
		t.Run(filepath.Base(filepath.Dir(bin)), func(t *testing.T) {
			r := newRepository(t, bin, map[string]string{
				"a/CMakeLists.txt": "cmake_minimum_required(VERSION 3.16)\nproject(a C)\nadd_executable(a a.c)\n",
				"a/a.c":            "int main(void) { return 0; }\n",
			})
			r.env = append(r.env, "CMAKETARGETS_STORE="+filepath.Join(filepath.Dir(r.root), "store"))
			want, report := r.undamaged("configure")
			random := seeded(t)
			path := filepath.Join(r.root, "build", "a", "CMakeCache.txt")
			data, err := os.ReadFile(path)
			must(t, err)
			for range count(t, "CHAOS_MOMENTS", 4) / 2 {
				// At the end of a line it looks like a whole one.
				at := random.IntN(len(data) - 2)
				if i := bytes.IndexByte(data[at:], '\n'); i >= 0 && random.IntN(2) == 0 {
					at += i + 1
				}
				spoil(t, path, damages["cut off"], at)
				r.same(t, "CMakeCache.txt cut off", at, want, report, "configure")
			}
			// The same for the store.
			entries := filesBelow(t, filepath.Join(filepath.Dir(r.root), "store"))
			for range count(t, "CHAOS_MOMENTS", 4) / 2 {
				entry := entries[random.IntN(len(entries))]
				text, err := os.ReadFile(entry)
				if err != nil || len(text) == 0 { // it was noticed before, and replaced
					entries = filesBelow(t, filepath.Join(filepath.Dir(r.root), "store"))
					continue
				}
				for name, damage := range damages {
					at := random.IntN(len(text))
					spoil(t, entry, damage, at)
					r.remove("build")
					r.same(t, entry+" "+name, at, want, report, "configure")
					break
				}
			}
		})
	}
}

// TestPowerFailure damages files that a real CMake generates and never reads again: without a
// second run of CMake a build, the tests or an install would fail for ever, or do nothing and
// succeed.
func TestPowerFailure(t *testing.T) {
	for _, bin := range cmakeDirs(t) {
		t.Run(filepath.Base(filepath.Dir(bin)), func(t *testing.T) {
			r := newRepository(t, bin, map[string]string{
				"a/CMakeLists.txt": "cmake_minimum_required(VERSION 3.16)\nproject(a C)\nadd_executable(a a.c)\nenable_testing()\nadd_test(NAME a COMMAND a)\ninstall(TARGETS a)\n",
				"a/a.c":            "int main(void) { return 0; }\n",
			})
			r.env = append(r.env, "CMAKETARGETS_STORE="+filepath.Join(filepath.Dir(r.root), "store"))
			r.run("configure")
			now := time.Now()
			must(t, os.Chtimes(filepath.Join(r.root, "a", "CMakeLists.txt"), now, now))
			want, report := r.undamaged("configure") // as CMake leaves it the second time
			for _, name := range []string{"build.ninja", "CTestTestfile.cmake", "cmake_install.cmake", "CMakeFiles/*/CMakeCCompiler.cmake"} {
				files, err := filepath.Glob(filepath.Join(r.root, "build", "a", filepath.FromSlash(name)))
				if err != nil || len(files) != 1 {
					t.Fatalf("%s is %q, %v", name, files, err)
				}
				for _, how := range []string{"cut off", "zeros at end"} {
					r.reboot()
					spoil(t, files[0], damages[how], 0)
					r.same(t, name+" "+how, 0, want, report, "configure")
				}
			}
		})
	}
}

// undamaged returns the build tree and the report of an undisturbed run.
func (r *repository) undamaged(target string) (snapshot, []outcome) {
	r.t.Helper()
	r.run(target)
	return take(r.t, filepath.Join(r.root, "build")), r.run(target)
}

// everyDamage damages the one file of the build tree of project a that has the name, in every way
// at some places, and checks the next run after prepare.
func (r *repository) everyDamage(t *testing.T, random *rand.Rand, name string, want snapshot, report []outcome, prepare func()) {
	t.Helper()
	files := func() []string {
		files, err := filepath.Glob(filepath.Join(r.root, "build", "a", filepath.FromSlash(name)))
		must(t, err)
		return files
	}
	if len(files()) == 0 {
		t.Fatalf("there is no %s", name)
	}
	data, err := os.ReadFile(files()[0])
	must(t, err)
	for _, how := range slices.Sorted(maps.Keys(damages)) {
		damage, at := damages[how], places(data)
		random.Shuffle(len(at), func(i, j int) { at[i], at[j] = at[j], at[i] })
		for _, at := range at[:min(len(at), count(t, "CHAOS_MOMENTS", 12)/12)] {
			if data, err := os.ReadFile(files()[0]); err != nil || at >= len(data) {
				continue // it is a little shorter now
			}
			r.reboot()
			spoil(t, files()[0], damage, at)
			prepare()
			r.same(t, name+" "+how, at, want, report, "build")
		}
	}
}

// same does a target, and compares its build tree and its report with the wanted ones.
func (r *repository) same(t *testing.T, what string, at int, want snapshot, report []outcome, target string) {
	t.Helper()
	p := r.start(target)
	if err := p.Wait(); err != nil {
		t.Errorf("%s at %d: %v\n%s", what, at, err, &p.output)
		return
	}
	if diff := differs(t, want, filepath.Join(r.root, "build")); diff != "" {
		t.Errorf("%s at %d: undamaged -, damaged +\n%s\n%s", what, at, diff, &p.output)
	}
	got := p.results(t)
	for i := range got {
		if diff := cmp.Diff(report[i].Targets, got[i].Targets); diff != "" {
			t.Errorf("%s at %d: targets of %s: undamaged -, damaged +\n%s", what, at, got[i].Step, diff)
		}
	}
}

func filesBelow(t *testing.T, dir string) (files []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !strings.Contains(path, "tmp-") {
			files = append(files, path)
		}
		return err
	}))
	return files
}
