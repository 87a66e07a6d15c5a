package cmaketargets_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
)

// TestLocksGivenBack ends runs in the middle of a configure step, in a process that lives on: another one gets the lock
// of the tree, and this one can run again, with the places that it has for jobs.
func TestLocksGivenBack(t *testing.T) {
	for _, test := range []struct {
		name   string
		config cmaketargets.Config
		ends   func(cancel context.CancelFunc, root string)
		status cmaketargets.Status
	}{
		{"cancelled", cmaketargets.Config{Jobs: 1}, func(cancel context.CancelFunc, _ string) { cancel() }, cmaketargets.StatusCancelled},
		{"time limit", cmaketargets.Config{Jobs: 1, Timeout: 2 * time.Second}, func(context.CancelFunc, string) {}, cmaketargets.StatusTimedOut},
		{"fail-fast", cmaketargets.Config{Jobs: 2, FailFast: true}, func(_ context.CancelFunc, root string) {
			_ = os.WriteFile(filepath.Join(root, "b", "fail"), nil, 0o666)
		}, cmaketargets.StatusCancelled},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			projects := map[string]string{"a": "touch=began wait-file=go"}
			if test.config.FailFast {
				projects["b"] = "wait-file=fail exit=1"
			}
			writeFakes(t, root, projects)
			test.config.Root, test.config.CMake, test.config.Store = root, filepath.Join(fakeBin(), "cmake"), "off"
			test.config.Output = io.Discard
			w := cmaketargets.New(test.config)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := startBuild(t, ctx, w, filepath.Join(root, "*", "began"))
			if said := trylock(root); said != lock.ErrBusy.Error() {
				t.Errorf("while it is configured, another process got the lock: %q", said)
			}
			test.ends(cancel, root)
			err := <-ended
			if report := w.Results(); err == nil || report[0].Project.Path != "a" || report[0].Status != test.status {
				t.Errorf("Run = %v\n%s", err, lines(report))
			}
			if said := trylock(root); said != "" {
				t.Errorf("afterwards another process did not get the lock: %s", said)
			}
			must(t, os.WriteFile(filepath.Join(root, "a", "go"), nil, 0o666))
			if test.name != "cancelled" {
				w = cmaketargets.New(test.config) // one that does not remember the failure
			}
			if report, err := w.Run(t.Context(), cmaketargets.StepBuild); err != nil {
				t.Errorf("the next run: %v\n%s", err, lines(report))
			}
			if said := trylock(root); said != "" {
				t.Errorf("after the next run another process did not get the lock: %s", said)
			}
		})
	}
}

// TestLockGivenBackBesideAnotherRun ends one of two runs of a process, while the other keeps the
// whole budget: the first ends without waiting for a share.
func TestLockGivenBackBesideAnotherRun(t *testing.T) {
	ended, stays := t.TempDir(), t.TempDir()
	writeFakes(t, ended, map[string]string{"a": "touch=began wait-file=go"})
	busy := "touch=began wait-file=../a/go"
	writeFakes(t, stays, map[string]string{"x": busy, "y": busy})
	must(t, os.Mkdir(filepath.Join(stays, "a"), 0o777))
	config := cmaketargets.Config{Jobs: 2, CMake: filepath.Join(fakeBin(), "cmake"), Store: "off", Output: io.Discard}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	config.Root = ended
	first := startBuild(t, ctx, cmaketargets.New(config), filepath.Join(ended, "*", "began"))
	config.Root = stays
	second := startBuild(t, t.Context(), cmaketargets.New(config), filepath.Join(stays, "*", "began"))
	cancel()
	if err := <-first; err == nil {
		t.Error("the run that was ended succeeded")
	}
	if said := trylock(ended); said != "" {
		t.Errorf("another process did not get the lock: %s", said)
	}
	must(t, os.WriteFile(filepath.Join(stays, "a", "go"), nil, 0o666))
	if err := <-second; err != nil {
		t.Error(err)
	}
}

// writeFakes makes projects of which each does something when it is configured, until there is a file a/go.
func writeFakes(t *testing.T, root string, projects map[string]string) {
	t.Helper()
	t.Setenv("FAKECMAKE_PATH", os.Getenv("PATH"))
	for name, does := range projects {
		must(t, os.Mkdir(filepath.Join(root, name), 0o777))
		text := "cmake_minimum_required(VERSION 3.16)\nproject(p NONE)\n# fake: configure unless-file=../a/go " + does + "\n"
		must(t, os.WriteFile(filepath.Join(root, name, "CMakeLists.txt"), []byte(text), 0o666))
	}
}

// startBuild begins a run, and returns once there is a file that its commands make.
func startBuild(t *testing.T, ctx context.Context, w *cmaketargets.Workspace, began string) <-chan error {
	t.Helper()
	ended := make(chan error, 1)
	go func() {
		_, err := w.Run(ctx, cmaketargets.StepBuild)
		ended <- err
	}()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(time.Millisecond) {
		if found, _ := filepath.Glob(began); len(found) > 0 {
			return ended
		}
		if time.Now().After(deadline) {
			t.Fatal("no configure step begins")
		}
	}
}

// trylock has another process take the lock of the build tree of the project a, and returns its error.
func trylock(root string) string {
	out, _ := exec.Command(filepath.Join(commandBin, "trylock"), filepath.Join(root, "build", "a", ".cmaketargets", "lock")).CombinedOutput()
	return string(bytes.TrimSpace(out))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
