package cmake

import (
	"io"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// InstallPrefix is the cache entry of the install prefix.
const InstallPrefix = "CMAKE_INSTALL_PREFIX"

// prefixLine matches the line of cmake_install.cmake with the prefix of an install step without
// --prefix.
var prefixLine = text.Regexp(`(?m)^\s*set\(CMAKE_INSTALL_PREFIX ("(?:[^"\\]|\\.)*")\)`)

// Prefix returns the install prefix of a configured build tree, which the project can have set in
// other ways than by the cache. It returns "" where there are no install rules.
func Prefix(buildDir string) string {
	file, err := fsutil.Open(filepath.Join(buildDir, "cmake_install.cmake"))
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	head, err := io.ReadAll(io.LimitReader(file, 64<<10)) // it is in the first lines
	found := prefixLine().FindSubmatch(head)
	if err != nil || found == nil {
		return ""
	}
	return strings.Join(quotedWords(string(found[1])), "")
}

// SystemPrefix reports whether dir is the install prefix that CMake takes where neither the user
// nor the project names one: a directory of the system (CMakeGenericSystem.cmake).
func SystemPrefix(dir string) bool {
	if runtime.GOOS == "windows" {
		return strings.Contains(dir, "Program Files")
	}
	return dir == "/usr/local"
}
