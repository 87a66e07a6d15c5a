package cmake

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// HasTests reports whether ctest may find a test in a build tree. It reads
// what CMake generated for ctest, CTestTestfile.cmake and the files that this
// leads to, and answers false only when that holds nothing but subdirectories
// and properties of directories: then ctest would print "No tests were found". Whatever it cannot decide
// without being CMake (a condition, a loop, a script to include, which is how
// tests are discovered after a build) is answered true, and ctest has the last
// word; see [NoTestsFound].
func HasTests(buildDir string) bool {
	return hasTests(filepath.Clean(buildDir), map[string]bool{})
}

func hasTests(dir string, seen map[string]bool) bool {
	if seen[dir] {
		return false
	}
	seen[dir] = true
	script, _, err := fsutil.Read(filepath.Join(dir, "CTestTestfile.cmake"), maxObject)
	if err != nil {
		// Without enable_testing() there is no file, and no test.
		return !errors.Is(err, fs.ErrNotExist)
	}
	for line := range strings.Lines(string(script)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' && !strings.HasPrefix(line, "#[") || strings.HasPrefix(line, "set_directory_properties(") {
			continue
		}
		names, ok := strings.CutPrefix(line, "subdirs(")
		if !ok {
			return true
		}
		names, ok = strings.CutSuffix(strings.TrimSpace(names), ")")
		if !ok {
			return true
		}
		for _, name := range quotedWords(names) {
			if hasTests(absolute(dir, name), seen) {
				return true
			}
		}
	}
	return false
}

// quotedWords splits the arguments of a command that CMake generated: words in
// double quotes, in which a backslash takes away the meaning of what follows.
func quotedWords(text string) []string {
	var words []string
	var word strings.Builder
	inside := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' && inside:
			words = append(words, word.String())
			word.Reset()
			inside = false
		case c == '"':
			inside = true
		case c == '\\' && inside && i+1 < len(text):
			i++
			word.WriteByte(text[i])
		case inside:
			word.WriteByte(c)
		}
	}
	return words
}

// NoTestsFound reports whether the output of ctest says that there was no
// test to run, with which ctest ends successfully.
func NoTestsFound(output []byte) bool {
	return bytes.Contains(output, []byte("No tests were found!!!"))
}

// HasInstall reports whether `cmake --install` would install something: there
// is an install script and, as far as a reply of the file API can tell, a call
// of install() in the project. Without a reply the script's presence counts,
// as it does no harm to run one that installs nothing.
func HasInstall(buildDir string) bool {
	// Absent when CMAKE_SKIP_INSTALL_RULES is set.
	if _, err := os.Stat(filepath.Join(buildDir, "cmake_install.cmake")); err != nil {
		return false
	}
	x, err := ReadIndex(buildDir)
	if err != nil {
		return true
	}
	_, model, err := x.modelHead()
	return err != nil || model.HasInstallRules
}
