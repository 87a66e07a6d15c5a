package record_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/record"
)

// What changes while CMake runs is not believed to have been seen, whether a
// step before has told what to look at or not, and one more run settles it.
func TestChangesDuringAStep(t *testing.T) {
	const upToDate = "up to date"
	edit := func(at func() time.Time) func(*world, *record.Seen) {
		return func(w *world, _ *record.Seen) { w.write("src/cmake/flags.cmake", "set(X 2)", at()) }
	}
	second := func() time.Time { return time.Now().Truncate(time.Second) }
	even := func() time.Time { return time.Now().Truncate(2 * time.Second) }
	never := func(*world, *record.Seen) {}
	for _, test := range []struct {
		name   string
		before func(*world)
		during func(*world, *record.Seen)
		always bool // every step does it, not only the first
		first  string
		later  string // in a step after another
	}{
		{name: "nothing", during: never, first: upToDate, later: upToDate},
		{
			name: "input edited", during: edit(time.Now),
			first: "cmake/flags.cmake may have changed during the last configure", later: "cmake/flags.cmake may have changed during the last configure",
		},
		{
			name: "input edited, times in seconds", during: edit(second),
			first: "cmake/flags.cmake may have changed during the last configure", later: "cmake/flags.cmake may have changed during the last configure",
		},
		{
			name: "input edited, times in two seconds", during: edit(even),
			first: "cmake/flags.cmake may have changed during the last configure", later: "cmake/flags.cmake may have changed during the last configure",
		},
		{
			name: "input edited by a machine with another clock", during: edit(func() time.Time { return time.Now().Add(time.Hour) }),
			first: "cmake/flags.cmake may have changed during the last configure", later: "cmake/flags.cmake may have changed during the last configure",
		},
		{
			// Only an earlier look can tell.
			name: "older file put in the place of an input", during: edit(func() time.Time { return old.Add(-time.Hour) }),
			first: upToDate, later: "cmake/flags.cmake may have changed during the last configure",
		},
		{
			name:   "input of the second in which the step began",
			before: func(w *world) { w.write("src/cmake/flags.cmake", "set(X 2)", second()) }, during: never,
			first: "cmake/flags.cmake may have changed during the last configure", later: upToDate,
		},
		{
			name:   "input of the future",
			before: func(w *world) { w.write("src/cmake/flags.cmake", "set(X 2)", time.Now().Add(time.Hour)) }, during: never,
			first: "cmake/flags.cmake may have changed during the last configure", later: upToDate,
		},
		{
			name: "input removed", during: func(w *world, _ *record.Seen) { w.remove("src/cmake/flags.cmake") },
			first: "cmake/flags.cmake is gone", later: "cmake/flags.cmake is gone",
		},
		{
			name: "input that the step makes and removes", always: true,
			during: func(w *world, s *record.Seen) {
				w.write("src/scratch.cmake", "", time.Now())
				w.remove("src/scratch.cmake")
				s.Inputs = append(s.Inputs, filepath.Join(w.in.Source, "scratch.cmake"))
			},
			first: "scratch.cmake is gone", later: "scratch.cmake is gone",
		},
		{
			name: "input that never was", during: func(w *world, s *record.Seen) {
				s.Inputs = append(s.Inputs, filepath.Join(w.in.Source, "lib", "none", "optional.cmake"))
			},
			first: upToDate, later: upToDate,
		},
		{
			name: "input that the step writes", always: true,
			during: func(w *world, s *record.Seen) { edit(time.Now)(w, s) },
			first:  "cmake/flags.cmake may have changed during the last configure", later: "cmake/flags.cmake may have changed during the last configure",
		},
		{
			name: "input that the step writes into its tree", always: true,
			during: func(w *world, _ *record.Seen) { w.write("bld/generated.cmake", "x", time.Now()) },
			first:  upToDate, later: upToDate,
		},
		{
			name: "file added", during: func(w *world, _ *record.Seen) { w.write("src/more.c", "", time.Now()) },
			first: "files were added to or removed from .", later: "files were added to or removed from .",
		},
		{
			name: "file removed", during: func(w *world, _ *record.Seen) { w.remove("src/main.c") },
			first: "files were added to or removed from .", later: "files were added to or removed from .",
		},
		{
			name: "file added below", during: func(w *world, _ *record.Seen) { w.write("src/lib/more.c", "", time.Now()) },
			first: "files may have been added to or removed from lib during the last configure", later: "files were added to or removed from lib",
		},
		{
			name: "file removed below", during: func(w *world, _ *record.Seen) { w.remove("src/lib/part.c") },
			first: "files may have been added to or removed from lib during the last configure", later: "files were added to or removed from lib",
		},
		{
			name: "file that the step writes", always: true,
			during: func(w *world, _ *record.Seen) { w.write("src/lib/version.h", "", time.Now()) },
			first:  "files may have been added to or removed from lib during the last configure", later: "files were added to or removed from lib",
		},
		{
			// configure_file does so to see whether it has something to write.
			name: "file that comes and goes", always: true,
			during: func(w *world, _ *record.Seen) {
				w.write("src/lib/version.h.tmp", "", time.Now())
				w.remove("src/lib/version.h.tmp")
			},
			first: "files may have been added to or removed from lib during the last configure", later: upToDate,
		},
		{name: "directory removed", during: func(w *world, _ *record.Seen) { w.remove("src/lib") }, first: "files were added to or removed from .", later: "files were added to or removed from ."},
	} {
		for _, kind := range []string{"first", "later"} {
			t.Run(test.name+"/"+kind, func(t *testing.T) {
				w := configured(t)
				want := test.later
				if kind == "first" {
					w.remove("bld/.cmaketargets")
					want = test.first
				}
				if test.before != nil {
					test.before(w)
				}
				// A step of CMake takes longer than a tick of any clock but one of seconds.
				during := func(s *record.Seen) { time.Sleep(20 * time.Millisecond); test.during(w, s) }
				w.step(record.Load(w.in.Build), time.Now(), during)
				if got := w.check(); got.Reason != want || (got.Action == record.Nothing) != (want == upToDate) {
					t.Fatalf("Check = %+v, want %q", got, want)
				}
				if want == upToDate {
					return
				}
				if !test.always {
					during = nothing
				}
				if w.step(record.Load(w.in.Build), time.Now(), during); w.check().Action != record.Nothing {
					t.Errorf("after another step: %+v", w.check())
				}
			})
		}
	}
}
