package cmake

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Preset is a configure preset. Its condition is left to CMake.
type Preset struct {
	Name      string
	File      string // that defines it, absolute
	Hidden    bool   // only to be inherited from
	Generator string // its own or an inherited one; "" when CMake chooses
	// Variables are the cache entries that it sets, its own or inherited ones, and Environment the
	// variables of the environment, as JSON without macros expanded. Its toolchain file and the
	// platform and toolset of its generator are among the first.
	Variables, Environment map[string]string

	parents []string
}

// ConfigurePresets are the configure presets of a source directory, in the order of their
// definition.
type ConfigurePresets []Preset

// Find returns the preset of a name. The error for an unknown or hidden one lists those that can be
// used.
func (ps ConfigurePresets) Find(name string) (Preset, error) {
	var names []string
	for _, p := range ps {
		if p.Name == name && !p.Hidden {
			return p, nil
		}
		if p.Name == name {
			return Preset{}, fmt.Errorf("use preset %q: it is hidden, for others to inherit from", name)
		}
		if !p.Hidden {
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		return Preset{}, fmt.Errorf("use preset %q: there is no configure preset", name)
	}
	return Preset{}, fmt.Errorf("use preset %q: unknown; there are %s", name, strings.Join(names, ", "))
}

// ReadPresets reads CMakePresets.json and CMakeUserPresets.json of a source directory with the
// files that they include. It is an error when there is neither, and when a file is for a newer CMake
// than have. Errors about a damaged file name its line and column.
func ReadPresets(sourceDir string, env []string, have Version) (ConfigurePresets, error) {
	source, err := filepath.Abs(sourceDir)
	if err != nil {
		return nil, fmt.Errorf("read presets: %w", err)
	}
	r := presetReader{source: source, env: env, have: have, seen: map[string]bool{}, presets: map[string]*Preset{}, done: map[string]bool{}}
	for _, name := range []string{"CMakePresets.json", "CMakeUserPresets.json"} {
		path := filepath.Join(source, name)
		if err := r.file(path); err != nil && (!errors.Is(err, fs.ErrNotExist) || r.seen[path]) {
			return nil, err
		}
	}
	if len(r.seen) == 0 {
		return nil, fmt.Errorf("read presets in %s: no CMakePresets.json", source)
	}
	presets := make(ConfigurePresets, 0, len(r.order))
	for _, name := range r.order {
		if err := r.resolve(name, nil); err != nil {
			return nil, err
		}
		presets = append(presets, *r.presets[name])
	}
	for _, p := range presets {
		maps.DeleteFunc(p.Variables, isNull)
		maps.DeleteFunc(p.Environment, isNull)
	}
	return presets, nil
}

// resolve sets the generator of a preset: its own, or that of its parents from left to right. heirs
// are the presets on the way to it.
func (r *presetReader) resolve(name string, heirs []string) error {
	if r.done[name] {
		return nil
	}
	p := r.presets[name]
	if slices.Contains(heirs, name) {
		return fmt.Errorf("read presets %s: preset %q inherits from itself by way of %s",
			p.File, name, strings.Join(heirs[slices.Index(heirs, name):], ", "))
	}
	heirs = append(slices.Clip(heirs), name)
	for _, parent := range p.parents {
		base, ok := r.presets[parent]
		if !ok {
			return fmt.Errorf("read presets %s: preset %q inherits from %q, which is unknown", p.File, name, parent)
		}
		if err := r.resolve(parent, heirs); err != nil {
			return err
		}
		p.Generator = cmp.Or(p.Generator, base.Generator)
		inherit(p.Variables, base.Variables)
		inherit(p.Environment, base.Environment)
	}
	r.done[name] = true
	return nil
}

// inherit adds the values of names that are not in values.
func inherit(values, from map[string]string) {
	for name, value := range from {
		if _, ok := values[name]; !ok {
			values[name] = value
		}
	}
}

const (
	// maxPresets bounds a file of presets, in bytes. The largest in use have some 100 kB.
	maxPresets = 16 << 20
	// maxInclude bounds an included path, in bytes: no system opens a longer one, and errors show
	// it.
	maxInclude = 4096
)

// presetReader collects presets by name while it reads files.
type presetReader struct {
	source  string
	env     []string
	have    Version
	seen    map[string]bool // files
	presets map[string]*Preset
	order   []string        // of their definition
	done    map[string]bool // presets that are resolved
}

// presetsFile is the part in use of a file of presets. Values of several types are decoded later,
// where an error can name the preset.
type presetsFile struct {
	Version          json.RawMessage `json:"version"`
	Minimum          json.RawMessage `json:"cmakeMinimumRequired"`
	Include          []string        `json:"include"`
	ConfigurePresets []struct {
		Name      string          `json:"name"`
		Hidden    bool            `json:"hidden"`
		Inherits  json.RawMessage `json:"inherits"`
		Generator json.RawMessage `json:"generator"`

		CacheVariables map[string]json.RawMessage `json:"cacheVariables"`
		Environment    map[string]json.RawMessage `json:"environment"`
		Toolchain      json.RawMessage            `json:"toolchainFile"`
		Architecture   json.RawMessage            `json:"architecture"`
		Toolset        json.RawMessage            `json:"toolset"`
	} `json:"configurePresets"`
}

// file reads one file and those that it includes, once.
func (r *presetReader) file(path string) error {
	if r.seen[path] {
		return nil
	}
	data, _, err := fsutil.Read(path, maxPresets)
	if err != nil {
		return fmt.Errorf("read presets: %w", err)
	}
	r.seen[path] = true
	var content presetsFile
	if err := json.Unmarshal(lenient(data), &content); err != nil {
		return fmt.Errorf("read presets %w", jsonError(path, data, err))
	}
	if err := r.tooNew(content); err != nil {
		return fmt.Errorf("read presets %s: %w", path, err)
	}
	for _, include := range content.Include {
		switch include = r.expand(include, path); {
		case strings.Contains(include, "{"):
			return fmt.Errorf("read presets %s: include %s: unknown macro", path, text.Quoted(include))
		case len(include) > maxInclude:
			return fmt.Errorf("read presets %s: include %s: is too long for a path", path, text.Quoted(include))
		}
		if err := r.file(absolute(filepath.Dir(path), include)); err != nil {
			return fmt.Errorf("%w (included by %s)", err, path)
		}
	}
	for _, p := range content.ConfigurePresets {
		if p.Name == "" {
			return fmt.Errorf("read presets %s: a configure preset has no name", path)
		}
		if other, ok := r.presets[p.Name]; ok {
			return fmt.Errorf("read presets %s: preset %q is defined in %s too", path, p.Name, other.File)
		}
		preset := Preset{Name: p.Name, File: path, Hidden: p.Hidden, Variables: values(p.CacheVariables), Environment: values(p.Environment)}
		inherit(preset.Variables, values(map[string]json.RawMessage{
			"CMAKE_TOOLCHAIN_FILE": p.Toolchain, "CMAKE_GENERATOR_PLATFORM": p.Architecture, "CMAKE_GENERATOR_TOOLSET": p.Toolset,
		}))
		if err := decodeStrings(p.Inherits, &preset.parents); err != nil {
			return fmt.Errorf("read presets %s: preset %q: inherits is neither a string nor an array of strings: %s",
				path, p.Name, text.Quoted(string(p.Inherits)))
		}
		if len(p.Generator) > 0 && json.Unmarshal(p.Generator, &preset.Generator) != nil {
			return fmt.Errorf("read presets %s: preset %q: generator is not a string: %s",
				path, p.Name, text.Quoted(string(p.Generator)))
		}
		r.presets[p.Name] = &preset
		r.order = append(r.order, p.Name)
	}
	return nil
}

// presetVersions are the CMake releases that brought the versions of the file from 1 on, by
// https://cmake.org/cmake/help/latest/manual/cmake-presets.7.html. A version that is not among them
// is left to CMake.
var presetVersions = []Version{
	{3, 19, 0}, {3, 20, 0}, {3, 21, 0}, {3, 23, 0}, {3, 24, 0}, {3, 25, 0}, {3, 27, 0}, {3, 28, 0}, {3, 30, 0}, {3, 31, 0}, {4, 3, 0},
}

// tooNew returns an error for a file that needs a newer CMake. Values of a wrong type are left to
// CMake.
func (r *presetReader) tooNew(f presetsFile) error {
	var n int
	if json.Unmarshal(f.Version, &n) == nil && n > 0 && n <= len(presetVersions) && r.have.Compare(presetVersions[n-1]) < 0 {
		return fmt.Errorf("version %d needs cmake %s, have %s", n, presetVersions[n-1].short(), r.have)
	}
	var least Version
	if json.Unmarshal(f.Minimum, &least) == nil && r.have.Compare(least) < 0 {
		return fmt.Errorf("cmakeMinimumRequired needs cmake %s, have %s", least.short(), r.have)
	}
	return nil
}

// PresetComment returns the place of the first comment in CMakePresets.json or CMakeUserPresets.json
// of a source directory, file:line:column, and "" when there is none. JSON has no comments: CMake
// takes some of them or none, depending on its version.
func PresetComment(sourceDir string) string {
	for _, name := range []string{"CMakePresets.json", "CMakeUserPresets.json"} {
		path := filepath.Join(sourceDir, name)
		data, _, err := fsutil.Read(path, maxPresets)
		if err != nil {
			continue
		}
		if start, end := nextComment(data, 0); start < end {
			return position(path, data, int64(start))
		}
	}
	return ""
}

// nextComment returns the first comment of JavaScript in JSON data from an offset outside of strings
// on. start is len(data) when there is none.
func nextComment(data []byte, from int) (start, end int) {
	quoted := false
	for i := from; i < len(data); i++ {
		length := 0
		switch {
		case quoted && data[i] == '\\':
			i++
		case data[i] == '"':
			quoted = !quoted
		case quoted:
		case bytes.HasPrefix(data[i:], []byte("//")):
			length = bytes.IndexByte(data[i:], '\n')
		case bytes.HasPrefix(data[i:], []byte("/*")):
			length = bytes.Index(data[i+2:], []byte("*/"))
			if length >= 0 {
				length += len("/**/")
			}
		}
		switch {
		case length < 0:
			return i, len(data)
		case length > 0:
			return i, i + length
		}
	}
	return len(data), len(data)
}

// isNull reports whether a value is null, which keeps a preset from inheriting it.
func isNull(_, value string) bool { return value == "null" }

// values returns the values that are present, as text.
func values(raw map[string]json.RawMessage) map[string]string {
	list := make(map[string]string, len(raw))
	for name, value := range raw {
		if len(value) > 0 {
			list[name] = string(value)
		}
	}
	return list
}

// decodeStrings decodes a string or an array of them. Absence, null and "" are none.
func decodeStrings(raw json.RawMessage, into *[]string) error {
	var one string
	if len(raw) == 0 || json.Unmarshal(raw, &one) == nil {
		if one != "" {
			*into = []string{one}
		}
		return nil
	}
	return json.Unmarshal(raw, into)
}

// lenient returns data without text that some or all CMakes accept and encoding/json does not: a byte
// order mark, which editors on Windows write, comments, and control characters in strings. Blanks
// replace them, so that offsets stay the same.
func lenient(data []byte) []byte {
	data = bytes.Clone(data)
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		copy(data, "   ")
	}
	for start, end := nextComment(data, 0); start < end; start, end = nextComment(data, end) {
		for i := start; i < end; i++ {
			data[i] = ' '
		}
	}
	for i, c := range data {
		if c < ' ' {
			data[i] = ' '
		}
	}
	return data
}

// presetMacro matches a macro of cmake-presets(7): "${name}", "$env{name}", "$vendor{name}".
var presetMacro = text.Regexp(`\$([a-z]*)\{([^}${]*)\}`)

// hostSystemNames are CMake's names of systems.
var hostSystemNames = map[string]string{
	"darwin": "Darwin", "freebsd": "FreeBSD", "linux": "Linux", "netbsd": "NetBSD", "openbsd": "OpenBSD", "windows": "Windows",
}

// expand replaces the macros that an included path in file can have, and leaves others alone.
func (r *presetReader) expand(path, file string) string {
	values := map[string]string{
		"sourceDir":       filepath.ToSlash(r.source),
		"sourceParentDir": filepath.ToSlash(filepath.Dir(r.source)),
		"sourceDirName":   filepath.Base(r.source),
		"fileDir":         filepath.ToSlash(filepath.Dir(file)),
		"dollar":          "$",
		"pathListSep":     string(filepath.ListSeparator),
		"hostSystemName":  hostSystemNames[runtime.GOOS],
	}
	return presetMacro().ReplaceAllStringFunc(path, func(macro string) string {
		kind, name, _ := strings.Cut(macro[1:len(macro)-1], "{")
		switch kind {
		case "":
			return cmp.Or(values[name], macro)
		case "env", "penv":
			return fsutil.Getenv(r.env, name)
		}
		return macro
	})
}
