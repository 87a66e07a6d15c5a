package treestate_test

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/buildfile"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// TestNothingToMake compares the record of a build by Make with the work of Make after random changes.
func TestNothingToMake(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes ten seconds")
	}
	cmake, err := exec.LookPath("cmake")
	if err != nil {
		t.Skip("no cmake")
	}
	tool, err := exec.LookPath("make")
	if err != nil {
		t.Skip("no make")
	}
	held, changed, needless, checks := 0, 0, 0, 0
	buildfile.Check(t, 3, func(t *rapid.T) {
		source, err := os.MkdirTemp("", "made")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.RemoveAll(source) }()
		buildfile.WriteMade(t, source)
		dir := filepath.Join(source, "build")
		run := func(args ...string) (output string, ok bool) {
			out, err := exec.Command(cmake, args...).CombinedOutput()
			return string(out), err == nil
		}
		compiler := "-DCMAKE_DEPENDS_USE_COMPILER=" + rapid.SampledFrom([]string{"ON", "ON", "OFF"}).Draw(t, "compiler")
		quiet := 0 // rounds without a change
		if checks++; checks == 1 {
			compiler, quiet = "-DCMAKE_DEPENDS_USE_COMPILER=ON", 2
		}
		configure := func() {
			if out, ok := run("-S", source, "-B", dir, "-G", "Unix Makefiles", compiler); !ok {
				t.Fatalf("configure: %s", out)
			}
		}
		configure()
		goal := treestate.Goal{Record: model.Build, Targets: rapid.SampledFrom([][]string{nil, nil, {"app"}, {"part", "extra"}, {"idle"}}).Draw(t, "targets")}
		build := append([]string{"--build", dir, "--target"}, goal.Targets...)
		if goal.Targets == nil {
			build = build[:2]
		}
		holds, before := false, map[string]int64{}
		for round := range 10 {
			output, ok := run(build...)
			if !ok && !holds { // a change has broken the build tree
				if err := os.RemoveAll(dir); err != nil {
					t.Fatal(err)
				}
				configure()
				continue
			}
			same := ok && maps.Equal(before, madeTimes(dir)) && !strings.Contains(output, "ing ")
			switch {
			case holds && !same:
				t.Fatalf("up to date by the record; Make: %s", output)
			case holds:
				held++
			case same:
				needless++
			default:
				changed++
			}
			if record, err := treestate.ExamineMade(dir, tool, goal); err != nil {
				treestate.ForgetBuilt(dir, goal.Record)
			} else if err := record.Write(); err != nil {
				t.Fatal(err)
			}
			for range rapid.IntRange(0, 2).Draw(t, "changes") {
				if round >= quiet {
					changeMade(t, source, dir)
				}
			}
			holds, before = treestate.NothingToBuild(dir, goal, &inputs.Files{}), madeTimes(dir)
		}
	})
	if held == 0 || changed == 0 {
		t.Errorf("%d times up to date, %d times not", held, changed)
	}
	t.Logf("%d times up to date, %d times not, %d times Make had nothing to do", held, changed, needless)
}

// After the first build no command has put together the dependencies that the compilers found: the command that makes a
// header which one of them read is known all the same.
func TestMadeByFirstBuild(t *testing.T) {
	tool, err := exec.LookPath("make")
	if err != nil {
		t.Skip("no make")
	}
	for path, holds := range map[string]bool{"in$1": false, "second/shared.h": false, "sub/part.c": true} {
		source := t.TempDir()
		buildfile.WriteMade(t, source)
		dir := filepath.Join(source, "build")
		for _, args := range [][]string{{"-S", source, "-B", dir, "-G", "Unix Makefiles"}, {"--build", dir, "--target", "app"}} {
			if out, err := exec.Command("cmake", args...).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		}
		goal := treestate.Goal{Record: model.Build, Targets: []string{"app"}}
		record, err := treestate.ExamineMade(dir, tool, goal)
		if err != nil {
			t.Fatal(err)
		}
		if err := record.Write(); err != nil {
			t.Fatal(err)
		}
		buildfile.Write(t, filepath.Join(source, path), buildfile.Made[path]+"/* edited */\n")
		if got := treestate.NothingToBuild(dir, goal, &inputs.Files{}); got != holds {
			t.Errorf("%s was edited; nothing to build: %v, want %v", path, got, holds)
		}
	}
}

// changeMade makes a random change of a project's sources or of its build tree.
func changeMade(t *rapid.T, source, dir string) {
	time.Sleep(10 * time.Millisecond) // the clock of the file system
	paths := slices.Sorted(maps.Keys(buildfile.Made))
	kind := rapid.SampledFrom([]string{"edit", "edit", "touch", "back", "remove", "shadow", "by hand", "configure"}).Draw(t, "change")
	path := filepath.Join(source, rapid.SampledFrom(paths).Draw(t, "path"))
	if kind == "remove" || kind != "edit" && rapid.Bool().Draw(t, "in the build tree") {
		all := slices.Sorted(maps.Keys(madeTimes(dir)))
		path = rapid.SampledFrom(all).Filter(func(path string) bool {
			own := []string{".make", ".cmake", ".txt", ".ts", ".in", ".bin"} // without these Make and CMake fail
			return !strings.Contains(path, "Makefile") && (kind != "remove" || !slices.Contains(own, filepath.Ext(path)))
		}).Draw(t, "made")
	}
	switch kind {
	case "edit":
		data, _ := os.ReadFile(path)
		comment := "/* edited */\n"
		if strings.HasSuffix(path, ".txt") {
			comment = "# edited\n"
		}
		buildfile.Write(t, path, string(data)+comment)
	case "touch":
		_ = os.Chtimes(path, time.Time{}, time.Now())
	case "back":
		_ = os.Chtimes(path, time.Time{}, time.Now().Add(-time.Hour))
	case "remove":
		_ = os.Remove(path)
	case "shadow": // a header that is found first from now on
		_ = os.MkdirAll(filepath.Join(source, "first"), 0o777)
		buildfile.Write(t, filepath.Join(source, "first", "shared.h"), "#define SHARED 2\n")
	case "by hand":
		_ = exec.Command("cmake", "--build", dir, "--target", rapid.SampledFrom([]string{"all", "lib", "extra"}).Draw(t, "target")).Run()
	case "configure":
		_ = exec.Command("cmake", dir).Run()
	}
}

// madeTimes returns the times of the files of a build tree that Make changes only where it makes something.
func madeTimes(dir string) map[string]int64 {
	own := []string{"progress.marks", "compiler_depend.internal", "compiler_depend.make", "compiler_depend.ts"}
	times := map[string]int64{}
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.Contains(path, "/.cmaketargets/") && !strings.Contains(path, "/Progress/") && !slices.Contains(own, d.Name()) {
			if info, err := d.Info(); err == nil {
				times[path] = info.ModTime().UnixNano()
			}
		}
		return nil
	})
	return times
}
