package cmake

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

const testFile = "CTestTestfile.cmake"

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
	script, _, err := fsutil.Read(filepath.Join(dir, testFile), maxObject)
	if err != nil {
		// Without enable_testing() there is no file, and no test.
		return !errors.Is(err, fs.ErrNotExist)
	}
	for line := range strings.Lines(string(script)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' && !strings.HasPrefix(line, "#[") || strings.HasPrefix(line, "set_directory_properties(") {
			continue
		}
		names, ok := subdirectories(line)
		if !ok {
			return true
		}
		for _, name := range names {
			if hasTests(absolute(dir, name), seen) {
				return true
			}
		}
	}
	return false
}

// subdirectories returns the arguments of a line that calls subdirs().
func subdirectories(line string) ([]string, bool) {
	names, ok := strings.CutPrefix(line, "subdirs(")
	names, closed := strings.CutSuffix(strings.TrimSpace(names), ")")
	return quotedWords(names), ok && closed
}

// TestLocks returns the claims of the tests of a build tree: the resources that they lock, and
// whether one of them must run by itself. ctest holds both only within one build tree.
//
// It reads the scripts that CMake and the modules that discover tests generated, and runs none: a
// property that is set in a branch which ctest does not take, or of a test that is not selected,
// counts as well.
func TestLocks(buildDir string) (names []string, serial bool) {
	l := testLocks{seen: map[string]bool{}, names: map[string]bool{}}
	l.read(filepath.Join(buildDir, testFile))
	return text.SortedKeys(l.names), l.serial
}

// TestScripts returns the scripts that define the tests of a build tree, with their texts.
func TestScripts(buildDir string) (paths []string, texts [][]byte) {
	l := testLocks{seen: map[string]bool{}, names: map[string]bool{}}
	l.read(filepath.Join(buildDir, testFile))
	for _, path := range text.SortedKeys(l.seen) {
		if data, _, err := fsutil.Read(path, maxObject); err == nil {
			paths, texts = append(paths, path), append(texts, data)
		}
	}
	return paths, texts
}

// testWord is an argument in a script of ctest: quoted, in brackets, or one word.
var testWord = text.Regexp(`"((?:[^"\\]|\\.)*)"|\[=*\[((?s:.*?))\]=*\]|([^\s"()\[\]]+)`)

// TestFiles returns the absolute paths that a script of ctest names: as words, in lists and as values of variables.
func TestFiles(script []byte) (paths []string) {
	for _, found := range testWord().FindAllSubmatch(script, -1) {
		word := escaped().ReplaceAllString(string(found[1]), "$1") + string(found[2]) + string(found[3])
		for part := range strings.FieldsFuncSeq(word, func(r rune) bool { return r == ';' || r == '=' }) {
			if filepath.IsAbs(part) {
				paths = append(paths, filepath.Clean(part))
			}
		}
	}
	return paths
}

// testLocks collects the results of TestLocks.
type testLocks struct {
	seen   map[string]bool // scripts
	names  map[string]bool
	serial bool
}

var (
	// testLock is a property with its value: quoted, in brackets, or one word, which in a list of
	// properties ends at a semicolon.
	testLock    = text.Regexp(`\b(RUN_SERIAL|RESOURCE_LOCK)(?:\s+"((?:[^"\\]|\\.)*)"|\s+\[=*\[((?s:.*?))\]=*\]|[\s;]+([^\s;"()\[\]]+))`)
	testInclude = text.Regexp(`(?m)^\s*include\(\s*"?([^")]+)"?\s*\)`)
)

func (l *testLocks) read(file string) {
	if l.seen[file] {
		return
	}
	l.seen[file] = true
	script, _, err := fsutil.Read(file, maxObject)
	if err != nil {
		return
	}
	for _, found := range testLock().FindAllStringSubmatch(string(script), -1) {
		value := escaped().ReplaceAllString(found[2], "$1") + found[3] + found[4]
		if found[1] == "RUN_SERIAL" {
			l.serial = l.serial || IsOn(value)
			continue
		}
		for name := range strings.SplitSeq(value, ";") {
			if name != "" {
				l.names[name] = true
			}
		}
	}
	dir := filepath.Dir(file)
	for line := range strings.Lines(string(script)) {
		names, _ := subdirectories(strings.TrimSpace(line))
		for _, name := range names {
			l.read(filepath.Join(absolute(dir, name), testFile))
		}
	}
	for _, found := range testInclude().FindAllStringSubmatch(string(script), -1) {
		l.include(absolute(dir, found[1]))
	}
}

// include reads a script that another includes, of a multi-config generator that of each
// configuration.
func (l *testLocks) include(file string) {
	before, after, perConfig := strings.Cut(file, "${CTEST_CONFIGURATION_TYPE}")
	if !perConfig {
		l.read(file)
		return
	}
	entries, _ := os.ReadDir(filepath.Dir(before))
	for _, entry := range entries {
		if name := filepath.Join(filepath.Dir(before), entry.Name()); strings.HasPrefix(name, before) && strings.HasSuffix(name, after) {
			l.read(name)
		}
	}
}

// IsOn reports whether CMake takes the value of a property, or of a cache entry, for true.
func IsOn(value string) bool {
	return slices.Contains([]string{"1", "ON", "YES", "TRUE", "Y"}, strings.ToUpper(value))
}

var (
	quotedWord = text.Regexp(`(?s)"((?:[^"\\]|\\.)*)"`)
	escaped    = text.Regexp(`(?s)\\(.)`)
)

// quotedWords returns the arguments of a generated command: texts in double quotes, in which a
// backslash escapes the next character.
func quotedWords(text string) []string {
	var words []string
	for _, found := range quotedWord().FindAllStringSubmatch(text, -1) {
		words = append(words, escaped().ReplaceAllString(found[1], "$1"))
	}
	return words
}
