package warm_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/buildfile"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
	"github.com/magecmake/magecmake/cmaketargets/internal/warm"
)

// TestNeverStaleByMake is TestNeverStale for Make, on a project of CMake.
func TestNeverStaleByMake(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes ten seconds")
	}
	tool, err := exec.LookPath("make")
	if err != nil {
		t.Skip("no make")
	}
	restored, nothing, checks := 0, 0, 0
	buildfile.Check(t, 4, func(t *rapid.T) {
		root, err := os.MkdirTemp("", "warm")
		must(t, err)
		defer func() { _ = os.RemoveAll(root) }()
		root, err = filepath.EvalSymlinks(root)
		must(t, err)
		source, build := filepath.Join(root, "src"), filepath.Join(root, "build")
		buildfile.WriteMade(t, source)
		run := func(name string, args ...string) {
			if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
				t.Fatalf("%s %q: %v\n%s", name, args, err, out)
			}
		}
		s, err := inputs.Begin(nil, inputs.Intent{Source: source, Build: build, Generator: "Unix Makefiles"}, true, time.Now())
		must(t, err)
		run("cmake", "-S", source, "-B", build, "-G", "Unix Makefiles")
		must(t, s.Finish(inputs.Observed{Generator: "Unix Makefiles"}))
		goal := treestate.Goal{Record: model.Build}
		record := func() {
			run(tool, "-C", build)
			b, err := treestate.ExamineMade(build, tool, goal)
			must(t, err)
			must(t, b.Write())
		}
		time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second + 10*time.Millisecond))) // an archive cuts times
		record()
		record()
		path := filepath.Join(source, rapid.SampledFrom([]string{"second/shared.h", "lib.c", "in$1", "sub/part.c"}).Draw(t, "path"))
		edits := rapid.SliceOfN(rapid.SampledFrom([]string{"change", "change", "change", "flags", "flags", "make by hand", "make a target", "build", "clone", "clone", "cut"}), 1, 6).Draw(t, "edits")
		switch checks++; checks {
		case 1:
			edits = []string{"clone", "cut"} // all is as it was
		case 2:
			path, edits = filepath.Join(source, "second", "shared.h"), []string{"change", "make extra", "change"} // but this target
		case 3:
			edits = []string{"flags", "make by hand", "flags"} // flags.make has its former content, the objects have not
		}
		original, err := os.ReadFile(path)
		must(t, err)
		changed, flags := false, ""
		for _, edit := range edits {
			time.Sleep(10 * time.Millisecond)
			switch edit {
			case "change": // and back
				content := string(original)
				if changed = !changed; changed {
					content = strings.ReplaceAll(strings.ReplaceAll(content, " 1", " 2"), "int lib", "int other, lib")
					content = strings.ReplaceAll(content, "int part", "int changed, part")
				}
				buildfile.Write(t, path, content)
			case "flags": // and back
				if flags == "" {
					flags = "-g"
				} else {
					flags = ""
				}
				run("cmake", "-DCMAKE_C_FLAGS="+flags, build)
			case "make by hand":
				run(tool, "-C", build)
			case "make a target":
				run(tool, "-C", build, rapid.SampledFrom([]string{"lib", "extra", "part", "object.o"}).Draw(t, "target"))
			case "make extra":
				run(tool, "-C", build, "extra")
			case "build":
				record()
			case "clone":
				for name := range buildfile.Made {
					must(t, os.Chtimes(filepath.Join(source, name), time.Time{}, time.Now()))
				}
			case "cut":
				must(t, filepath.WalkDir(build, func(path string, d fs.DirEntry, err error) error {
					if err != nil || d.IsDir() {
						return err
					}
					info, err := d.Info()
					must(t, err)
					return os.Chtimes(path, time.Time{}, info.ModTime().Truncate(time.Second))
				}))
			}
		}
		restorer := warm.NewRestorer(root)
		restorer.Add(build)
		restored += restorer.Restore()
		if treestate.NothingToBuild(build, goal, &inputs.Files{}) {
			nothing++
		}
		outputs := func() map[string]string {
			run(tool, "-C", build)
			run(tool, "-C", build, "extra")
			return objects(t, build)
		}
		got := outputs()
		run(tool, "-C", build, "clean")
		if diff := cmp.Diff(outputs(), got); diff != "" {
			t.Fatalf("outputs (-from nothing +after the times were restored):\n%s", diff)
		}
	})
	if restored == 0 || nothing == 0 {
		t.Errorf("%d times restored, %d build trees up to date", restored, nothing)
	}
}

// objects returns the contents of the files that compilers and custom commands make.
func objects(t *rapid.T, build string) map[string]string {
	contents := map[string]string{}
	must(t, filepath.WalkDir(build, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && strings.Contains(filepath.Base(path), "CompilerId") {
			return err
		}
		if slices.Contains([]string{".o", ".a", ".h", ""}, filepath.Ext(path)) && d.Type().IsRegular() && d.Name() != "Makefile" {
			data, err := os.ReadFile(path)
			must(t, err)
			contents[path] = string(data)
		}
		return nil
	}))
	return contents
}
