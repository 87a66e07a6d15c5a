package cmake

import (
	"bytes"
	"io"
	"path/filepath"
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Of Ninja's files, which can have hundreds of megabytes, the beginning is
// looked at, in pieces; both are in bytes.
const (
	maxNinja   = 4 << 20
	ninjaPiece = 64 << 10
)

// Coloured reports whether in a tree that Ninja builds a compiler is told to
// print colours wherever it prints to: by CMAKE_COLOR_DIAGNOSTICS, of the cache
// or of the project, or by an option that the project adds itself. config is the
// configuration to build where there are several.
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
	in := io.LimitReader(file, maxNinja)
	text := make([]byte, 0, ninjaPiece)
	for {
		n, err := io.ReadFull(in, text[len(text):cap(text)])
		text = text[:len(text)+n]
		if asksColours(text) {
			return true
		}
		if err != nil {
			return false
		}
		// What the next piece continues.
		text = append(text[:0], text[len(text)-longestOption:]...)
	}
}

// colourOptions are what compilers understand, with what can stand behind.
// https://gcc.gnu.org/onlinedocs/gcc/Diagnostic-Message-Formatting-Options.html
// https://clang.llvm.org/docs/UsersManual.html#cmdoption-fcolor-diagnostics
var colourOptions = [][]byte{[]byte("-fdiagnostics-color=always"), []byte("-fdiagnostics-color"), []byte("-fcolor-diagnostics")}

// longestOption has room for the longest one and the character behind it.
const longestOption = 32

// asksColours reports whether one of the options is in the text; at its end one
// that may go on is not.
func asksColours(text []byte) bool {
	return slices.ContainsFunc(colourOptions, func(option []byte) bool {
		for rest := text; ; {
			at := bytes.Index(rest, option)
			if at < 0 {
				return false
			}
			if rest = rest[at+len(option):]; len(rest) > 0 && bytes.IndexByte([]byte(" \t\r\n\"'"), rest[0]) >= 0 {
				return true
			}
		}
	})
}
