package detect

import (
	"bytes"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// ignoredDirectory matches the line in CMake's log by which GCC and Clang report a directory that
// they would search if it existed.
var ignoredDirectory = text.Regexp(`ignoring nonexistent directory \\?"([^"\\]+)\\?"`)

// dependencies returns the paths that the result of a detection depends on, with the kind of their
// probe: files found, files that these lead to, and directories in which a search could find
// something else. logs is the output of compilers during the detection. A reason means that they
// cannot be determined.
func dependencies(before, after state, compiler string, logs []byte) (paths map[string]string, reason string) {
	paths = map[string]string{}
	var path []string
	for _, dir := range filepath.SplitList(after.env["PATH"]) {
		if !filepath.IsAbs(dir) {
			return nil, "PATH contains a relative directory"
		}
		path = append(path, filepath.Clean(dir))
	}

	var values []string
	for name, entry := range after.cache {
		if entry != before.cache[name] {
			values = append(values, entry.value)
		}
	}
	for name, value := range after.variables {
		if old, had := before.variables[name]; !had || old != value {
			values = append(values, value)
		}
	}
	// What was found for the languages before this one, as the archiver, depends on their compilers.
	for name, entry := range before.cache {
		if compilerName().MatchString(name) {
			values = append(values, entry.value)
		}
	}
	for name, value := range before.variables {
		if compilerName().MatchString(name) {
			values = append(values, value)
		}
	}
	for _, m := range assignment().FindAllStringSubmatch(compiler, -1) {
		values = append(values, m[2]+m[3])
	}
	for item := range strings.SplitSeq(strings.Join(values, ";"), ";") {
		switch {
		case !filepath.IsAbs(item):
		case isFile(item):
			addTool(paths, item, path)
		case isDir(item) && ofCompiler(item):
			// Of all versions of GCC Clang takes the newest one.
			for dir := filepath.Clean(item); ofCompiler(dir); dir = filepath.Dir(dir) {
				paths[dir] = probeDir
			}
		case isDir(item):
			paths[filepath.Clean(item)] = probeThere
		}
	}
	for _, m := range ignoredDirectory().FindAllSubmatch(logs, -1) {
		if dir := string(m[1]); filepath.IsAbs(dir) {
			paths[filepath.Clean(dir)] = probeThere
		}
	}

	search := slices.Clone(path)
	for _, prefix := range slices.Concat(
		strings.Split(after.variables["CMAKE_PREFIX_PATH"], ";"), strings.Split(after.cache["CMAKE_PREFIX_PATH"].value, ";"),
		strings.Split(after.variables["CMAKE_SYSTEM_PREFIX_PATH"], ";"), strings.Split(after.variables["CMAKE_FIND_ROOT_PATH"], ";"),
		filepath.SplitList(after.env["CMAKE_PREFIX_PATH"]),
	) {
		search = append(search, prefix, filepath.Join(prefix, "bin"), filepath.Join(prefix, "sbin"))
	}
	search = slices.Concat(search, strings.Split(after.variables["CMAKE_PROGRAM_PATH"], ";"),
		strings.Split(after.cache["CMAKE_PROGRAM_PATH"].value, ";"), filepath.SplitList(after.env["CMAKE_PROGRAM_PATH"]))
	for _, dir := range search {
		if filepath.IsAbs(dir) && filepath.Clean(dir) != "/" {
			paths[filepath.Clean(dir)] = probeDir
		}
	}
	if runtime.GOOS == "darwin" {
		// The Xcode that /usr/bin/cc runs.
		paths["/var/db/xcode_select_link"] = probeFile
	}
	return paths, ""
}

var compilerName = text.Regexp(`^CMAKE_[A-Za-z]+_COMPILER$`)

// addTool adds a program, its directory, and programs that it may run: a wrapper such as ccache runs
// the next program of its own name in the search path, and a script the programs that it names.
func addTool(paths map[string]string, tool string, path []string) {
	tool = filepath.Clean(tool)
	if paths[tool] == probeFile {
		return
	}
	paths[tool] = probeFile
	dir, base := filepath.Split(tool)
	paths[filepath.Clean(dir)] = probeDir
	for _, dir := range path {
		paths[filepath.Join(dir, base)] = probeFile
	}
	for _, word := range scriptWords(tool) {
		if filepath.IsAbs(word) {
			if isFile(word) {
				addTool(paths, word, path)
			}
			continue
		}
		for _, dir := range path {
			if file := filepath.Join(dir, word); isFile(file) {
				addTool(paths, file, path)
			}
		}
	}
}

// scriptWords returns the words of a script that may name programs, and none for a binary.
func scriptWords(file string) []string {
	const enough = 64 << 10
	f, err := fsutil.Open(file)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, enough)
	n, err := f.Read(head)
	if err != nil || !bytes.HasPrefix(head[:n], []byte("#!")) {
		return nil
	}
	words := map[string]bool{}
	for _, word := range strings.FieldsFunc(string(head[:n]), func(r rune) bool {
		return strings.ContainsRune(" \t\r\n\"'`$(){}[];|&<>=,:!", r)
	}) {
		if filepath.IsAbs(word) || programName().MatchString(word) {
			words[word] = true
		}
	}
	return text.SortedKeys(words)
}

var programName = text.Regexp(`^[A-Za-z0-9_.+][A-Za-z0-9_.+-]*$`)

// ofCompiler reports whether a directory belongs to a compiler.
func ofCompiler(dir string) bool {
	return slices.ContainsFunc(strings.Split(filepath.ToSlash(dir), "/"), func(part string) bool {
		return part == "gcc" || part == "clang" || part == "gcc-cross"
	})
}
