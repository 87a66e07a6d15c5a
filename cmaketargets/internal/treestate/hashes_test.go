package treestate

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/buildfile"
)

// The content of a file that is edited after it was examined is not that of its stamp.
func TestEditedBeforeItsHash(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for _, found := range []cmake.Examined{{Read: []string{path}}, {Times: []string{"file"}, Sources: map[string]bool{"file": true}}} {
		buildfile.Write(t, path, "1")
		var files inputs.Files
		for _, edited := range []bool{false, true} {
			if edited {
				time.Sleep(10 * time.Millisecond) // the clock of the file system
				buildfile.Write(t, path, "2")
			}
			b := examined(dir, path, Goal{Record: model.Build}, found, &files) // with the times of the first one
			if got := b.stamps[0].Hash; got == "" != edited {
				t.Errorf("%+v, edited %v: hash %q", found, edited, got)
			}
		}
	}
}
