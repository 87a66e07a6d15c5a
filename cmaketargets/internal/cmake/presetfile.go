package cmake

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

const (
	// maxPresets bounds a file of presets, in bytes. The largest in use have some 100 kB.
	maxPresets = 16 << 20
	// maxInclude bounds an included path, in bytes: no system opens a longer one, and errors show
	// it.
	maxInclude = 4096
)

// presetReader collects presets while it reads files.
type presetReader struct {
	source  string
	env     []string
	have    Version         // of CMake
	seen    map[string]bool // files
	presets Presets
}

// presetsFile is the part in use of a file of presets. Values of several types are decoded later,
// where an error can name the preset.
type presetsFile struct {
	Version          json.RawMessage `json:"version"`
	Minimum          json.RawMessage `json:"cmakeMinimumRequired"`
	Include          []string        `json:"include"`
	ConfigurePresets []presetInFile  `json:"configurePresets"`
	BuildPresets     []presetInFile  `json:"buildPresets"`
	TestPresets      []presetInFile  `json:"testPresets"`
}

// presetInFile is a preset of any kind.
type presetInFile struct {
	Name            string                     `json:"name"`
	Hidden          bool                       `json:"hidden"`
	Inherits        json.RawMessage            `json:"inherits"`
	Generator       json.RawMessage            `json:"generator"`
	CacheVariables  map[string]json.RawMessage `json:"cacheVariables"`
	Environment     map[string]json.RawMessage `json:"environment"`
	Toolchain       json.RawMessage            `json:"toolchainFile"`
	Architecture    json.RawMessage            `json:"architecture"`
	Toolset         json.RawMessage            `json:"toolset"`
	InstallDir      json.RawMessage            `json:"installDir"`
	ConfigurePreset json.RawMessage            `json:"configurePreset"`
	Configuration   json.RawMessage            `json:"configuration"`
	Filter          json.RawMessage            `json:"filter"`
	Jobs            json.RawMessage            `json:"jobs"`
	Execution       json.RawMessage            `json:"execution"`
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
	if r.have == (Version{}) {
		return nil
	}
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
	r.presets.Files = append(r.presets.Files, path)
	var content presetsFile
	plain := lenient(data)
	if err := json.Unmarshal(plain, &content); err != nil {
		if at, comma := lastComma(plain, err); comma != nil {
			return fmt.Errorf("read presets %s: %w", position(path, data, at), comma)
		}
		return fmt.Errorf("read presets %w", jsonError(path, data, err))
	}
	if err := r.tooNew(content); err != nil {
		return fmt.Errorf("read presets %s: %w", path, err)
	}
	for _, include := range content.Include {
		switch include = r.expand(include, path, ""); {
		case strings.Contains(include, "{"):
			return fmt.Errorf("read presets %s: include %s: unknown macro", path, text.Quoted(include))
		case len(include) > maxInclude:
			return fmt.Errorf("read presets %s: include %s: is too long for a path", path, text.Quoted(include))
		}
		if err := r.file(absolute(filepath.Dir(path), include)); err != nil {
			return fmt.Errorf("%w (included by %s)", err, path)
		}
	}
	if err := r.add(&r.presets.Configure, "configure", path, content.ConfigurePresets); err != nil {
		return err
	}
	if err := r.add(&r.presets.Build, "build", path, content.BuildPresets); err != nil {
		return err
	}
	return r.add(&r.presets.Test, "test", path, content.TestPresets)
}

// add adds the presets of one kind in a file to list.
func (r *presetReader) add(list *[]Preset, kind, path string, presets []presetInFile) error {
	for _, p := range presets {
		if p.Name == "" {
			return fmt.Errorf("read presets %s: a %s preset has no name", path, kind)
		}
		if i := slices.IndexFunc(*list, func(other Preset) bool { return other.Name == p.Name }); i >= 0 {
			return fmt.Errorf("read presets %s: preset %q is defined in %s too", path, p.Name, (*list)[i].File)
		}
		preset := Preset{Name: p.Name, File: path, Hidden: p.Hidden, Variables: values(p.CacheVariables), Environment: values(p.Environment)}
		inherit(preset.Variables, values(map[string]json.RawMessage{
			"CMAKE_TOOLCHAIN_FILE": p.Toolchain, "CMAKE_GENERATOR_PLATFORM": p.Architecture, "CMAKE_GENERATOR_TOOLSET": p.Toolset,
			InstallPrefix: p.InstallDir,
		}))
		if err := decodeStrings(p.Inherits, &preset.parents); err != nil {
			return fmt.Errorf("read presets %s: preset %q: inherits is neither a string nor an array of strings: %s",
				path, p.Name, text.Quoted(string(p.Inherits)))
		}
		for _, field := range []struct {
			name string
			raw  json.RawMessage
			into *string
		}{
			{"generator", p.Generator, &preset.Generator},
			{"configurePreset", p.ConfigurePreset, &preset.Configure},
			{"configuration", p.Configuration, &preset.Configuration},
		} {
			if len(field.raw) > 0 && json.Unmarshal(field.raw, field.into) != nil {
				return fmt.Errorf("read presets %s: preset %q: %s is not a string: %s", path, p.Name, field.name, text.Quoted(string(field.raw)))
			}
		}
		preset.Filter, preset.Jobs = testFilter(p.Filter), presetJobs(p)
		*list = append(*list, preset)
	}
	return nil
}

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

// testFilter returns the filter of a test preset. Wrong types are left to CMake.
func testFilter(raw json.RawMessage) TestFilter {
	var filter struct{ Include, Exclude struct{ Name, Label string } }
	if len(raw) == 0 || json.Unmarshal(raw, &filter) != nil {
		return TestFilter{}
	}
	return TestFilter{filter.Include.Name, filter.Include.Label, filter.Exclude.Name, filter.Exclude.Label}
}

// presetJobs returns the number of jobs of a build or a test preset. Wrong types are left to CMake.
func presetJobs(p presetInFile) (jobs int) {
	var execution struct{ Jobs json.RawMessage }
	for _, raw := range []json.RawMessage{p.Jobs, p.Execution} {
		_ = json.Unmarshal(raw, &execution)
		for _, number := range []json.RawMessage{raw, execution.Jobs} {
			if n := 0; json.Unmarshal(number, &n) == nil && n > 0 {
				jobs = min(n, Unbounded)
			}
		}
	}
	return jobs
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

// presetMacro matches a macro of cmake-presets(7): "${name}", "$env{name}", "$vendor{name}".
var presetMacro = text.Regexp(`\$([a-z]*)\{([^}${]*)\}`)

// hostSystemNames are CMake's names of systems.
var hostSystemNames = map[string]string{
	"darwin": "Darwin", "freebsd": "FreeBSD", "linux": "Linux", "netbsd": "NetBSD", "openbsd": "OpenBSD", "windows": "Windows",
}

// expand replaces the macros of a text in file that need no more than the file and the name of the
// preset, "" for an included path, and leaves others alone.
func (r *presetReader) expand(text, file, preset string) string {
	if !strings.Contains(text, "$") {
		return text
	}
	values := map[string]string{
		"sourceDir":       filepath.ToSlash(r.source),
		"sourceParentDir": filepath.ToSlash(filepath.Dir(r.source)),
		"sourceDirName":   filepath.Base(r.source),
		"fileDir":         filepath.ToSlash(filepath.Dir(file)),
		"dollar":          "$",
		"pathListSep":     string(filepath.ListSeparator),
		"hostSystemName":  hostSystemNames[runtime.GOOS],
		"presetName":      preset,
	}
	return presetMacro().ReplaceAllStringFunc(text, func(macro string) string {
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
