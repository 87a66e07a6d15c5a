package detect_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// TestTrees compares the projects in the directories of CMAKETARGETS_TEST_TREES, a list like PATH. It
// is meant for real projects and runs by hand; -v prints a line for each. A project is configured
// plainly, twice, to find differences that do not come from the store, and twice with one store for
// all projects: the second run reuses the detections of the first.
func TestTrees(t *testing.T) {
	trees := filepath.SplitList(os.Getenv("CMAKETARGETS_TEST_TREES"))
	if len(trees) == 0 {
		t.Skip("CMAKETARGETS_TEST_TREES is not set")
	}
	storeDir := t.TempDir()
	count := map[string]int{}
	for _, cmake := range cmakes(t) {
		store := detect.Open(filepath.Join(storeDir, versionOf(t, cmake)), 0)
		for _, src := range trees {
			verdict := compareTree(t, cmake, src, store)
			word, _, _ := strings.Cut(verdict, ":")
			count[word]++
			t.Logf("%s %s: %s", filepath.Base(filepath.Dir(cmake)), src, verdict)
		}
	}
	t.Logf("%v", count)
}

func compareTree(t *testing.T, cmake, src string, store *detect.Store) (verdict string) {
	bld := filepath.Join(t.TempDir(), "b")
	fresh := func(args, env []string) (treeFiles, time.Duration, error) {
		if args == nil {
			if err := os.RemoveAll(bld); err != nil {
				t.Fatal(err)
			}
		}
		start := time.Now()
		cmd := exec.Command(cmake, append([]string{"-S", src, "-B", bld, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"}, args...)...)
		cmd.Env = append(environ(), env...)
		if err := os.MkdirAll(filepath.Join(bld, ".cmake/api/v1/query/codemodel-v2"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(bld, ".cmake/api/v1/query/toolchains-v1"), 0o755); err != nil {
			t.Fatal(err)
		}
		out, err := cmd.CombinedOutput()
		took := time.Since(start)
		if err != nil {
			return nil, took, fmt.Errorf("%w\n%s", err, out)
		}
		return take(t, bld, false), took, nil
	}
	want, plainly, err := fresh(nil, nil)
	if err != nil {
		lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
		return "fails plainly: " + lines[min(1, len(lines)-1)]
	}
	again, _, err := fresh(nil, nil)
	if err != nil {
		return "fails plainly: the second time"
	}
	// A second run corrects a little of the first; with the store the first may be correct.
	if out, err := exec.Command(cmake, bld).CombinedOutput(); err != nil {
		return "fails plainly: the run after: " + string(out)
	}
	second := take(t, bld, false)
	var took time.Duration
	var outcome model.Detection
	for range 2 {
		if err := os.RemoveAll(bld); err != nil {
			t.Fatal(err)
		}
		session, reason := store.Begin(detect.Tree{
			BuildDir: bld, SourceDir: src, StateDir: filepath.Join(bld, ".cmaketargets"),
			CMake: cmake, Version: versionOf(t, cmake), Env: environ(),
		})
		if session == nil {
			return "not accelerated: " + reason
		}
		_, took, err = fresh(session.Args(), session.Env())
		var endErr error
		if outcome, endErr = session.End(err == nil); endErr != nil {
			t.Errorf("%s: end: %v", src, endErr)
		}
		store.Flush()
		if err != nil {
			t.Errorf("%s: fails only with the store: %v", src, err)
			return "DIFFERS: fails"
		}
		got := take(t, bld, false)
		delete(got, ".cmaketargets/")
		for name := range want {
			switch {
			case want[name] != again[name]: // It differs without the store, too.
				delete(got, name)
			case got[name] == second[name]:
				got[name] = want[name]
			}
		}
		stable := maps.Clone(want)
		maps.DeleteFunc(stable, func(name, text string) bool { return text != again[name] })
		if diff := cmp.Diff(stable, got); diff != "" {
			t.Errorf("%s: plain -, with the store (%+v) +\n%s", src, outcome, diff)
			return "DIFFERS"
		}
	}
	how := "equal, nothing reused"
	if len(outcome.Reused) > 0 {
		how = "equal, reused"
	}
	return fmt.Sprintf("%s: %s %s; %.2fs instead of %.2fs", how, strings.Join(slices.Sorted(slices.Values(outcome.Reused)), ","), outcome, took.Seconds(), plainly.Seconds())
}
