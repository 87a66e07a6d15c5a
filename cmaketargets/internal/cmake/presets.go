package cmake

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// Preset is a configure preset. Its condition, environment and cache variables are left to CMake.
type Preset struct {
	Name      string
	File      string // that defines it, absolute
	Hidden    bool   // only to be inherited from
	Generator string // its own or an inherited one; "" when CMake chooses

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
// files that they include. It is an error when there is neither. Errors about a damaged file name
// its line and column.
func ReadPresets(sourceDir string, env []string) (ConfigurePresets, error) {
	source, err := filepath.Abs(sourceDir)
	if err != nil {
		return nil, fmt.Errorf("read presets: %w", err)
	}
	r := presetReader{source: source, env: env, seen: map[string]bool{}, presets: map[string]*Preset{}, done: map[string]bool{}}
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
	}
	r.done[name] = true
	return nil
}
