package treestate_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/buildfile"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// TestNothingToBuild compares the record with Ninja's own answer after a random change.
func TestNothingToBuild(t *testing.T) {
	ninja, err := exec.LookPath("ninja")
	if err != nil {
		t.Skip("no ninja")
	}
	ask := func(dir string, args ...string) string {
		out, _ := exec.Command(ninja, append([]string{"-C", dir}, args...)...).CombinedOutput()
		return string(out)
	}
	held, changed, checks := 0, 0, 0
	buildfile.Check(t, 60, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "built")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		sources := buildfile.Draw(t, dir, dir)
		goal := treestate.Goal{Record: model.Build}
		ask(dir)
		record, err := treestate.ExamineBuilt(dir, ninja, goal)
		if err != nil {
			t.Fatal(err)
		}
		if !cmake.NothingToDo(ask(dir, "-n")) {
			if err := record.WriteBusy(); err != nil {
				t.Fatal(err)
			}
			if treestate.NothingToBuild(dir, goal, &inputs.Files{}) || !treestate.LeavesWork(dir, goal) {
				t.Fatal("work that is left is forgotten")
			}
			return
		}
		if err := record.Write(); err != nil {
			t.Fatal(err)
		}
		if !treestate.NothingToBuild(dir, goal, &inputs.Files{}) || treestate.LeavesWork(dir, goal) {
			t.Fatal("not up to date after the build")
		}
		outputs, _ := filepath.Glob(filepath.Join(dir, "o*"))
		paths := append(outputs, filepath.Join(dir, "build.ninja"), filepath.Join(dir, ".ninja_log"), filepath.Join(dir, ".ninja_deps"))
		paths = append(paths, sources...)
		path := rapid.SampledFrom(paths).Draw(t, "path")
		change := rapid.SampledFrom([]string{"nothing", "other", "touch", "back", "remove", "rule", "other name", "target"}).Draw(t, "change")
		switch checks++; checks {
		case 1:
			change = "nothing"
		case 2:
			change = "rule"
		}
		switch change {
		case "nothing":
		case "other":
			buildfile.Write(t, filepath.Join(dir, "unrelated"), "")
		case "touch":
			_ = os.Chtimes(path, time.Time{}, time.Now().Add(time.Second))
		case "back":
			_ = os.Chtimes(path, time.Time{}, time.Now().Add(-time.Hour))
		case "remove":
			_ = os.Remove(path)
		case "rule":
			buildfile.Write(t, filepath.Join(dir, buildfile.RulesFile), strings.ReplaceAll(buildfile.Rules, "cat $in", "cat  $in"))
		case "other name":
			_ = os.Rename(path, path+"x")
		case "target": // a build by hand
			ask(dir, filepath.Base(path))
		}
		holds, nothing := treestate.NothingToBuild(dir, goal, &inputs.Files{}), cmake.NothingToDo(ask(dir, "-n"))
		if holds && !nothing {
			t.Fatalf("up to date by the record; Ninja: %s", ask(dir, "-n", "-d", "explain"))
		}
		if holds {
			held++
		} else {
			changed++
		}
	})
	if checks > 1 && (held == 0 || changed == 0) {
		t.Errorf("%d times up to date, %d times not", held, changed)
	}
}
