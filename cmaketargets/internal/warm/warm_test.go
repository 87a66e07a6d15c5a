package warm_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/buildfile"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
	"github.com/magecmake/magecmake/cmaketargets/internal/warm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// repository is one with a random build file.
type repository struct {
	t             *rapid.T
	ninja         string
	source, build string
	sources       []string
}

func newRepository(t *rapid.T, ninja, root string) repository {
	r := repository{t: t, ninja: ninja, source: filepath.Join(root, "src"), build: filepath.Join(root, "build")}
	for _, dir := range []string{r.source, r.build} {
		must(t, os.MkdirAll(dir, 0o777))
	}
	r.sources = buildfile.Draw(t, r.source, r.build)
	s, err := inputs.Begin(nil, inputs.Intent{Source: r.source, Build: r.build, Generator: "Ninja"}, true, time.Now())
	must(t, err)
	must(t, s.Finish(inputs.Observed{Generator: "Ninja"}))
	return r
}

func must(t interface{ Fatal(...any) }, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

func (r repository) run(args ...string) string {
	out, err := exec.Command(r.ninja, append([]string{"-C", r.build}, args...)...).CombinedOutput()
	if err != nil {
		r.t.Fatalf("ninja %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// record builds as a step of ours does. It reports whether the build has nothing to do again.
func (r repository) record() bool {
	r.run()
	record, err := treestate.ExamineBuilt(r.build, r.ninja, treestate.Goal{Record: model.Build})
	must(r.t, err)
	if !cmake.NothingToDo(r.run("-n")) {
		must(r.t, record.WriteBusy())
		return false
	}
	must(r.t, record.Write())
	return true
}

// outputs returns the contents of the outputs.
func (r repository) outputs() map[string]string {
	contents := map[string]string{}
	for _, pattern := range []string{"o[0-9]", "o*.other", "last"} {
		paths, _ := filepath.Glob(filepath.Join(r.build, pattern))
		for _, path := range paths {
			data, err := os.ReadFile(path)
			must(r.t, err)
			contents[filepath.Base(path)] = string(data)
		}
	}
	return contents
}

// TestNeverStale makes random edits, builds and clones, and has the times restored. A build after it gives the same
// outputs as a build of the sources from nothing.
func TestNeverStale(t *testing.T) {
	ninja, err := exec.LookPath("ninja")
	if err != nil {
		t.Skip("no ninja")
	}
	restored, nothing, checks := 0, 0, 0
	buildfile.Check(t, 30, func(t *rapid.T) {
		root, err := os.MkdirTemp("", "warm")
		must(t, err)
		defer func() { _ = os.RemoveAll(root) }()
		root, err = filepath.EvalSymlinks(root)
		must(t, err)
		r := newRepository(t, ninja, root)
		ends := r.record()
		path, changed := rapid.SampledFrom(r.sources).Draw(t, "path"), false
		edits := rapid.SliceOfN(rapid.SampledFrom([]string{"change", "change", "change", "build by hand", "build a target", "build", "clone", "cut"}), 1, 7).Draw(t, "edits")
		if ends {
			if checks++; checks == 1 {
				edits = []string{"clone"} // all is as it was
			}
		}
		for _, edit := range edits {
			time.Sleep(5 * time.Millisecond) // the clock of the file system
			switch edit {
			case "change": // and back
				changed = !changed
				content := filepath.Base(path) + "\n"
				if changed {
					content = strings.ToUpper(content)
				}
				buildfile.Write(t, path, content)
			case "build by hand":
				r.run()
			case "build a target":
				r.run(rapid.SampledFrom(targets(r.build)).Draw(t, "target"))
			case "build":
				r.record()
			case "clone": // all sources are new
				for _, s := range r.sources {
					must(t, os.Chtimes(s, time.Time{}, time.Now()))
				}
			case "cut": // as tar does
				entries, err := os.ReadDir(r.build)
				must(t, err)
				for _, e := range entries {
					info, err := e.Info()
					must(t, err)
					must(t, os.Chtimes(filepath.Join(r.build, e.Name()), time.Time{}, info.ModTime().Truncate(time.Second)))
				}
			}
		}
		restorer := warm.NewRestorer(root)
		restorer.Add(r.build)
		restored += restorer.Restore()
		if treestate.NothingToBuild(r.build, treestate.Goal{Record: model.Build}, &inputs.Files{}) {
			nothing++
		}
		r.run()
		r.run(targets(r.build)...)
		got := r.outputs()
		r.run("-t", "clean")
		r.run()
		r.run(targets(r.build)...)
		if diff := cmp.Diff(r.outputs(), got); diff != "" {
			t.Fatalf("outputs (-from nothing +after the times were restored):\n%s", diff)
		}
	})
	if checks > 0 && (restored == 0 || nothing == 0) {
		t.Errorf("%d times restored, %d build trees up to date", restored, nothing)
	}
}

// targets returns the outputs of a build file that are files.
func targets(build string) (names []string) {
	data, _ := os.ReadFile(filepath.Join(build, "build.ninja"))
	for line := range strings.Lines(string(data)) {
		name, rest, _ := strings.Cut(strings.TrimPrefix(line, "build "), " ")
		name = strings.TrimSuffix(name, ":")
		if strings.HasPrefix(line, "build ") && !strings.HasPrefix(rest, "phony") && !strings.Contains(line, ": phony") && name != "missing" {
			names = append(names, name)
		}
	}
	return names
}

// In a checkout that is worked in, some file has its former time.
func TestCold(t *testing.T) {
	source := t.TempDir()
	build := filepath.Join(source, "build")
	for _, dir := range []string{filepath.Join(source, "src"), build} {
		must(t, os.MkdirAll(dir, 0o777))
	}
	lists, code := filepath.Join(source, "CMakeLists.txt"), filepath.Join(source, "src", "code.cmake")
	for _, path := range []string{lists, code} {
		buildfile.Write(t, path, "")
		must(t, os.Chtimes(path, time.Time{}, time.Now().Add(-time.Hour)))
	}
	if cold, known := warm.Cold(source, build); cold || known {
		t.Errorf("without a build tree: %v, %v", cold, known)
	}
	s, err := inputs.Begin(nil, inputs.Intent{Source: source, Build: build}, true, time.Now())
	must(t, err)
	must(t, s.Finish(inputs.Observed{Inputs: []string{lists, code}}))
	for _, test := range []struct {
		touched []string
		want    bool
	}{{nil, false}, {[]string{lists}, false}, {[]string{lists, code}, true}} {
		for _, path := range test.touched {
			must(t, os.Chtimes(path, time.Time{}, time.Now().Add(time.Minute)))
		}
		if cold, known := warm.Cold(source, build); cold != test.want || !known {
			t.Errorf("with other times of %q: %v, %v", test.touched, cold, known)
		}
	}
}

// A file that is edited after its content was compared keeps its time.
func TestEditedMeanwhile(t *testing.T) {
	ninja, err := exec.LookPath("ninja")
	if err != nil {
		t.Skip("no ninja")
	}
	root, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	source, build := filepath.Join(root, "in"), filepath.Join(root, "build")
	must(t, os.Mkdir(build, 0o777))
	buildfile.Write(t, source, "1")
	buildfile.Write(t, filepath.Join(build, "build.ninja"), "rule cat\n  command = cat $in > $out\nbuild out: cat ../in\nbuild build.ninja: phony\ndefault out\n")
	s, err := inputs.Begin(nil, inputs.Intent{Source: root, Build: build, Generator: "Ninja"}, true, time.Now())
	must(t, err)
	must(t, s.Finish(inputs.Observed{Generator: "Ninja"}))
	if out, err := exec.Command(ninja, "-C", build).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	record, err := treestate.ExamineBuilt(build, ninja, treestate.Goal{Record: model.Build})
	must(t, err)
	must(t, record.Write())
	time.Sleep(10 * time.Millisecond) // the clock of the file system
	for edited, want := range map[bool]int{false: 1, true: 0} {
		buildfile.Write(t, source, "1")
		restorer := warm.NewRestorer(root)
		restorer.Add(build)
		if edited {
			time.Sleep(10 * time.Millisecond)
			buildfile.Write(t, source, "2")
		}
		if got := restorer.Restore(); got != want {
			t.Errorf("edited %v: %d times set, want %d", edited, got, want)
		}
	}
}
