package cmake

import (
	"bufio"
	"io"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// colourOption matches an option that turns the colours of a compiler on, not only on a terminal.
// https://gcc.gnu.org/onlinedocs/gcc/Diagnostic-Message-Formatting-Options.html
// https://clang.llvm.org/docs/UsersManual.html#cmdoption-fcolor-diagnostics
var colourOption = text.Regexp(`-f(?:diagnostics-color(?:=always)?|color-diagnostics)(?:[\s"']|$)`)

// maxNinja bounds the part of a file that is read, in bytes: Ninja's files can have hundreds of
// megabytes.
const maxNinja = 4 << 20

// Coloured reports whether compilers in a tree of Ninja print colours also to a pipe, because of
// CMAKE_COLOR_DIAGNOSTICS in the cache or the project, or because of an option that the project
// adds itself. config is the configuration to build in a multi-config tree.
func Coloured(buildDir, config string) bool {
	return coloured(filepath.Join(buildDir, "build.ninja")) ||
		config != "" && coloured(filepath.Join(buildDir, "CMakeFiles", "impl-"+config+".ninja"))
}

func coloured(path string) bool {
	file, err := fsutil.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(io.LimitReader(file, maxNinja))
	lines.Buffer(nil, maxNinja+1)
	for lines.Scan() {
		if colourOption().Match(lines.Bytes()) {
			return true
		}
	}
	return false
}
