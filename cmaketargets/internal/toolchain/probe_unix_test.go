//go:build unix

package toolchain

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A wrapper script that hangs is ended together with its process tree.
func TestProbeEndsWrapper(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cmake")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nsleep 60 &\necho $!\nwait\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, output, err := ask(t.Context(), time.Second, path, os.Environ())
	contains(t, err, "no answer in 1s")
	pid, err := strconv.Atoi(strings.TrimSpace(output))
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
	_, err := program{path: path}.probe(t.Context(), playing(t, "crashes:"), askLimit)
	contains(t, err, "use "+path+" as cmake: it printed nothing: ended by signal: killed")
}
