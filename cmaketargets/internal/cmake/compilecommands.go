package cmake

import (
	"os"
	"path/filepath"
)

// ExportVariable is the environment variable that makes a new build tree export its compile commands unless something
// else is said, by the project for one. Since CMake 3.17; only Makefile and Ninja generators know it.
const ExportVariable = "CMAKE_EXPORT_COMPILE_COMMANDS"

// CompileCommands returns the compile_commands.json of a build tree, and whether the last configure step wrote it.
//
// Where exporting was turned off, CMake leaves the old one lying. A step that exports closes it after it wrote
// TargetDirectories.txt, which every step does (cmGlobalGenerator::WriteSummary), so an older one is such a leftover.
func CompileCommands(buildDir string) (path string, current bool) {
	path = filepath.Join(buildDir, "compile_commands.json")
	commands, err := os.Stat(path)
	if err != nil {
		return path, false
	}
	summary, err := os.Stat(filepath.Join(buildDir, "CMakeFiles", "TargetDirectories.txt"))
	return path, err != nil || !commands.ModTime().Before(summary.ModTime())
}
