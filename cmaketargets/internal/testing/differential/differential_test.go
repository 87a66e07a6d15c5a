//go:build linux

package differential_test

import (
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sequences is how many random sequences there are, unless DIFFERENTIAL_SEQUENCES says so. They are the
// same in each run, so that no change fails for an old defect.
const (
	sequences = 3
	seed      = 21
)

// TestDifferential makes random edits, and does the steps after each in one copy by a run of ours
// and in the other one by hand.
func TestDifferential(t *testing.T) {
	t.Parallel()
	all, err := shapes()
	must(t, err)
	names := slices.Sorted(maps.Keys(all))
	n := sequences
	switch text := os.Getenv("DIFFERENTIAL_SEQUENCES"); {
	case text != "":
		n, err = strconv.Atoi(text)
		must(t, err)
	case testing.Short():
		t.Skip("it takes a minute")
	default:
		must(t, flag.Set("rapid.seed", strconv.Itoa(seed)))
	}
	must(t, flag.Set("rapid.checks", strconv.Itoa(n)))
	cmakes, base := cmakeDirs(t), t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		list := []*shape{all[rapid.SampledFrom(names).Draw(r, "shape")]}
		if second := all[rapid.SampledFrom(names).Draw(r, "second shape")]; !list[0].alone() && !second.alone() && second != list[0] && rapid.IntRange(0, 3).Draw(r, "both") == 3 {
			list = append(list, second)
		}
		dir, err := os.MkdirTemp(base, "")
		must(r, err)
		defer os.RemoveAll(dir)
		w := newWorkspace(r, dir, cmakes, list...)
		w.step(everything)
		last := everything
		for range rapid.IntRange(3, 8).Draw(r, "edits") {
			w.do(rapid.SampledFrom(rapid.SampledFrom(w.all()).Draw(r, "kind")).Draw(r, "edit"))
			last = rapid.SampledFrom([]extent{everything, everything, build, build, nothing}).Draw(r, "steps")
			w.step(last)
		}
		if last != everything {
			w.step(everything)
		}
	})
}

// once are sequences after which the copies once differed.
var once = []string{
	"file-read: remove what was generated in build/one/app",
	"root: remove what was generated in build",
	"c-checks: remove the cache in build/one/app",
	"c: nothing (build); change unseen one/app/CMakeLists.txt (build)",
	"external-project: export CMAKE_GENERATOR=Unix Makefiles",
	"c-make: change back one/app/CMakeLists.txt; cmake -DWITH_X=ON in one (build); change one/app/CMakeLists.txt (no run); export LDFLAGS=-Wl,-O1 (build)",
	"c-toolchain: nothing (no run); export CXXFLAGS=-DFLAG",
	"execute-cmake + glob-subdirectories: nothing (no run); create with an old time two/app/two/CMakeLists.txt (no run); remove artifacts in build/one/app; change unseen two/app/one/CMakeLists.txt",
}

// TestReplay does these, or the one that DIFFERENTIAL_REPLAY has.
func TestReplay(t *testing.T) {
	list := once
	if text := os.Getenv("DIFFERENTIAL_REPLAY"); text != "" {
		list = []string{text}
	} else if testing.Short() {
		list = list[:1]
	}
	for _, text := range list {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			replay(t, text)
		})
	}
}

// replay does a sequence in the form that a failing test prints.
func replay(t *testing.T, text string) {
	t.Helper()
	all, err := shapes()
	must(t, err)
	names, steps, _ := strings.Cut(text, ": ")
	var list []*shape
	for name := range strings.SplitSeq(names, " + ") {
		if all[name] == nil {
			t.Fatalf("there is no shape %q", name)
		}
		list = append(list, all[name])
	}
	w := newWorkspace(t, t.TempDir(), cmakeDirs(t), list...)
	w.step(everything)
	for name := range strings.SplitSeq(steps, "; ") {
		steps := everything
		for _, e := range []extent{build, nothing} {
			if short, ok := strings.CutSuffix(name, string(e)); ok {
				name, steps = short, e
			}
		}
		e, err := w.named(name)
		must(t, err)
		w.do(e)
		w.step(steps)
	}
	w.step(everything)
}

// cmakeDirs are the directories of the real CMakes to test with: those that
// CMAKETARGETS_TEST_CMAKES lists, or the one in PATH.
func cmakeDirs(t *testing.T) (dirs []string) {
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
