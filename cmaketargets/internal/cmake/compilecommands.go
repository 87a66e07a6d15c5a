package cmake

import (
	"os"
	"path/filepath"
)

// ExportVariable is the environment variable that makes a new build tree export its compile
// commands unless the project or an argument sets the variable of CMake with the same name. Since
// CMake 3.17; only Makefile and Ninja generators support it.
const ExportVariable = "CMAKE_EXPORT_COMPILE_COMMANDS"

// CompileCommands returns the compile_commands.json of a build tree, and whether the last configure
// step wrote it.
//
// CMake leaves the old file when exporting is turned off. A step that exports closes it after
// TargetDirectories.txt, which every step writes (cmGlobalGenerator::WriteSummary), so an older one
// is such a remnant.
func CompileCommands(buildDir string) (path string, current bool) {
	path = filepath.Join(buildDir, "compile_commands.json")
	commands, err := os.Stat(path)
	if err != nil {
		return path, false
	}
	summary, err := os.Stat(filepath.Join(buildDir, "CMakeFiles", "TargetDirectories.txt"))
	return path, err != nil || !commands.ModTime().Before(summary.ModTime())
}
