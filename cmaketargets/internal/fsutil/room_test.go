package fsutil_test

import (
	"os"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// The tests of the package cmaketargets check full disks, on small file systems.
func TestProbeRoom(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := fsutil.ProbeRoom(root, "room", 1<<20); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v %v", left, err)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := fsutil.ProbeRoom(root, "room", 1); err == nil || !strings.HasPrefix(err.Error(), "probe for room: ") {
		t.Errorf("in a directory that is gone: %v", err)
	}
}
