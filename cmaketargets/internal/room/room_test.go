package room_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/room"
)

// Whatever the answer, the directory is as it was.
func TestProbe(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := room.Probe(root, "room", 1<<20); err != nil {
		t.Error(err)
	}
	const much = 1 << 58 // no disk is that large
	if err := room.Probe(root, "room", much); err == nil || !strings.HasPrefix(err.Error(), "probe for room: ") || !strings.Contains(err.Error(), filepath.Join(dir, "room")) {
		t.Errorf("for %d bytes: %v", int64(much), err)
	}
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v %v", left, err)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := room.Probe(root, "room", 1); err == nil {
		t.Error("there is room in a directory that is gone")
	}
}
