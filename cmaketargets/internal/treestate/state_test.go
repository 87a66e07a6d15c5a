package treestate

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// RemoveTemporary removes half written files in our directory, and nothing through a link that leads
// out of the build tree.
func TestRemoveTemporary(t *testing.T) {
	dir := t.TempDir()
	tree, outside := filepath.Join(dir, "tree"), filepath.Join(dir, "outside")
	paths := map[string]bool{ // whether it stays
		filepath.Join(tree, ".hidden"):             true,
		Path(tree, timingsFile):                    true,
		Path(tree, "."+timingsFile+".X7"):          false,
		Path(tree, ".configure.snapshot.new"):      false,
		Path(tree, ".directory/.file"):             true,
		filepath.Join(outside, ".durations.X7"):    true,
		filepath.Join(dir, "linked", ".gitignore"): true,
	}
	for path := range paths {
		if err := fsutil.WriteFile(path, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "linked", Dir)); err != nil {
		t.Skip(err)
	}
	RemoveTemporary(tree)
	RemoveTemporary(filepath.Join(dir, "linked"))
	RemoveTemporary(filepath.Join(dir, "none"))
	for path, stays := range paths {
		if fsutil.Exists(path) != stays {
			t.Errorf("%s is there: %t, want %t", path, !stays, stays)
		}
	}
}
