//go:build unix

package cmaketargets_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// Whatever takes the place of a file that is read in a build tree: no run waits for it, or reads it
// without end, and the build trees are repaired where that is possible.
func TestStateIsSomethingElse(t *testing.T) {
	const state = "build/library/.cmaketargets/"
	replaced := []string{
		state + "configure.snapshot", state + "durations", state + "configure.log", state + "build.log", state + "build.running",
		state + "lock",
		"build/library/.cmake/api/v1/query/client-cmaketargets/query.json", "build/.cmaketargets/compile_commands.state", "cache/cmake.json",
	}
	for kind, put := range map[string]func(path string) error{
		"pipe":  func(path string) error { return syscall.Mkfifo(path, 0o666) },
		"large": func(path string) error { return sparse(path, 400<<20) },
		"zeros": func(path string) error { return sparse(path, 4<<10) },
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, realCMakes(t)[0], "library")
			r.cache = filepath.Join(r.root, "cache")
			if report, err := r.run(cmaketargets.Config{}, cmaketargets.StepTest); err != nil {
				t.Fatalf("%v\n%s", err, lines(report))
			}
			for _, name := range replaced {
				path := filepath.Join(r.root, filepath.FromSlash(name))
				_ = os.RemoveAll(path)
				if err := put(path); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				if report, err := r.run(cmaketargets.Config{}, cmaketargets.StepTest); err != nil {
					t.Errorf("%v\n%s", err, lines(report))
				}
			}
			if report, err := r.run(cmaketargets.Config{}, cmaketargets.StepConfigure); err != nil || report[0].Status != cmaketargets.StatusUpToDate {
				t.Errorf("%v\n%s", err, lines(report))
			}
			cache := filepath.Join(r.root, "build", "library", "CMakeCache.txt")
			_ = os.Remove(cache)
			if err := put(cache); err != nil {
				t.Fatal(err)
			}
			if report, err := r.run(cmaketargets.Config{}, cmaketargets.StepTest); err != nil || report[0].Reason != "CMakeCache.txt is damaged" {
				t.Errorf("%v\n%s", err, lines(report))
			}
		})
	}
}

// A pipe at which ctest would wait is replaced.
func TestTestsAreNoPipe(t *testing.T) {
	r := newRepository(t, realCMakes(t)[0], "library")
	if report, err := r.run(cmaketargets.Config{}, cmaketargets.StepTest); err != nil {
		t.Fatalf("%v\n%s", err, lines(report))
	}
	path := filepath.Join(r.root, "build", "library", "CTestTestfile.cmake")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(path, 0o666); err != nil {
		t.Fatal(err)
	}
	if report, err := r.run(cmaketargets.Config{Timeout: time.Minute}, cmaketargets.StepTest); err != nil || len(report.WithStatus(cmaketargets.StatusOK)) != 3 {
		t.Errorf("%v\n%s", err, lines(report))
	}
}

func sparse(path string, size int64) error {
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		return err
	}
	return os.Truncate(path, size)
}
