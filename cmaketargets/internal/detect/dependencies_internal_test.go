package detect

import (
	"os"
	"path/filepath"
	"testing"
)

// Clang takes the newest GCC below the directories of all targets.
func TestDependenciesOnAnotherGCC(t *testing.T) {
	dir := t.TempDir()
	used := filepath.Join(dir, "lib", "gcc", "mips-linux-gnu", "12")
	if err := os.MkdirAll(used, 0o755); err != nil {
		t.Fatal(err)
	}
	paths, reason := dependencies(state{}, state{}, "set(CMAKE_C_IMPLICIT_LINK_DIRECTORIES \""+used+";"+dir+"\")\n", nil)
	if reason != "" {
		t.Fatal(reason)
	}
	for _, path := range []string{used, filepath.Dir(used), filepath.Dir(filepath.Dir(used))} {
		if paths[path] != probeDir {
			t.Errorf("%s is probed as %q", path, paths[path])
		}
	}
	if paths[dir] != probeThere {
		t.Errorf("%s is probed as %q", dir, paths[dir])
	}
}
