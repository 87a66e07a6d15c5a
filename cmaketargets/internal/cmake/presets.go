package cmake

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// Preset is a configure, build or test preset. Its condition and most of its fields are left to CMake.
type Preset struct {
	Name      string
	File      string // that defines it, absolute
	Hidden    bool   // only to be inherited from
	Generator string // its own or an inherited one, as all that follow; "" when CMake chooses

	// Variables are the cache entries that a configure preset sets, and Environment the variables of
	// the environment, as JSON without macros expanded. Its toolchain file, its install directory and
	// the platform and toolset of its generator are among the first.
	Variables, Environment map[string]string

	// Of a build or test preset.
	Configure     string // the configure preset that it refers to
	Configuration string // with a multi-config generator
	Filter        TestFilter
	Jobs          int // 0 for none

	parents []string
	macros  func(string) string // expands those of a value
}

// TestFilter are the filters of a test preset that ctest has arguments for. Each is a regular
// expression of CMake, "" for none.
type TestFilter struct {
	Names, Labels, ExcludeNames, ExcludeLabels string
}

// Entry returns the value of a cache entry that a configure preset sets, "" for none. Macros that only CMake can expand
// stay.
func (p Preset) Entry(name string) string { return p.expand(p.Variables[name]) }

// Env returns the value that a configure preset gives a variable of the environment, as Entry does.
func (p Preset) Env(name string) string { return p.expand(p.Environment[name]) }

// expand returns a value, which is in JSON.
func (p Preset) expand(jsonText string) string {
	raw := []byte(jsonText)
	var value string
	var typed struct{ Value string }
	switch {
	case len(raw) == 0:
		return ""
	case json.Unmarshal(raw, &value) == nil:
		return p.macros(value)
	case json.Unmarshal(raw, &typed) == nil:
		return p.macros(typed.Value)
	}
	return ""
}

// Presets are the presets of a source directory, each kind in the order of definition.
type Presets struct {
	Configure, Build, Test []Preset
	Files                  []string // that were read, absolute
}

// Find returns the configure preset of a name. The error for an unknown or hidden one lists those
// that can be used.
func (ps *Presets) Find(name string) (Preset, error) {
	var names []string
	for _, p := range ps.Configure {
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

// Configuration returns the configuration that the build presets of a configure preset name, else
// the one that its test presets name, and "" where they differ. The preset of the same name comes
// before all others.
func (ps *Presets) Configuration(configure string) string {
	for _, list := range [][]Preset{ps.Build, ps.Test} {
		found, differ := "", false
		for _, p := range list {
			switch {
			case p.Hidden || p.Configure != configure || p.Configuration == "":
			case p.Name == configure:
				return p.Configuration
			default:
				differ = differ || found != "" && found != p.Configuration
				found = p.Configuration
			}
		}
		if found != "" && !differ {
			return found
		}
	}
	return ""
}

// TestFilter returns the filters of the test preset of a configure preset.
func (ps *Presets) TestFilter(configure string) TestFilter { return Of(ps.Test, configure).Filter }

// Of returns the build or test preset of a configure preset: the one of the same name, else the only
// one, else none.
func Of(list []Preset, configure string) Preset {
	var found []Preset
	for _, p := range list {
		switch {
		case p.Hidden || p.Configure != configure:
		case p.Name == configure:
			return p
		default:
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		return Preset{}
	}
	return found[0]
}

// ReadPresets reads CMakePresets.json and CMakeUserPresets.json of a source directory with the
// files that they include. It is an error when there is neither, and when a file is for a newer CMake
// than have, unless that is zero. Errors about a damaged file name its line and column.
func ReadPresets(sourceDir string, env []string, have Version) (*Presets, error) {
	source, err := filepath.Abs(sourceDir)
	if err != nil {
		return nil, fmt.Errorf("read presets: %w", err)
	}
	r := presetReader{source: source, env: env, have: have, seen: map[string]bool{}}
	for _, name := range []string{"CMakePresets.json", "CMakeUserPresets.json"} {
		path := filepath.Join(source, name)
		if err := r.file(path); err != nil && (!errors.Is(err, fs.ErrNotExist) || r.seen[path]) {
			return nil, err
		}
	}
	if len(r.seen) == 0 {
		return nil, fmt.Errorf("read presets in %s: no CMakePresets.json", source)
	}
	for _, list := range [][]Preset{r.presets.Configure, r.presets.Build, r.presets.Test} {
		if err := resolvePresets(list); err != nil {
			return nil, err
		}
		for i := range list {
			r.complete(&list[i])
		}
	}
	return &r.presets, nil
}

// resolvePresets completes presets of one kind with the fields that they inherit.
func resolvePresets(list []Preset) error {
	byName, done := map[string]*Preset{}, map[string]bool{}
	for i := range list {
		byName[list[i].Name] = &list[i]
	}
	var resolve func(p *Preset, heirs []string) error // heirs are the presets on the way to it
	resolve = func(p *Preset, heirs []string) error {
		if done[p.Name] {
			return nil
		}
		if i := slices.Index(heirs, p.Name); i >= 0 {
			return fmt.Errorf("read presets %s: preset %q inherits from itself by way of %s", p.File, p.Name, strings.Join(heirs[i:], ", "))
		}
		heirs = append(slices.Clip(heirs), p.Name)
		for _, parent := range p.parents {
			base := byName[parent]
			if base == nil {
				return fmt.Errorf("read presets %s: preset %q inherits from %q, which is unknown", p.File, p.Name, parent)
			}
			if err := resolve(base, heirs); err != nil {
				return err
			}
			p.inherit(base)
		}
		done[p.Name] = true
		return nil
	}
	for i := range list {
		if err := resolve(&list[i], nil); err != nil {
			return err
		}
	}
	return nil
}

// inherit sets the fields that p does not set to those of base.
func (p *Preset) inherit(base *Preset) {
	p.Generator = cmp.Or(p.Generator, base.Generator)
	inherit(p.Variables, base.Variables)
	inherit(p.Environment, base.Environment)
	p.Configure = cmp.Or(p.Configure, base.Configure)
	p.Configuration = cmp.Or(p.Configuration, base.Configuration)
	own, filter := &p.Filter, base.Filter
	own.Names, own.Labels = cmp.Or(own.Names, filter.Names), cmp.Or(own.Labels, filter.Labels)
	own.ExcludeNames, own.ExcludeLabels = cmp.Or(own.ExcludeNames, filter.ExcludeNames), cmp.Or(own.ExcludeLabels, filter.ExcludeLabels)
	p.Jobs = cmp.Or(p.Jobs, base.Jobs)
}

// inherit adds the values of names that are not in values.
func inherit(values, from map[string]string) {
	for name, value := range from {
		if _, ok := values[name]; !ok {
			values[name] = value
		}
	}
}

// complete removes the names that p does not inherit, and expands macros, which are about p also where
// they are inherited.
func (r *presetReader) complete(p *Preset) {
	maps.DeleteFunc(p.Variables, isNull)
	maps.DeleteFunc(p.Environment, isNull)
	p.macros = func(value string) string { return r.expand(value, p.File, p.Name) }
	for _, pattern := range []*string{&p.Filter.Names, &p.Filter.Labels, &p.Filter.ExcludeNames, &p.Filter.ExcludeLabels} {
		*pattern = p.macros(*pattern)
	}
}

// isNull reports whether a value is null, which keeps a preset from inheriting it.
func isNull(_, value string) bool { return value == "null" }
