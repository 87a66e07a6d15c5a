package record_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/record"
)

// What changes while CMake runs is not believed to have been seen, whether a
// step before has told what to look at or not, and one more run settles it.
func TestChangesDuringAStep(t *testing.T) {
	const (
		upToDate = "up to date"
		flags    = "cmake/flags.cmake may have changed during the last configure"
		unseen   = "files may have been added to or removed from lib during the last configure"
		lib      = "files were added to or removed from lib"
		top      = "files were added to or removed from ."
		gcc      = "compiler DIR/bin/gcc may have been replaced during the last configure"
	)
	var began time.Time
	edit := func(at func() time.Time) func(*world, *record.Seen) {
		return func(w *world, _ *record.Seen) { w.write("src/cmake/flags.cmake", "set(X 2)", at()) }
	}
	second := func() time.Time { return began.Truncate(time.Second) }
	even := func() time.Time { return began.Truncate(2 * time.Second) }
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
			first: flags, later: flags,
		},
		{
			name: "input edited, times in seconds", during: edit(second),
			first: flags, later: flags,
		},
		{
			name: "input edited, times in two seconds", during: edit(even),
			first: flags, later: flags,
		},
		{
			name: "input edited by a machine with another clock", during: edit(func() time.Time { return time.Now().Add(time.Hour) }),
			first: flags, later: flags,
		},
		{
			name: "older file put in the place of an input", during: edit(func() time.Time { return old.Add(-time.Hour) }),
			first: flags, later: flags,
		},
		{
			name:   "input of the second in which the step began",
			before: func(w *world) { w.write("src/cmake/flags.cmake", "set(X 2)", second()) }, during: never,
			first: flags, later: upToDate,
		},
		{
			name:   "input of the future",
			before: func(w *world) { w.write("src/cmake/flags.cmake", "set(X 2)", time.Now().Add(time.Hour)) }, during: never,
			first: flags, later: upToDate,
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
			first:  flags, later: flags,
		},
		{
			name: "input that the step writes into its tree", always: true,
			during: func(w *world, _ *record.Seen) { w.write("bld/generated.cmake", "x", time.Now()) },
			first:  upToDate, later: upToDate,
		},
		{
			name: "file added", during: func(w *world, _ *record.Seen) { w.write("src/more.c", "", time.Now()) },
			first: top, later: top,
		},
		{
			name: "file removed", during: func(w *world, _ *record.Seen) { w.remove("src/main.c") },
			first: top, later: top,
		},
		{
			name: "file added below", during: func(w *world, _ *record.Seen) { w.write("src/lib/more.c", "", time.Now()) },
			first: unseen, later: lib,
		},
		{
			name: "file removed below", during: func(w *world, _ *record.Seen) { w.remove("src/lib/part.c") },
			first: unseen, later: lib,
		},
		{
			name: "file that the step writes", always: true,
			during: func(w *world, _ *record.Seen) { w.write("src/lib/version.h", "", time.Now()) },
			first:  unseen, later: lib,
		},
		{
			// configure_file does so to see whether it has something to write.
			name: "file that comes and goes", always: true,
			during: func(w *world, _ *record.Seen) {
				w.write("src/lib/version.h.tmp", "", time.Now())
				w.remove("src/lib/version.h.tmp")
			},
			first: unseen, later: upToDate,
		},
		{
			name: "toolchain file that the cache names too", before: func(w *world) { w.write("tc.cmake", "set(Y 1)", second()) },
			during: func(w *world, s *record.Seen) { s.Settings = append(s.Settings, w.in.Files...) },
			first:  upToDate, later: upToDate,
		},
		{
			name: "toolchain file that only the cache names, and the step writes", always: true,
			before: func(w *world) { w.write("src/cmake/env.cmake", "", old) },
			during: func(w *world, s *record.Seen) {
				s.Settings = append(s.Settings, filepath.Join(w.in.Source, "cmake", "env.cmake"))
				w.write("src/cmake/env.cmake", "set(Y 1)", time.Now())
			},
			first: "cmake/env.cmake may have changed during the last configure", later: "cmake/env.cmake may have changed during the last configure",
		},
		{
			name: "toolchain file that the step writes into its tree", always: true,
			during: func(w *world, s *record.Seen) {
				s.Settings = append(s.Settings, filepath.Join(w.in.Build, "tc.cmake"))
				w.write("bld/tc.cmake", "set(Y 1)", time.Now())
			},
			first: "DIR/bld/tc.cmake may have changed during the last configure", later: "DIR/bld/tc.cmake may have changed during the last configure",
		},
		{
			name:   "compiler replaced, by an older one",
			during: func(w *world, _ *record.Seen) { w.write("bin/gcc", "ELF", old.Add(-time.Hour)) },
			first:  gcc, later: gcc,
		},
		{name: "directory removed", during: func(w *world, _ *record.Seen) { w.remove("src/lib") }, first: top, later: top},
	} {
		for _, kind := range []string{"first", "later"} {
			t.Run(test.name+"/"+kind, func(t *testing.T) {
				w := configured(t)
				want := test.later
				if kind == "first" {
					w.remove("bld/.cmaketargets")
					want = test.first
				}
				time.Sleep(20 * time.Millisecond) // a tick of the clock, after which nothing may have changed
				began = time.Now()
				want = strings.ReplaceAll(want, "DIR", w.dir)
				if test.before != nil {
					test.before(w)
				}
				during := func(s *record.Seen) { test.during(w, s) }
				w.step(record.Load(w.in.Build), began, during)
				if got := w.check(); got.Reason != want || (got.Action == record.Nothing) != (want == upToDate) {
					t.Fatalf("Check = %+v, want %q", got, want)
				}
				if want == upToDate {
					return
				}
				if !test.always {
					during = nothing
				}
				if w.step(record.Load(w.in.Build), began, during); w.check().Action != record.Nothing {
					t.Errorf("after another step: %+v", w.check())
				}
			})
		}
	}
}

// The file system's clock is behind the one that says when the step begins.
func TestChangeDuringAStepByAnotherClock(t *testing.T) {
	w := configured(t)
	w.step(nil, time.Now().Add(time.Minute), func(*record.Seen) { w.write("src/cmake/flags.cmake", "set(X 2)", time.Now()) })
	if got := w.check(); got.Action != record.Rerun {
		t.Errorf("Check = %+v, want a re-run", got)
	}
}
