package plan

import (
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// onlyInRoots matches the setting of a toolchain file by which find_package() ignores CMAKE_PREFIX_PATH
// outside of CMAKE_FIND_ROOT_PATH.
var onlyInRoots = text.Regexp(`(?im)^[^#\n]*\bset\s*\(\s*CMAKE_FIND_ROOT_PATH_MODE_PACKAGE\s+"?ONLY\b`)

// FindsOnlyInRoots returns the toolchain file of a configured build tree if CMake finds no package of
// another project because of it, else "".
func FindsOnlyInRoots(t *Tree) string {
	file, _ := treestate.NewGenerated(t.Dir).Cached("CMAKE_TOOLCHAIN_FILE")
	if file == "" {
		file = t.lookup("CMAKE_TOOLCHAIN_FILE")
	}
	file = fsutil.Absolute(filepath.FromSlash(file), t.Project.Dir)
	data, _, err := fsutil.Read(file, 1<<20)
	if err != nil || !onlyInRoots().Match(data) {
		return ""
	}
	return file
}
