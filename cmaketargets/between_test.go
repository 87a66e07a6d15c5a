package cmaketargets_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
)

// A run whose own context ends does not wait for a step of another run of the process, and does not
// end it either.
func TestOwnContextEndsWaiting(t *testing.T) {
	for _, same := range []bool{true, false} {
		t.Run(fmt.Sprintf("same workspace=%v", same), func(t *testing.T) {
			withFirstCMake(t, func(t *testing.T, cmake string) {
				r := newRepository(t, cmake, "c-only")
				started, finish := filepath.Join(r.root, "started"), filepath.Join(r.root, "finish")
				text := r.read("c-only/CMakeLists.txt")
				r.write("c-only/CMakeLists.txt", text+`execute_process(COMMAND sh -c "touch '`+started+`'; while [ ! -e '`+finish+`' ]; do sleep 0.01; done")`)
				config := cmaketargets.Config{Root: r.root, CMake: r.cmake, Store: r.cache, Output: io.Discard}
				one := cmaketargets.New(config)
				other := one
				if !same {
					other = cmaketargets.New(config)
				}
				ended := make(chan error)
				go func() {
					_, err := one.Run(context.Background(), cmaketargets.StepConfigure)
					ended <- err
				}()
				for !exists(started) {
					time.Sleep(10 * time.Millisecond)
				}
				late := time.AfterFunc(30*time.Second, func() { r.write("finish", "") })
				defer late.Stop()
				why := errors.New("no longer wanted")
				report, err := runFor(other, why)
				if exists(finish) {
					t.Error("the second run waited for the first")
				}
				if got, want := lines(report), "configure c-only cancelled: no longer wanted\nbuild c-only cancelled: no longer wanted\n"; !errors.Is(err, why) || got != want {
					t.Errorf("%v, report\n%swant\n%s", err, got, want)
				}
				if same {
					// Its tasks left in the queue are no obstacle.
					go func() {
						_, err := other.Run(context.Background(), cmaketargets.StepBuild)
						ended <- err
					}()
				}
				r.write("finish", "")
				if err := <-ended; err != nil {
					t.Errorf("first run: %v", err)
				}
				if same {
					if err := <-ended; err != nil {
						t.Errorf("third run: %v", err)
					}
				}
				if report, err := other.Run(context.Background(), cmaketargets.StepBuild); err != nil {
					t.Errorf("afterwards: %v\n%s", err, lines(report))
				}
			})
		})
	}
}

// The same for a run in other trees, whose jobs wait for their part of the CPUs.
func TestOwnContextEndsQueueing(t *testing.T) {
	r := newRepository(t, realCMakes(t)[0], "c-only")
	r.write("a/CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nproject(a NONE)\n"+`execute_process(COMMAND sh -c "touch '`+r.root+`/started'; while [ ! -e '`+r.root+`/finish' ]; do sleep 0.01; done")`)
	config := func(dir string) cmaketargets.Config {
		return cmaketargets.Config{Root: filepath.Join(r.root, dir), CMake: r.cmake, Store: r.cache, Output: io.Discard, Jobs: 1}
	}
	ended := make(chan error)
	go func() {
		_, err := cmaketargets.New(config("a")).Run(context.Background(), cmaketargets.StepConfigure)
		ended <- err
	}()
	for !exists(filepath.Join(r.root, "started")) {
		time.Sleep(10 * time.Millisecond)
	}
	late := time.AfterFunc(30*time.Second, func() { r.write("finish", "") })
	defer late.Stop()
	why := errors.New("no longer wanted")
	report, err := runFor(cmaketargets.New(config("c-only")), why)
	if got, want := lines(report), "configure . cancelled: no longer wanted\nbuild . cancelled: no longer wanted\n"; !errors.Is(err, why) || got != want || exists(filepath.Join(r.root, "finish")) {
		t.Errorf("%v, report\n%swant\n%s", err, got, want)
	}
	r.write("finish", "")
	if err := <-ended; err != nil {
		t.Errorf("first run: %v", err)
	}
}

// runFor builds, with a context that ends a while after the run began.
func runFor(w *cmaketargets.Workspace, why error) (report cmaketargets.Report, err error) {
	for delay := 100 * time.Millisecond; len(report) == 0 && delay < 5*time.Second; delay *= 2 {
		ctx, cancel := context.WithCancelCause(context.Background())
		time.AfterFunc(delay, func() { cancel(why) })
		report, err = w.Run(ctx, cmaketargets.StepBuild)
	}
	return report, err
}

// The steps that a step needs were undone between two runs of a process, by another process: they
// are done again, and a failure of them is the failure of the step.
func TestUndoneBetween(t *testing.T) {
	for _, test := range []struct{ first, then cmaketargets.Step }{
		{cmaketargets.StepConfigure, cmaketargets.StepBuild},
		{cmaketargets.StepBuild, cmaketargets.StepTest},
		{cmaketargets.StepBuild, cmaketargets.StepInstall},
	} {
		t.Run(string(test.then), func(t *testing.T) {
			r := newRepository(t, realCMakes(t)[0], "library")
			config := cmaketargets.Config{Root: r.root, CMake: r.cmake, Store: r.cache, Output: io.Discard}
			w := cmaketargets.New(config)
			do := func(w *cmaketargets.Workspace, step cmaketargets.Step) (cmaketargets.Report, error) {
				return w.Run(context.Background(), step)
			}
			for range 2 {
				if report, err := do(w, test.first); err != nil {
					t.Fatalf("%v\n%s", err, lines(report))
				}
				if report, err := do(cmaketargets.New(config), cmaketargets.StepClean); err != nil || exists(filepath.Join(r.root, "build", "library")) {
					t.Fatalf("%v\n%s", err, lines(report))
				}
				report, err := do(w, test.then)
				if err != nil || report.ForStep(test.then)[0].Status != cmaketargets.StatusOK || len(report.ForStep(test.then)[0].Targets) == 0 {
					t.Errorf("%v\n%s", err, lines(report))
				}
				w = cmaketargets.New(config)
			}
			if report, err := do(w, test.first); err != nil {
				t.Fatalf("%v\n%s", err, lines(report))
			}
			r.write("library/CMakeLists.txt", "project(")
			report, err := do(w, test.then)
			if last := report[len(report)-1]; err == nil || last.Step != test.then || last.Status != cmaketargets.StatusFailed || len(last.Diagnostics) == 0 {
				t.Errorf("%v\n%s", err, lines(report))
			}
		})
	}
}

// The same where another process undoes them while a step waits for it, although the step before
// had nothing to do.
func TestUndoneWhileWaiting(t *testing.T) {
	r := newRepository(t, realCMakes(t)[0], "library")
	tree := filepath.Join(r.root, "build", "library")
	if report, err := r.run(cmaketargets.Config{}, cmaketargets.StepConfigure); err != nil {
		t.Fatalf("%v\n%s", err, lines(report))
	}
	other, err := lock.Try(filepath.Join(tree, ".cmaketargets", "lock"))
	must(t, err)
	undo := sync.OnceFunc(func() {
		if err := errors.Join(os.RemoveAll(tree), other.Release()); err != nil {
			t.Error(err)
		}
	})
	output := onWrite(func(text string) {
		if strings.Contains(text, "waiting ") {
			undo()
		}
	})
	w := cmaketargets.New(cmaketargets.Config{Root: r.root, CMake: r.cmake, Store: r.cache, Output: output})
	report, err := w.Run(t.Context(), cmaketargets.StepBuild)
	if err != nil || report.ForStep(cmaketargets.StepConfigure)[0].Status != cmaketargets.StatusUpToDate || report.ForStep(cmaketargets.StepBuild)[0].Status != cmaketargets.StatusOK {
		t.Errorf("%v\n%s", err, lines(report))
	}
	if !exists(filepath.Join(tree, "CMakeCache.txt")) {
		t.Error("there is no tree")
	}
}

// onWrite is a writer that calls a function at each Write.
type onWrite func(text string)

// Write implements io.Writer.
func (f onWrite) Write(p []byte) (int, error) {
	f(string(p))
	return len(p), nil
}

// A build tree that was made in a directory of the user's is removed from it again, also when that
// took two attempts, or when a Clean was killed in between.
func TestCleanLeavesWhatWasThereBefore(t *testing.T) {
	r := newRepository(t, realCMakes(t)[0], "c-only")
	tree := filepath.Join(r.root, "build", "c-only")
	for round, fails := range []bool{false, true, false} {
		r.write("build/c-only/thesis.tex", "mine")
		r.write("build/c-only/conan/toolchain.cmake", "# theirs")
		if fails {
			text := r.read("c-only/CMakeLists.txt")
			r.write("c-only/CMakeLists.txt", "project(x NONE)\nmessage(FATAL_ERROR no)\n")
			if report, err := r.run(cmaketargets.Config{}, cmaketargets.StepConfigure); err == nil {
				t.Errorf("%s", lines(report))
			}
			r.write("c-only/CMakeLists.txt", text)
		}
		for range 2 {
			if report, err := r.run(cmaketargets.Config{}, cmaketargets.StepBuild); err != nil {
				t.Fatalf("%v\n%s", err, lines(report))
			}
		}
		if round == 2 {
			root, err := os.OpenRoot(tree)
			if err != nil {
				t.Fatal(err)
			}
			rec := inputs.Load(tree)
			err = errors.Join(inputs.BeginRemoval(root, rec.Source, rec.Build, rec.Found), root.Close(), os.Remove(filepath.Join(tree, "build.ninja")))
			if err != nil {
				t.Fatal(err)
			}
		}
		report, err := r.run(cmaketargets.Config{}, cmaketargets.StepClean)
		if err != nil || !strings.HasSuffix(report[0].Reason, ", but for files that were there before: conan, thesis.tex") {
			t.Errorf("%v\n%s", err, lines(report))
		}
		if left, _ := os.ReadDir(tree); len(left) != 2 || r.read("build/c-only/thesis.tex") != "mine" || r.read("build/c-only/conan/toolchain.cmake") != "# theirs" {
			t.Errorf("left: %v", left)
		}
	}
}
