package cmake_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

// Statements counts the commands that a build may run, without those that every build.ninja has, and the commands that
// wait for each other.
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
build o2: CUSTOM_COMMAND o1
build o3 o4 | o5: CUSTOM_COMMAND || o2
build other: CUSTOM_COMMAND o4
build all: phony x o5 CMakeFiles/x.dir/a.c.o
default all
`
	if err := os.WriteFile(filepath.Join(dir, "build.ninja"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if got, ok := cmake.Statements(dir); got != (cmake.Commands{Number: 4, Ready: 2, Chain: 3}) || !ok {
		t.Errorf("Statements = %+v, %v, want 4 commands, 3 of them in a chain", got, ok)
	}
	for i := range 5000 { // some 300 kB
		text += fmt.Sprintf("build more%d: CUSTOM_COMMAND o3 CMakeFiles/a.file.with.a.longer.name.dir/%d\ndefault more%d\n", i, i, i)
	}
	if err := os.WriteFile(filepath.Join(dir, "build.ninja"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if got, ok := cmake.Statements(dir); got != (cmake.Commands{Number: 5004, Ready: 2, Chain: 4}) || !ok {
		t.Errorf("Statements of a large file = %+v, %v, want 5004 commands, 4 of them in a chain", got, ok)
	}
	if got, ok := cmake.Statements(filepath.Join(dir, "none")); got != (cmake.Commands{}) || !ok {
		t.Errorf("Statements of no file = %+v, %v", got, ok)
	}
}

// A file that is too large to be read command by command is counted.
func TestCountStatements(t *testing.T) {
	dir := t.TempDir()
	text := strings.Repeat("build o: CUSTOM_COMMAND "+strings.Repeat("x", 1000)+"\nbuild p: phony o\n", 10_000) // 10 MB
	if err := os.WriteFile(filepath.Join(dir, "build.ninja"), []byte("\n"+text), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, ok := cmake.Statements(dir); ok {
		t.Error("Statements of a file of 10 MB is ok")
	}
	if got := cmake.CountStatements(dir); got != 10_000 {
		t.Errorf("CountStatements = %d, want 10,000", got)
	}
}
