package cmake_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

// Statements counts what a build may run, not what every build.ninja has.
func TestStatements(t *testing.T) {
	dir := t.TempDir()
	text := `# CMAKE generated file
build x: phony CMakeFiles/x o1
build CMakeFiles/edit_cache.util: CUSTOM_COMMAND
build edit_cache: phony CMakeFiles/edit_cache.util
build CMakeFiles/x | ${cmake_ninja_workdir}CMakeFiles/x: phony o1
build o1 | ${cmake_ninja_workdir}o1: CUSTOM_COMMAND
build CMakeFiles/x.dir/a.c.o: C_COMPILER__x_Debug /s/a.c
build build.ninja: RERUN_CMAKE | /s/CMakeLists.txt CMakeCache.txt
build /s/CMakeLists.txt CMakeCache.txt: phony
build clean: CLEAN
build help: HELP
`
	if err := os.WriteFile(filepath.Join(dir, "build.ninja"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if n, large := cmake.Statements(dir); n != 2 || large {
		t.Errorf("Statements = %d, %v, want 2", n, large)
	}
}
