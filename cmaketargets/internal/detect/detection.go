package detect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// detection is the result of one cmake run for one language.
type detection struct {
	before, after state
	language      string
	compiler      []byte          // CMake<LANG>Compiler.cmake in its last form
	tree          map[string]file // other files below CMakeFiles/<version>, by slash-separated path
	dirs          []string        // directories below CMakeFiles
	logs          []byte
	cache         []byte // CMakeCache.txt
	began         time.Time
	private       []string // paths that no shared entry may contain
}

// detection reads the files that the script and CMake wrote about a language. Files that cannot be
// read are left out; detection.entry reports missing ones.
func (x *Session) detection(language string) detection {
	d := detection{language: language, tree: map[string]file{}, began: x.began}
	written := func(moment string) state { // without a key if there is none
		s, _ := parseState(read(filepath.Join(x.dir, language+moment)))
		return s
	}
	d.before, d.after = written(".before"), written(".after")
	// CMake runs the compiler in the locale C, and afterwards does not unset variables that were unset before.
	tested := written(".tested")
	for _, name := range []string{"LANG", "LC_ALL", "LC_MESSAGES"} {
		if value, ok := tested.env[name]; ok && d.after.env != nil {
			d.after.env[name] = value
		}
	}

	files := filepath.Join(x.tree.BuildDir, "CMakeFiles")
	d.compiler = read(x.compilerFile(language))
	d.cache = read(filepath.Join(x.tree.BuildDir, "CMakeCache.txt"))
	d.logs = slices.Concat(read(filepath.Join(files, "CMakeOutput.log")), read(filepath.Join(files, "CMakeConfigureLog.yaml")))
	abi := filepath.Join(x.info, "CMakeDetermineCompilerABI_"+language+".bin")
	if fsutil.Exists(abi) {
		d.dirs = append(d.dirs, "CMakeScratch")
	}
	for _, root := range []string{abi, filepath.Join(x.info, "CompilerId"+language)} {
		_ = filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
			if err != nil {
				return nil
			}
			switch rel := filepath.ToSlash(strings.TrimPrefix(path, x.info+string(filepath.Separator))); {
			case info.IsDir():
				d.dirs = append(d.dirs, x.tree.Version+"/"+rel)
			case info.Mode().IsRegular():
				d.tree[rel] = file{read(path), info.Mode().Perm()}
			}
			return nil
		})
	}
	for _, dir := range []string{x.tree.BuildDir, x.tree.SourceDir} {
		d.private = append(d.private, dir, filepath.ToSlash(dir))
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			d.private = append(d.private, real)
		}
	}
	return d
}

// read returns the content of a file, or nil if it cannot be read.
func read(path string) []byte {
	data, _, _ := fsutil.Read(path, maxFile)
	return data
}

// entry returns the name and the files of the detection's entry, or the reason why it cannot be
// shared.
func (d detection) entry() (name string, files map[string]file, reason string) {
	if !d.works() {
		return "", nil, "CMake found no working compiler"
	}
	if d.before.key == "" || d.before.key != d.after.key {
		return "", nil, "detection was not recorded completely"
	}
	restore, reason := restoreScript(d.before, d.withLinkerTest(), string(d.compiler))
	if reason != "" {
		return "", nil, reason
	}
	if d.isPrivate(d.compiler) || d.isPrivate([]byte(restore)) {
		return "", nil, "the result contains paths of the project"
	}
	if d.language == "ASM" {
		// The test of an assembler sets this entry instead of writing the file again.
		restore = "set(CMAKE_ASM_COMPILER_WORKS 1 CACHE INTERNAL \"\")\n" + restore
	}
	files = map[string]file{compilerFile: {d.compiler, 0o644}, restoreFile: {[]byte(restore), 0o644}}
	for path, f := range d.tree {
		if !d.isPrivate(f.data) {
			files[treeDir+"/"+path] = f
		}
	}

	paths, reason := dependencies(d.before, d.after, string(d.compiler), d.logs)
	if reason != "" {
		return "", nil, reason
	}
	m := manifest{Language: d.language, Key: d.before.key, Files: map[string]string{}, Dirs: d.dirs}
	prober := newProber()
	for _, path := range text.SortedKeys(paths) {
		// CMake may have seen the state before the change.
		if info, err := os.Stat(path); err == nil && paths[path] != probeThere && !info.ModTime().Before(d.began) {
			return "", nil, path + " changed during detection"
		}
		m.Probes = append(m.Probes, probe{Path: path, Kind: paths[path], Was: prober.probe(path, paths[path])})
	}
	for path, f := range files {
		m.Files[path] = fsutil.Hash(f.data)
	}
	text, err := json.MarshalIndent(m, "", " ")
	probes, err2 := json.Marshal(m.Probes)
	if err := errors.Join(err, err2); err != nil {
		return "", nil, err.Error()
	}
	files[manifestFile] = file{text, 0o644}
	return m.Key + "-" + fsutil.Hash(probes)[:16], files, ""
}

// isPrivate reports whether data contains a path of the project.
func (d detection) isPrivate(data []byte) bool {
	return slices.ContainsFunc(d.private, func(path string) bool { return bytes.Contains(data, []byte(path)) })
}

// works reports whether CMake completed the detection and found a working compiler.
func (d detection) works() bool {
	switch d.language {
	case system:
		return bytes.Contains(d.compiler, []byte("\nset(CMAKE_SYSTEM_LOADED 1)"))
	case "ASM":
		return bytes.Contains(d.cache, []byte("\nCMAKE_ASM_COMPILER_WORKS:INTERNAL=1\n"))
	default:
		works := fmt.Sprintf(`(?m)^set\(CMAKE_%s_COMPILER_WORKS (TRUE|1)\)`, d.language)
		return regexp.MustCompile(works).Match(d.compiler)
	}
}

// linkerTest matches the result of a test of the linker that Platform/Linux.cmake of CMake 3.24 to
// 3.28 runs immediately after the detection of the first language.
var linkerTest = text.Regexp(`(?m)^//linker supports push/pop state\n` + linkerVariable + `:INTERNAL=(TRUE|FALSE)$`)

const linkerVariable = "_CMAKE_LINKER_PUSHPOP_STATE_SUPPORTED"

// withLinkerTest returns the state after the detection, including the result of linkerTest if there
// is one: it depends on the linker only, which is among the entry's dependencies.
func (d detection) withLinkerTest() state {
	m := linkerTest().FindSubmatch(d.cache)
	_, had := d.after.cache[linkerVariable]
	linker := d.after.variables["CMAKE_LINKER"]
	if linker == "" {
		linker = d.after.cache["CMAKE_LINKER"].value
	}
	if m == nil || had || !filepath.IsAbs(linker) {
		return d.after
	}
	after := d.after
	after.cache = maps.Clone(after.cache)
	after.cache[linkerVariable] = cacheEntry{kind: "INTERNAL", value: string(m[1]), help: "linker supports push/pop state"}
	return after
}
