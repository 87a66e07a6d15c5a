package detect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// format changes whenever an entry means something else to this package than before.
const format = "1"

// Files of an entry. What is below treeDir belongs at the same place below CMakeFiles/<version>.
const (
	manifestFile = "manifest.json"
	compilerFile = "compiler.cmake"
	restoreFile  = "restore.cmake"
	treeDir      = "tree"
)

// manifest says what an entry answers, what it rests on, and what is in it. It is written last.
type manifest struct {
	Language string            `json:"language"`
	Key      string            `json:"key"`
	Probes   []probe           `json:"probes"`
	Files    map[string]string `json:"files"` // Digest by slash-separated path.
	Dirs     []string          `json:"dirs"`  // Directories that belong below CMakeFiles, by slash-separated path.
}

// file is a file's content and permissions.
type file struct {
	data []byte
	mode fs.FileMode
}

// detection is what one cmake run found out about one language.
type detection struct {
	before, after state
	language      string
	compiler      []byte          // CMake<LANG>Compiler.cmake in its last form.
	tree          map[string]file // Other files below CMakeFiles/<version>, by slash-separated path.
	dirs          []string
	logs          []byte
	cache         []byte // CMakeCache.txt.
	began         time.Time
	private       []string // Paths that no shared answer may hold.
}

// linkerAnswer finds what Platform/Linux.cmake of CMake 3.24 to 3.28 asks the linker, by starting it, right after the
// first language was detected, and keeps in the cache under these very words.
var linkerAnswer = regexp.MustCompile(`(?m)^//linker supports push/pop state\n` + linkerVariable + `:INTERNAL=(TRUE|FALSE)$`)

const linkerVariable = "_CMAKE_LINKER_PUSHPOP_STATE_SUPPORTED"

// withLinkerAnswer returns the state after the detection, and with it what CMake found out about the linker next, when
// it did: the linker is among the tools that an entry rests on.
func (d detection) withLinkerAnswer() state {
	m := linkerAnswer.FindSubmatch(d.cache)
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

// entry turns a detection into the files of an entry and its name, or says why it cannot be shared.
func (d detection) entry() (name string, files map[string]file, reason string) {
	if !d.works() {
		return "", nil, "the compiler is not known to work"
	}
	if d.before.key == "" || d.before.key != d.after.key {
		return "", nil, "detection was not watched from beginning to end"
	}
	restore, reason := restoreScript(d.before, d.withLinkerAnswer(), string(d.compiler))
	if reason != "" {
		return "", nil, reason
	}
	for _, p := range d.private {
		if bytes.Contains(d.compiler, []byte(p)) || strings.Contains(restore, p) {
			return "", nil, "the answer holds paths of the project"
		}
	}
	if d.language == "ASM" {
		// The test of an assembler does not write the file again, but this entry.
		restore = "set(CMAKE_ASM_COMPILER_WORKS 1 CACHE INTERNAL \"\")\n" + restore
	}
	files = map[string]file{compilerFile: {d.compiler, 0o644}, restoreFile: {[]byte(restore), 0o644}}
	for path, f := range d.tree {
		if !slices.ContainsFunc(d.private, func(p string) bool { return bytes.Contains(f.data, []byte(p)) }) {
			files[treeDir+"/"+path] = f
		}
	}

	paths, reason := restsOn(d.before, d.after, string(d.compiler), d.logs)
	if reason != "" {
		return "", nil, reason
	}
	m := manifest{Language: d.language, Key: d.before.key, Files: map[string]string{}, Dirs: d.dirs}
	seen := newObservations()
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		// What changed while CMake looked at it may have been seen by it as it was.
		if info, err := os.Stat(path); err == nil && paths[path] != probeThere && !info.ModTime().Before(d.began) {
			return "", nil, path + " changed meanwhile"
		}
		m.Probes = append(m.Probes, probe{Path: path, Kind: paths[path], Was: seen.see(path, paths[path])})
	}
	for path, f := range files {
		m.Files[path] = digestOf(f.data)
	}
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return "", nil, err.Error()
	}
	files[manifestFile] = file{text, 0o644}
	probes, err := json.Marshal(m.Probes)
	if err != nil {
		return "", nil, err.Error()
	}
	return m.Key + "-" + digestOf(probes)[:16], files, ""
}

// works reports whether CMake got to the end of the detection and found it good.
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

// writeEntry makes dir/name of files, whole or not at all. When it is there already, somebody else was first with the
// same, and that one stays.
func writeEntry(dir, name string, files map[string]file) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("store detection: %w", err)
	}
	temporary, err := os.MkdirTemp(dir, temporaryPrefix)
	if err != nil {
		return fmt.Errorf("store detection: %w", err)
	}
	defer os.RemoveAll(temporary) //nolint:errcheck // Trim removes what is left.
	for path, f := range files {
		to := filepath.Join(temporary, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return fmt.Errorf("store detection: %w", err)
		}
		if err := os.WriteFile(to, f.data, f.mode); err != nil {
			return fmt.Errorf("store detection: %w", err)
		}
	}
	err = os.Rename(temporary, filepath.Join(dir, name))
	if errors.Is(err, fs.ErrExist) || exists(filepath.Join(dir, name)) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("store detection: %w", err)
	}
	return nil
}

// readEntry returns the manifest of an entry whose files are all as it says.
func readEntry(dir string) (manifest, error) {
	var m manifest
	text, _, err := fsutil.Read(filepath.Join(dir, manifestFile), maxFile)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("read %s: %w", manifestFile, err)
	}
	if m.Files[compilerFile] == "" || m.Files[restoreFile] == "" || m.Language != system && !slices.Contains(languages, m.Language) {
		return m, fmt.Errorf("read %s: not a detection", manifestFile)
	}
	for _, dir := range m.Dirs {
		if !filepath.IsLocal(filepath.FromSlash(dir)) {
			return m, fmt.Errorf("read %s: %s is outside", manifestFile, dir)
		}
	}
	for path, digest := range m.Files {
		if !filepath.IsLocal(filepath.FromSlash(path)) {
			return m, fmt.Errorf("read %s: %s is outside", manifestFile, path)
		}
		data, _, err := fsutil.Read(filepath.Join(dir, filepath.FromSlash(path)), maxFile)
		if err != nil {
			return m, err
		}
		if digestOf(data) != digest {
			return m, fmt.Errorf("read %s: not what was stored", path)
		}
	}
	return m, nil
}
