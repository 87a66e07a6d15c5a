package inputs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
)

func (w *world) mkdir(name string) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Join(w.dir, filepath.FromSlash(name)), 0o777); err != nil {
		w.t.Fatal(err)
	}
}

// CMake makes a directory again that a configure step made and that is gone. What others put into it, or
// make beside it, changes nothing.
func TestDirectoriesThatTheStepMakes(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*world)
		reason string
	}{
		{"gone", func(w *world) { w.remove("bld/bin") }, "bin in the build tree is gone"},
		{"gone with those in it", func(w *world) { w.remove("bld/gen") }, "gen/deep in the build tree is gone"},
		{"file in its place", func(w *world) { w.remove("bld/bin"); w.write("bld/bin", "", old) }, "bin in the build tree changed"},
		{"file in it", func(w *world) { w.write("bld/bin/app", "", time.Now()) }, "up to date"},
		{"of a build", func(w *world) { w.mkdir("bld/lib"); w.remove("bld/lib") }, "up to date"},
		{"there before", func(w *world) { w.remove("bld/mine") }, "up to date"},
		{"made by an earlier step", func(w *world) {
			w.step(inputs.Load(w.in.Build), time.Now(), nothing)
			w.remove("bld/bin")
		}, "bin in the build tree is gone"},
		{"no longer made", func(w *world) {
			w.remove("bld/bin")
			w.step(inputs.Load(w.in.Build), time.Now(), nothing)
		}, "up to date"},
		{"its file no longer written", func(w *world) {
			w.remove("bld/include/config.h")
			w.step(inputs.Load(w.in.Build), time.Now(), nothing)
			w.remove("bld/include")
		}, "include in the build tree is gone"},
		{"link to a directory", func(w *world) { w.remove("bld/link"); w.link("bin", "bld/link") }, "link in the build tree changed"},
		{"directory of a link", func(w *world) { w.write("src/lib/new.txt", "", time.Now()) }, "up to date"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := configured(t)
			w.mkdir("bld/mine")
			w.step(inputs.Load(w.in.Build), time.Now(), func(s *inputs.Observed) {
				w.mkdir("bld/bin")
				w.mkdir("bld/gen/deep")
				w.write("bld/include/config.h", "", time.Now())
				w.link("src/lib", "bld/link")
				s.Dirs = nil
			})
			if got := w.check(); got.Action != inputs.Nothing {
				t.Fatalf("before the change Check = %+v", got)
			}
			test.change(w)
			if got := w.check(); got.Reason != test.reason {
				t.Errorf("Check = %+v, want %q", got, test.reason)
			}
		})
	}
}

// The directories of a build tree that was configured by hand may be CMake's.
func TestDirectoriesOfAnotherStep(t *testing.T) {
	w := configured(t)
	w.mkdir("bld/bin")
	w.step(nil, time.Now(), nothing)
	w.remove("bld/bin")
	if got, want := w.check().Reason, "bin in the build tree is gone"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// CMake writes a file again that a configure step wrote outside of the build tree, and that is gone or changed.
func TestFilesThatTheStepMakesOutside(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*world)
		reason string
	}{
		{"nothing", func(*world) {}, "up to date"},
		{"gone", func(w *world) { w.remove("src/include/config.h") }, "include/config.h is gone"},
		{"changed", func(w *world) { w.write("src/include/config.h", "2", time.Now()) }, "include/config.h changed"},
		{"written with the same content", func(w *world) { w.write("src/include/config.h", "1", time.Now()) }, "up to date"},
		{"time", func(w *world) { w.touch("src/include/config.h", time.Now()) }, "up to date"},
		{"file of a copy", func(w *world) { w.write("out/data/deep/a", "2", time.Now()) }, "DIR/out/data/deep/a changed"},
		{"directory of a copy", func(w *world) { w.remove("out/data/empty") }, "DIR/out/data/empty is gone"},
		{"file of a pattern", func(w *world) { w.remove("out/a.txt") }, "DIR/out/a.txt is gone"},
		{"file beside them", func(w *world) { w.write("out/b.h", "2", time.Now()); w.write("src/lib/b.h", "2", time.Now()) }, "up to date"},
		{"name like a pattern", func(w *world) { w.remove("out/[b]") }, "DIR/out/[b] is gone"},
		{"directory", func(w *world) { w.remove("src/bin") }, "bin is gone"},
		{"file in a directory", func(w *world) { w.write("src/bin/a", "2", time.Now()) }, "up to date"},
		{"link of another variant", func(w *world) { w.remove("out/link"); w.link("bin", "out/link") }, "up to date"},
		{"link that is gone", func(w *world) { w.remove("out/link") }, "DIR/out/link is gone"},
		{"directory in place of a link", func(w *world) { w.remove("out/link"); w.mkdir("out/link") }, "DIR/out/link changed"},
		{"target of a link", func(w *world) { w.write("later", "", time.Now()) }, "up to date"},
		{"link without a target that is gone", func(w *world) { w.remove("out/later") }, "DIR/out/later is gone"},
		{"not made", func(w *world) { w.write("out/none", "", time.Now()) }, "up to date"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := configured(t)
			w.mkdir("src/include")
			w.mkdir("out")
			w.link("src", "out/link")
			w.link("later", "out/later")
			w.step(inputs.Load(w.in.Build), time.Now(), func(s *inputs.Observed) {
				w.write("src/include/config.h", "1", time.Now())
				w.write("out/data/deep/a", "1", time.Now())
				w.mkdir("out/data/empty")
				w.write("out/a.txt", "1", time.Now())
				w.mkdir("src/bin")
				w.write("out/[b]", "1", time.Now())
				s.Dirs = nil
				for _, name := range []string{"src/include/config.h", "out/data/**", "out/*.txt", "out/[b]", "src/bin", "out/link", "out/later", "out/none"} {
					s.Uses.Makes = append(s.Uses.Makes, filepath.Join(w.dir, filepath.FromSlash(name)))
				}
			})
			test.change(w)
			if got, want := w.check().Reason, strings.ReplaceAll(test.reason, "DIR", w.dir); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// What steps made stays theirs when one fails or is killed.
func TestMadeBeforeAStepThatFails(t *testing.T) {
	for _, failed := range []bool{true, false} {
		w := configured(t)
		w.step(inputs.Load(w.in.Build), time.Now(), func(*inputs.Observed) { w.write("bld/a", "", old); w.mkdir("bld/bin") })
		s, err := inputs.Begin(inputs.Load(w.in.Build), w.in, false, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		during := time.Now()
		again := func() {
			w.write("bld/a", "", old)
			w.write("bld/b", "", during)
			w.mkdir("bld/bin")
			w.mkdir("bld/lib")
		}
		again()
		if failed {
			if err := s.Fail(); err != nil {
				t.Fatal(err)
			}
		}
		w.step(inputs.Load(w.in.Build), time.Now(), nothing)
		for _, name := range []string{"a", "b", "bin", "lib"} {
			w.remove("bld/" + name)
			if got, want := w.check().Reason, name+" in the build tree is gone"; got != want {
				t.Errorf("failed %v, %s: got %q, want %q", failed, name, got, want)
			}
			again()
		}
	}
}

// Many directories take nothing from the number of files that are compared.
func TestManyDirectories(t *testing.T) {
	w := configured(t)
	w.step(inputs.Load(w.in.Build), time.Now(), func(*inputs.Observed) {
		for i := range 5100 {
			w.mkdir(fmt.Sprint("bld/many/", i))
		}
		w.write("bld/z.txt", "", time.Now())
	})
	w.remove("bld/z.txt")
	if got, want := w.check().Reason, "z.txt in the build tree is gone"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
