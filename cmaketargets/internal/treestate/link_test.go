package treestate_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/buildfile"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// What was made in a build tree is found where a link leads to it, too.
func TestMadeSinceBehindLink(t *testing.T) {
	real := filepath.Join(t.TempDir(), "disk")
	if err := os.MkdirAll(filepath.Join(real, treestate.Dir), 0o777); err != nil {
		t.Fatal(err)
	}
	buildfile.Write(t, treestate.Path(real, inputs.File), "")
	buildfile.Write(t, filepath.Join(real, "main.o"), "")
	if err := os.Chtimes(filepath.Join(real, "main.o"), time.Time{}, time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "build")
	if err := os.Symlink(real, link); err != nil {
		t.Skip(err)
	}
	for _, dir := range []string{real, link} {
		if !treestate.MadeSince(dir, nil) {
			t.Errorf("%s: nothing was made", dir)
		}
		if made := filepath.Join(dir, "main.o"); treestate.MadeSince(dir, map[string]bool{made: true}) {
			t.Errorf("%s: not known by its path", made)
		}
	}
}
