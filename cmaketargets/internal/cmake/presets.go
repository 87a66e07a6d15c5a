package cmake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Preset is a configure preset, with what it inherits filled in. Conditions
// are not judged and environments not applied: that is CMake's business.
type Preset struct {
	Name           string
	File           string // where it is defined, absolute
	Hidden         bool   // only to be inherited from
	Generator      string // "" when CMake chooses
	BinaryDir      string // absolute; "" when unset, or not to be known without CMake
	ToolchainFile  string // as written, with known macros replaced
	CacheVariables map[string]string
}

// ConfigurePresets are the configure presets of a source directory, in the
// order of their definition.
type ConfigurePresets []Preset

// ErrNoPresets says that a source directory has neither a CMakePresets.json
// nor a CMakeUserPresets.json.
var ErrNoPresets = errors.New("no CMakePresets.json")

// Find returns the preset of a name. The error for one that is unknown, or
// hidden, names those that can be used.
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

// maxPresets bounds one file of presets, in bytes. The largest that people
// keep have some 100 kB.
const maxPresets = 16 << 20

// ReadPresets reads CMakePresets.json and CMakeUserPresets.json of a source
// directory, with the files they include. It returns [ErrNoPresets] when there
// is neither, and errors that name file, line and column where one is broken.
func ReadPresets(sourceDir string, env []string) (ConfigurePresets, error) {
	source, err := filepath.Abs(sourceDir)
	if err != nil {
		return nil, fmt.Errorf("read presets: %w", err)
	}
	r := presetReader{
		source: source, env: env,
		seen: map[string]bool{}, raw: map[string]rawPreset{}, done: map[string]rawPreset{},
	}
	for _, name := range []string{"CMakePresets.json", "CMakeUserPresets.json"} {
		path := filepath.Join(source, name)
		if err := r.file(path); err != nil && (!errors.Is(err, fs.ErrNotExist) || r.seen[path]) {
			return nil, err
		}
	}
	if len(r.seen) == 0 {
		return nil, fmt.Errorf("read presets in %s: %w", source, ErrNoPresets)
	}
	presets := make(ConfigurePresets, 0, len(r.order))
	for _, name := range r.order {
		raw, err := r.resolve(name, nil)
		if err != nil {
			return nil, err
		}
		presets = append(presets, r.preset(raw))
	}
	return presets, nil
}

// presetReader collects presets by name while it reads files.
type presetReader struct {
	source string
	env    []string
	seen   map[string]bool // files
	raw    map[string]rawPreset
	order  []string
	done   map[string]rawPreset // with what they inherit
}

// maxInclude bounds a path that is included, in bytes: no system opens a longer
// one, and an error shows all of it.
const maxInclude = 4096

// file reads one file and what it includes; a second time it does nothing.
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
	for _, include := range content.Include {
		include = r.expand(include, rawPreset{file: path})
		if strings.Contains(include, "{") {
			return fmt.Errorf("read presets %s: include %q: unknown macro", path, clip(include, 200))
		}
		if len(include) > maxInclude {
			return fmt.Errorf("read presets %s: include %q: is too long for a path", path, clip(include, 200))
		}
		include = absolute(filepath.Dir(path), include)
		if err := r.file(include); err != nil {
			return fmt.Errorf("%w (included by %s)", err, path)
		}
	}
	for _, preset := range content.ConfigurePresets {
		if preset.Name == "" {
			return fmt.Errorf("read presets %s: a configure preset has no name", path)
		}
		if other, ok := r.raw[preset.Name]; ok {
			return fmt.Errorf("read presets %s: preset %q is defined in %s too", path, preset.Name, other.file)
		}
		if err := preset.decode(); err != nil {
			return fmt.Errorf("read presets %s: preset %q: %w", path, preset.Name, err)
		}
		preset.file = path
		r.raw[preset.Name] = preset
		r.order = append(r.order, preset.Name)
	}
	return nil
}

// resolve returns a preset with what it inherits: its own word first, then
// its parents' from left to right.
func (r *presetReader) resolve(name string, heirs []string) (rawPreset, error) {
	preset, done := r.done[name]
	if done {
		return preset, nil
	}
	preset = r.raw[name]
	if slices.Contains(heirs, name) {
		return rawPreset{}, fmt.Errorf("read presets %s: preset %q inherits from itself by way of %s",
			preset.file, name, strings.Join(heirs[slices.Index(heirs, name):], ", "))
	}
	heirs = append(slices.Clip(heirs), name)
	for _, parent := range preset.parents {
		if _, ok := r.raw[parent]; !ok {
			return rawPreset{}, fmt.Errorf("read presets %s: preset %q inherits from %q, which is unknown", preset.file, name, parent)
		}
		base, err := r.resolve(parent, heirs)
		if err != nil {
			return rawPreset{}, err
		}
		preset.inherit(base)
	}
	r.done[name] = preset
	return preset, nil
}
