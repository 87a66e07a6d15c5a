package buildtree

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// A file system whose clock ticks every two seconds gives a file that was written just now a time
// from before the step.
func TestCheckWrittenWithCoarseClock(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, treestate.Dir), 0o777); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	for _, test := range []struct {
		age   time.Duration
		wrote bool
	}{{-time.Second, true}, {1900 * time.Millisecond, true}, {2100 * time.Millisecond, false}} {
		for _, name := range []string{treestate.CacheFile, "build.ninja"} {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, nil, 0o666); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, time.Time{}, start.Add(-test.age)); err != nil {
				t.Fatal(err)
			}
		}
		if err := checkWritten(dir, start, "Ninja"); (err == nil) != test.wrote {
			t.Errorf("written %s before the step: %v", test.age, err)
		}
	}
}
