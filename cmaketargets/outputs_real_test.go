package cmaketargets_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets"
)

// CMake makes the directories of the targets' files when it configures, and Make does not: one that is gone is made
// again, wherever it is.
func TestDirectoriesOfTargets(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		r.write("p/CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nproject(p C)\n"+
			"set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_SOURCE_DIR}/../out/bin)\nset(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)\n"+
			"add_executable(x main.c)\nadd_library(l STATIC lib.c)\n")
		r.write("p/main.c", "int main(void) { return 0; }\n")
		r.write("p/lib.c", "int lib;\n")
		make := cmaketargets.Config{Variants: []cmaketargets.Variant{{Generator: "Unix Makefiles"}}}
		built := func(removed, want string) {
			t.Helper()
			report, err := r.run(make, cmaketargets.StepBuild)
			if err != nil || report[0].Reason != want {
				t.Errorf("without %q: %v\n%s", removed, err, lines(report))
			}
		}
		built("", "never configured")
		built("", "up to date")
		for dir, reason := range map[string]string{"out/bin": filepath.Join(r.root, "out", "bin") + " is gone", "build/p/lib": "lib in the build tree is gone"} {
			if err := os.RemoveAll(filepath.Join(r.root, filepath.FromSlash(dir))); err != nil {
				t.Fatal(err)
			}
			built(dir, reason)
			built("", "up to date")
		}
	})
}
