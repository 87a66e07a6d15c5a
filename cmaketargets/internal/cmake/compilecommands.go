package cmake

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
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

// objectFile is the path of an object file.
var objectFile = text.Regexp(`^((?:[^/].*?/)??)CMakeFiles/[^/]*\.dir/(.*)\.(?:o|obj)$`)

// SourceOf returns the source of an object file, relative to the source directory, with slashes;
// object is relative to the build tree. It returns "" for other files and names: CMake compiles
// sub/a.c of the target t in the directory lib to lib/CMakeFiles/t.dir/sub/a.c.o. Sources outside
// of their target's directory have other names, and multi-config generators insert the
// configuration.
func SourceOf(object string) string {
	found := objectFile().FindStringSubmatch(strings.ReplaceAll(object, `\`, "/"))
	if found == nil {
		return ""
	}
	return found[1] + found[2]
}
