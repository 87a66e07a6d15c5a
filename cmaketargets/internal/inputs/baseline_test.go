package inputs_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
)

// An input that changes while CMake runs causes one more run, in a first step and in later ones.
func TestChangeDuringStep(t *testing.T) {
	const (
		upToDate = "up to date"
		flags    = "cmake/flags.cmake may have changed during the last configure"
		unknown  = "files may have been added to or removed from lib during the last configure"
		lib      = "files were added to or removed from lib"
		top      = "files were added to or removed from ."
		gcc      = "compiler DIR/bin/gcc may have been replaced during the last configure"
	)
	var began time.Time
	edit := func(at func() time.Time) func(*world, *inputs.Observed) {
		return func(w *world, _ *inputs.Observed) { w.write("src/cmake/flags.cmake", "set(X 2)", at()) }
	}
	second := func() time.Time { return began.Truncate(time.Second) }
	even := func() time.Time { return began.Truncate(2 * time.Second) }
	never := func(*world, *inputs.Observed) {}
	for _, test := range []struct {
		name   string
		before func(*world)
		during func(*world, *inputs.Observed)
		always bool // during is called in every step, not only the first
		first  string
		later  string // in a later step
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
			// So CMake installs files.
			name: "input whose time was set to the second in which the step began",
			before: func(w *world) {
				w.write("src/cmake/flags.cmake", "set(X 2)", second())
				time.Sleep(20 * time.Millisecond)
				began = time.Now()
			},
			during: never,
			first:  upToDate, later: upToDate,
		},
		{
			name:   "input of the future",
			before: func(w *world) { w.write("src/cmake/flags.cmake", "set(X 2)", time.Now().Add(time.Hour)) }, during: never,
			first: flags, later: upToDate,
		},
		{
			name: "input removed", during: func(w *world, _ *inputs.Observed) { w.remove("src/cmake/flags.cmake") },
			first: "cmake/flags.cmake is gone", later: "cmake/flags.cmake is gone",
		},
		{
			name: "input that the step makes and removes", always: true,
			during: func(w *world, s *inputs.Observed) {
				w.write("src/scratch.cmake", "", time.Now())
				w.remove("src/scratch.cmake")
				s.Inputs = append(s.Inputs, filepath.Join(w.in.Source, "scratch.cmake"))
			},
			first: "scratch.cmake is gone", later: "scratch.cmake is gone",
		},
		{
			name: "input that never was", during: func(w *world, s *inputs.Observed) {
				s.Inputs = append(s.Inputs, filepath.Join(w.in.Source, "lib", "none", "optional.cmake"))
			},
			first: upToDate, later: upToDate,
		},
		{
			name: "input that the step writes", always: true,
			during: func(w *world, s *inputs.Observed) { edit(time.Now)(w, s) },
			first:  flags, later: flags,
		},
		{
			name: "input that the step writes into its tree", always: true,
			during: func(w *world, _ *inputs.Observed) { w.write("bld/generated.cmake", "x", time.Now()) },
			first:  upToDate, later: upToDate,
		},
		{
			name: "file added", during: func(w *world, _ *inputs.Observed) { w.write("src/more.c", "", time.Now()) },
			first: top, later: top,
		},
		{
			name: "file removed", during: func(w *world, _ *inputs.Observed) { w.remove("src/main.c") },
			first: top, later: top,
		},
		{
			name: "file added below", during: func(w *world, _ *inputs.Observed) { w.write("src/lib/more.c", "", time.Now()) },
			first: unknown, later: lib,
		},
		{
			name: "file removed below", during: func(w *world, _ *inputs.Observed) { w.remove("src/lib/part.c") },
			first: unknown, later: lib,
		},
		{
			name: "file that the step writes", always: true,
			during: func(w *world, _ *inputs.Observed) { w.write("src/lib/version.h", "", time.Now()) },
			first:  unknown, later: lib,
		},
		{
			// configure_file does so to find out whether its output has changed.
			name: "file that comes and goes", always: true,
			during: func(w *world, _ *inputs.Observed) {
				w.write("src/lib/version.h.tmp", "", time.Now())
				w.remove("src/lib/version.h.tmp")
			},
			first: unknown, later: upToDate,
		},
		{
			name: "toolchain file that the cache names too", before: func(w *world) { w.write("tc.cmake", "set(Y 1)", second()) },
			during: func(w *world, s *inputs.Observed) { s.Settings = append(s.Settings, w.in.Files...) },
			first:  upToDate, later: upToDate,
		},
		{
			name: "toolchain file that only the cache names, and the step writes", always: true,
			before: func(w *world) { w.write("src/cmake/env.cmake", "", old) },
			during: func(w *world, s *inputs.Observed) {
				s.Settings = append(s.Settings, filepath.Join(w.in.Source, "cmake", "env.cmake"))
				w.write("src/cmake/env.cmake", "set(Y 1)", time.Now())
			},
			first: "cmake/env.cmake may have changed during the last configure", later: "cmake/env.cmake may have changed during the last configure",
		},
		{
			name: "toolchain file that the step writes into its tree", always: true,
			during: func(w *world, s *inputs.Observed) {
				s.Settings = append(s.Settings, filepath.Join(w.in.Build, "tc.cmake"))
				w.write("bld/tc.cmake", "set(Y 1)", time.Now())
			},
			first: "DIR/bld/tc.cmake may have changed during the last configure", later: "DIR/bld/tc.cmake may have changed during the last configure",
		},
		{
			name:   "compiler replaced, by an older one",
			during: func(w *world, _ *inputs.Observed) { w.write("bin/gcc", "ELF", old.Add(-time.Hour)) },
			first:  gcc, later: gcc,
		},
		{name: "directory removed", during: func(w *world, _ *inputs.Observed) { w.remove("src/lib") }, first: top, later: top},
	} {
		for _, kind := range []string{"first", "later"} {
			t.Run(test.name+"/"+kind, func(t *testing.T) {
				w := configured(t)
				want := test.later
				if kind == "first" {
					w.remove("bld/.cmaketargets")
					want = test.first
				}
				time.Sleep(20 * time.Millisecond) // at least a tick of the file system's clock
				began = time.Now()
				want = strings.ReplaceAll(want, "DIR", w.dir)
				if test.before != nil {
					test.before(w)
				}
				during := func(s *inputs.Observed) { test.during(w, s) }
				w.step(inputs.Load(w.in.Build), began, during)
				if got := w.check(); got.Reason != want || (got.Action == inputs.Nothing) != (want == upToDate) {
					t.Fatalf("Check = %+v, want %q", got, want)
				}
				if want == upToDate {
					return
				}
				if !test.always {
					during = nothing
				}
				if w.step(inputs.Load(w.in.Build), began, during); w.check().Action != inputs.Nothing {
					t.Errorf("after another step: %+v", w.check())
				}
			})
		}
	}
}

// The file system's clock may be behind ours.
func TestChangeDuringStepByOtherClock(t *testing.T) {
	w := configured(t)
	w.step(nil, time.Now().Add(time.Minute), func(*inputs.Observed) { w.write("src/cmake/flags.cmake", "set(X 2)", time.Now()) })
	if got := w.check(); got.Action != inputs.Rerun {
		t.Errorf("Check = %+v, want a re-run", got)
	}
}
