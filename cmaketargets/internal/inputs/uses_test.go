package inputs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
)

// uses runs two steps that use something: after the first, new files may still be in doubt.
func (w *world) uses(of func() inputs.Uses) {
	for range 2 {
		w.step(inputs.Load(w.in.Build), time.Now(), func(s *inputs.Observed) { s.Uses = of() })
	}
}

func TestCheckUses(t *testing.T) {
	for _, test := range []struct {
		name   string
		uses   func(at func(string) string) inputs.Uses
		change func(*world)
		reason string // DIR stands for the world's directory; "" for up to date
	}{
		{"nothing changed", func(at func(string) string) inputs.Uses {
			return inputs.Uses{Env: []string{"A", "EMPTY", "NONE"}, Reads: []string{at("src/main.c"), at("none")}, Exists: []string{at("src"), at("none")}, Globs: []string{at("src/*.c"), at("none/*"), at("src/**/*.c")}, Copies: []string{at("src/lib")}}
		}, func(*world) {}, ""},

		{"variable", named("A"), func(w *world) { w.in.Environ = []string{"A=2"} }, "A changed"},
		{"variable that is empty", named("EMPTY"), func(w *world) { w.in.Environ = nil }, "EMPTY is no longer set"},
		{"variable that is new", named("NONE"), func(w *world) { w.in.Environ = append(w.in.Environ, "NONE=") }, "NONE is now set"},
		{"other variable", named("NONE"), func(w *world) { w.in.Environ = []string{"A=2"} }, ""},
		{"last of two values", named("A"), func(w *world) { w.in.Environ = []string{"A=2", "A=1"} }, ""},

		{"search path", paths, func(w *world) { w.in.Path = []string{"/opt/x/bin", "/usr/bin"} }, "PATH changed: +/opt/x/bin, -/bin"},
		{"search path's order", paths, func(w *world) { w.in.Path = []string{"/bin", "/usr/bin"} }, "the order of PATH changed"},
		{"search path with a missing program", programs("y|ninja"), func(w *world) { w.in.Path = append(w.in.Path, w.in.Source, filepath.Join(w.dir, "bin")) }, "PATH changed: +DIR/bin"},
		{"search path without it", programs("y|z"), func(w *world) { w.in.Path = append(w.in.Path, filepath.Join(w.dir, "bin")) }, ""},

		{"file", reads("src/main.c"), func(w *world) { w.write("src/main.c", "int x;", time.Now()) }, "main.c changed"},
		{"file changed, and its time set back", reads("src/main.c"), func(w *world) {
			w.write("src/main.c", "a", old)
			time.Sleep(50 * time.Millisecond)
			w.uses(func() inputs.Uses { return inputs.Uses{Reads: []string{filepath.Join(w.in.Source, "main.c")}} })
			w.write("src/main.c", "b", old)
		}, "main.c changed"},
		{"file with another time", reads("src/main.c"), func(w *world) { w.touch("src/main.c", old.Add(time.Minute)) }, "main.c changed"},
		{"file that is gone", reads("tc2"), func(w *world) { w.write("tc2", "", time.Now()) }, "DIR/tc2 is new"},
		{"files of a pattern", reads("src/lib/*.c"), func(w *world) { w.write("src/lib/part.c", "int x;", time.Now()) }, "lib/part.c changed"},
		{"file in a directory whose name is a pattern", reads("a[1]/a.c"), func(w *world) { w.write("a[1]/a.c", "int x;", time.Now()) }, "DIR/a[1]/a.c changed"},

		{"existence in a directory whose name is a pattern", exist("a[1]/none"), func(w *world) { w.write("a[1]/none", "", time.Now()) }, "DIR/a[1]/none is new"},
		{"existence", exist("none"), func(w *world) { w.write("none", "", time.Now()) }, "DIR/none is new"},
		{"existence of a file that changes", exist("src/main.c"), func(w *world) { w.write("src/main.c", "int x;", time.Now()) }, ""},
		{"existence of a directory", exist("bin"), func(w *world) { w.remove("bin/x"); w.write("bin/y", "", time.Now()) }, ""},
		{"directory that is a file now", exist("empty"), func(w *world) { w.remove("empty"); w.write("empty", "", time.Now()) }, "DIR/empty changed"},
		{"link to another directory", exist("link"), func(w *world) { w.remove("link"); w.link("src", "link") }, "DIR/link changed"},
		{"link to another directory, before the last element", exist("link/a.c"), func(w *world) { w.remove("link"); w.link("other", "link") }, "DIR/link/a.c changed"},
		{"link to a link to another directory", exist("chain"), func(w *world) { w.remove("link"); w.link("other", "link") }, "DIR/chain changed"},
		{"link before an element that is missing", exist("link/none"), func(w *world) { w.remove("link"); w.link("other", "link") }, ""},

		{"glob", globs("shared/*.c"), func(w *world) { w.write("shared/b.c", "", old) }, "files were added to or removed from DIR/shared"},
		{"glob, file gone", globs("shared/*.c"), func(w *world) { w.remove("shared/a.c") }, "files were added to or removed from DIR/shared"},
		{"glob, other name", globs("shared/*.c"), func(w *world) { w.write("shared/b.h", "", old) }, ""},
		{"glob, hidden name", globs("shared/*.c"), func(w *world) { w.write("shared/.#a.c", "", old) }, "files were added to or removed from DIR/shared"},
		{"glob, one of two patterns", globs("shared/b.c|d"), func(w *world) { w.write("shared/d", "", old) }, "files were added to or removed from DIR/shared"},
		{"glob, class of letters", globs("shared/[!x].c"), func(w *world) { w.write("shared/b.c", "", old) }, "files were added to or removed from DIR/shared"},
		{"glob of directories", globs("shared/*/f"), func(w *world) { w.write("shared/new/f", "", old) }, "files were added to or removed from DIR/shared"},
		{"glob of one name, executable now", globs("shared/tool|none"), func(w *world) { w.chmod("shared/tool", 0o777) }, "tool or none in DIR/shared changed"},
		{"glob of one name, file of a link", globs("shared/dangling"), func(w *world) { w.write("target", "", old) }, "dangling in DIR/shared changed"},
		{"glob of one name, content", globs("shared/tool"), func(w *world) { w.write("shared/tool", "new", time.Now()) }, ""},
		{"glob in a directory of many", globs("shared/*/f"), func(w *world) { w.write("shared/deep/f", "", old) }, "files were added to or removed from DIR/shared/deep"},
		{"glob below", globs("shared/**/*.c"), func(w *world) { w.write("shared/deep/er/b.c", "", old) }, "files were added to or removed from DIR/shared/deep/er"},
		{"glob below, other name", globs("shared/**/*.c"), func(w *world) { w.write("shared/deep/er/b.h", "", old) }, ""},
		{"glob below, new directory", globs("shared/**/*.c"), func(w *world) { w.write("shared/deep/new/b.h", "", old) }, "files were added to or removed from DIR/shared/deep"},
		{"glob without its directory", globs("later/*.c"), func(w *world) { w.write("later/a.c", "", old) }, "files were added to or removed from DIR/later"},

		{"copied directory, content", copies("shared"), func(w *world) { w.write("shared/deep/er/a.c", "int x;", time.Now()) }, "DIR/shared/deep/er/a.c changed"},
		{"copied directory whose name is a pattern", copies("a[1]"), func(w *world) { w.write("a[1]/a.c", "int x;", time.Now()) }, "DIR/a[1]/a.c changed"},
		{"copied directory whose name is a pattern, names", copies("a[1]"), func(w *world) { w.write("a[1]/x", "", old) }, "files were added to or removed from DIR/a[1]"},
		{"copied directory behind a link", copies("link"), func(w *world) { w.write("shared/deep/er/a.c", "int x;", time.Now()) }, "DIR/link/deep/er/a.c changed"},
		{"copied directory, names", copies("shared"), func(w *world) { w.write("shared/deep/er/x", "", old) }, "files were added to or removed from DIR/shared/deep/er"},

		{"unknown", func(func(string) string) inputs.Uses { return inputs.Uses{Unknown: "runs git (x:1)"} }, func(*world) {}, "runs git (x:1)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := configured(t)
			w.in.Environ = []string{"A=1", "EMPTY="}
			w.write("shared/a.c", "", old)
			w.write("shared/deep/er/a.c", "", old)
			w.write("empty/x", "", old)
			w.write("other/a.c", "", old)
			w.write("a[1]/a.c", "", old)
			w.link("shared", "link")
			w.link("link", "chain")
			w.write("shared/tool", "", old)
			w.chmod("shared/tool", 0o666)
			w.link("target", "shared/dangling")
			w.uses(func() inputs.Uses {
				return test.uses(func(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) })
			})
			if got := w.check(); got.Action != inputs.Nothing && got.Reason != test.reason {
				t.Fatalf("before the change Check = %+v", got)
			}
			test.change(w)
			got := w.check()
			want, action := strings.ReplaceAll(test.reason, "DIR", w.dir), inputs.Rerun
			if want == "" {
				want, action = "up to date", inputs.Nothing
			}
			if got.Action != action || got.Reason != want {
				t.Errorf("Check = %+v, want %d, %q", got, action, want)
			}
		})
	}
}

// A file that appears while CMake runs may have been seen or not, so CMake runs once more, and once
// only.
func TestUsesThatChangeDuringTheStep(t *testing.T) {
	for _, test := range []struct {
		name string
		uses func(func(string) string) inputs.Uses
		file string
	}{
		{"file", reads("new"), "new"},
		{"existence", exist("new"), "new"},
		{"existence in the build tree", exist("bld/new"), "bld/new"},
		{"glob", globs("shared/*"), "shared/new"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := configured(t)
			at := func(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }
			w.step(inputs.Load(w.in.Build), time.Now(), func(s *inputs.Observed) {
				w.write(test.file, "", time.Now())
				s.Uses = test.uses(at)
			})
			if got := w.check(); got.Action != inputs.Rerun || !strings.HasSuffix(got.Reason, "during the last configure") {
				t.Errorf("after the first step Check = %+v", got)
			}
			w.step(inputs.Load(w.in.Build), time.Now(), func(s *inputs.Observed) { s.Uses = test.uses(at) })
			if got := w.check(); got.Action != inputs.Nothing {
				t.Errorf("after two steps Check = %+v", got)
			}
			w.remove(test.file)
			if got := w.check(); got.Action != inputs.Rerun {
				t.Errorf("after the removal Check = %+v", got)
			}
		})
	}
}

// A program that is made executable while CMake runs may have been found or not.
func TestProgramsThatChangeDuringTheStep(t *testing.T) {
	w := configured(t)
	w.write("shared/tool", "", old)
	w.chmod("shared/tool", 0o666)
	use := func(s *inputs.Observed) { s.Uses.Globs = []string{filepath.Join(w.dir, "shared", "tool")} }
	time.Sleep(50 * time.Millisecond)
	for _, known := range []bool{false, true} {
		w.step(inputs.Load(w.in.Build), time.Now(), func(s *inputs.Observed) { w.chmod("shared/tool", 0o777); use(s) })
		if got := w.check(); !strings.HasSuffix(got.Reason, "during the last configure") {
			t.Errorf("%v: Check = %+v", known, got)
		}
		w.chmod("shared/tool", 0o666)
		w.step(inputs.Load(w.in.Build), time.Now(), use)
		if got := w.check(); got.Action != inputs.Nothing {
			t.Errorf("%v: after two steps Check = %+v", known, got)
		}
	}
}

// A file that a step itself writes in the same way each time starts no further step.
func TestUsesThatTheStepWrites(t *testing.T) {
	for name, uses := range map[string]func(func(string) string) inputs.Uses{
		"file": reads("bld/new"), "existence": exist("bld/new"), "glob": globs("bld/*"),
	} {
		t.Run(name, func(t *testing.T) {
			w := configured(t)
			for range 2 {
				w.step(inputs.Load(w.in.Build), time.Now(), func(s *inputs.Observed) {
					w.remove("bld/new")
					w.write("bld/new", "", time.Now())
					s.Uses = uses(func(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) })
				})
			}
			if got := w.check(); got.Action != inputs.Nothing {
				t.Errorf("Check = %+v", got)
			}
		})
	}
}

// A file that the step itself removes starts no further step.
func TestUsesThatTheStepRemoves(t *testing.T) {
	w := configured(t)
	w.step(inputs.Load(w.in.Build), time.Now(), func(s *inputs.Observed) {
		w.write("bld/CMakeFiles/probe", "", time.Now())
		w.remove("bld/CMakeFiles/probe")
		s.Uses = reads("bld/CMakeFiles/probe")(func(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) })
	})
	if got := w.check(); got.Action != inputs.Nothing {
		t.Errorf("Check = %+v", got)
	}
}

// The values of the variables that code names are secrets like all others.
func TestUsesHoldNoSecrets(t *testing.T) {
	w := configured(t)
	w.in.Environ = []string{"TOKEN=hunter2"}
	w.uses(func() inputs.Uses { return inputs.Uses{Env: []string{"TOKEN"}} })
	data, err := os.ReadFile(filepath.Join(inputs.Dir(w.in.Build), inputs.File))
	if err != nil || strings.Contains(string(data), "hunter2") || !strings.Contains(string(data), `"TOKEN":"sha256:`) {
		t.Errorf("the snapshot is %s, %v", data, err)
	}
}

func (w *world) link(to, name string) {
	if err := os.Symlink(filepath.Join(w.dir, to), filepath.Join(w.dir, name)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) chmod(name string, mode os.FileMode) {
	if err := os.Chmod(filepath.Join(w.dir, filepath.FromSlash(name)), mode); err != nil {
		w.t.Fatal(err)
	}
}

func paths(func(string) string) inputs.Uses { return inputs.Uses{Path: true} }

func programs(pattern string) func(at func(string) string) inputs.Uses {
	return func(func(string) string) inputs.Uses { return inputs.Uses{Programs: []string{pattern}} }
}

func named(name string) func(func(string) string) inputs.Uses {
	return func(func(string) string) inputs.Uses { return inputs.Uses{Env: []string{name}} }
}

func reads(name string) func(func(string) string) inputs.Uses {
	return func(at func(string) string) inputs.Uses { return inputs.Uses{Reads: []string{at(name)}} }
}

func exist(name string) func(func(string) string) inputs.Uses {
	return func(at func(string) string) inputs.Uses { return inputs.Uses{Exists: []string{at(name)}} }
}

func globs(pattern string) func(func(string) string) inputs.Uses {
	return func(at func(string) string) inputs.Uses { return inputs.Uses{Globs: []string{at(pattern)}} }
}

func copies(name string) func(func(string) string) inputs.Uses {
	return func(at func(string) string) inputs.Uses { return inputs.Uses{Copies: []string{at(name)}} }
}
