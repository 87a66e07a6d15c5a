//go:build linux

package differential_test

import (
	"cmp"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestDifferential makes random edits, and does steps after them in one copy by a run of ours and in
// the other one by hand. In CI the sequences are the same in each run, so that no change fails for an
// old defect.
func TestDifferential(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a minute")
	}
	cmakes := cmakeDirs(t)
	many, few := units(t, len(cmakes))
	seed, n, m := 1, 2, 1
	if text := os.Getenv("DIFFERENTIAL_SEQUENCES"); text != "" {
		var err error
		n, err = strconv.Atoi(text)
		must(t, err)
		n = (n + len(many) + len(few) - 1) / (len(many) + len(few))
		m, seed = n, int(time.Now().Unix())
		t.Logf("%d sequences for each of %d units, seed %d", n, len(many)+len(few), seed)
	} else {
		many = slices.DeleteFunc(many, func(u unit) bool { return u.cmake != len(cmakes)-1 })
		for i := range len(many) / 2 {
			many[i] = many[2*i] // half of the shapes with more sequences, as the beginning of each costs one
		}
		many = many[:len(many)/2]
		few = slices.DeleteFunc(few, func(u unit) bool { return u.cmake != 0 || len(u.shapes) == 1 && len(once[u.String()]) == 0 })
	}
	for i, u := range slices.Concat(few, many) {
		t.Run(u.String(), func(t *testing.T) {
			t.Parallel()
			s := newStart(t, t.TempDir(), cmakes, u)
			for _, steps := range once[u.String()] {
				replay(t, s, steps)
			}
			checks := n
			if i < len(few) {
				checks = m
			}
			check(t, seed+1000*i, checks, func(r *rapid.T) { sequence(r, s.again(r)) })
		})
	}
}

// flags is held while the flags of rapid are set, of which each Check reads these at its beginning.
var flags sync.Mutex

// check is rapid.Check with a seed and a number of checks. With one seed for all units, each would have
// the same edits.
func check(t *testing.T, seed, checks int, property func(*rapid.T)) {
	t.Helper()
	flags.Lock()
	begun := sync.OnceFunc(flags.Unlock)
	defer begun()
	must(t, flag.Set("rapid.seed", strconv.Itoa(seed)))
	must(t, flag.Set("rapid.checks", strconv.Itoa(checks)))
	rapid.Check(t, func(r *rapid.T) {
		begun()
		property(r)
	})
}

// pairs are shapes side by side in one workspace.
var pairs = []string{"execute-cmake + glob-subdirectories", "all + git-describe", "file-read + option"}

// units returns all units: those of which CI has many sequences, with its last cmake, and those with a
// compiler, two projects or a replay, of which it has few, with its first one.
func units(t *testing.T, cmakes int) (many, few []unit) {
	t.Helper()
	all, err := shapes()
	must(t, err)
	for _, name := range slices.Concat(slices.Sorted(maps.Keys(all)), pairs) {
		u, err := unitOf(name)
		must(t, err)
		for u.cmake = range cmakes {
			if len(u.shapes) > 1 || u.shapes[0].language == "C" || len(once[name]) > 0 {
				few = append(few, u)
			} else {
				many = append(many, u)
			}
		}
	}
	return many, few
}

// sequence makes edits, with steps after some of them and after the last one.
func sequence(r *rapid.T, w *workspace) {
	for n := rapid.IntRange(1, 4).Draw(r, "edits"); n > 0; n-- {
		w.do(rapid.SampledFrom(rapid.SampledFrom(w.all()).Draw(r, "kind")).Draw(r, "edit"))
		steps := []extent{build, test, build, install, everything, build}
		if n > 1 {
			steps = []extent{nothing, build, nothing}
		}
		w.step(rapid.SampledFrom(steps).Draw(r, "steps"))
	}
}

// once are sequences after which the copies once differed, by unit.
var once = map[string][]string{
	"c":                {"nothing (build); change unseen one/app/CMakeLists.txt (build)"},
	"c-checks":         {"remove the cache in build/one/app"},
	"c-make":           {"change back one/app/CMakeLists.txt; cmake -DWITH_X=ON in one (build); change one/app/CMakeLists.txt (no run); export LDFLAGS=-Wl,-O1 (build)"},
	"c-toolchain":      {"nothing (no run); export CXXFLAGS=-DFLAG"},
	"external-project": {"export CMAKE_GENERATOR=Unix Makefiles"},
	"file-copy":        {"change unseen one/shared/plain"},
	"file-read":        {"remove what was generated in build/one/app"},
	"root":             {"remove what was generated in build"},
	"execute-cmake + glob-subdirectories": {
		"nothing (no run); create with an old time two/app/two/CMakeLists.txt (no run); remove artifacts in build/one/app; change unseen two/app/one/CMakeLists.txt",
	},
}

// TestReplay does the sequence that DIFFERENTIAL_REPLAY has, or a short one.
func TestReplay(t *testing.T) {
	t.Parallel()
	name, steps, _ := strings.Cut(cmp.Or(os.Getenv("DIFFERENTIAL_REPLAY"), "file-read: change one/app/VERSION"), ": ")
	u, err := unitOf(name)
	must(t, err)
	replay(t, newStart(t, t.TempDir(), cmakeDirs(t), u), steps)
}

// replay does a sequence in the form that a failing test prints.
func replay(t *testing.T, s *start, sequence string) {
	t.Helper()
	w := s.again(t)
	for name := range strings.SplitSeq(sequence, "; ") {
		steps := everything
		for _, e := range []extent{build, test, install, nothing} {
			if short, ok := strings.CutSuffix(name, string(e)); ok {
				name, steps = short, e
			}
		}
		e, err := w.named(name)
		must(t, err)
		w.do(e)
		w.step(steps)
	}
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
