package inputs_test

import (
	"fmt"
	"os"
	"path/filepath"
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
