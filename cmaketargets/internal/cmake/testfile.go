package cmake

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// HasTests reports whether ctest may find a test in a build tree. It reads the CTestTestfile.cmake
// files that CMake generated, and returns false only when they hold nothing but subdirectories and
// properties of directories: then ctest would print "No tests were found". Conditions, loops and
// scripts to include, which discover tests after a build, count as tests; see [NoTestsFound].
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

// quotedWords returns the arguments of a generated command: texts in double quotes, in which a
// backslash escapes the next character.
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
