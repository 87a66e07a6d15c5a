//go:build unix

package cmake_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

// A wrapper script that hangs is ended with what it started.
func TestProbeEndsWrapper(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "cmake"), "#!/bin/sh\nsleep 60 &\necho $!\nwait\n")
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := cmake.Tool{Path: path}.ProbeWithin(t.Context(), os.Environ(), time.Second)
	var not *cmake.NotCMakeError
	if !errors.As(err, &not) {
		t.Fatalf("got %v", err)
	}
	contains(t, err, "no answer in 1s")
	pid, err := strconv.Atoi(strings.TrimSpace(not.Output))
	if err != nil {
		t.Fatal(err)
	}
	if state, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat"); syscall.Kill(pid, 0) == nil && !strings.Contains(string(state), ") Z ") {
		_ = syscall.Kill(pid, syscall.SIGKILL)
		t.Errorf("process %d outlived the wrapper", pid)
	}
}

func TestProbeCrash(t *testing.T) {
	path := standIn(t, t.TempDir(), "cmake")
	_, err := cmake.Tool{Path: path}.Probe(t.Context(), playing(t, "crashes:"))
	contains(t, err, "use "+path+" as cmake: it printed nothing: ended by signal: killed")
}
