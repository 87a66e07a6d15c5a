package cmake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
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

// presetReader collects presets by name while it reads files.
type presetReader struct {
	source  string
	env     []string
	seen    map[string]bool // files
	presets map[string]*Preset
	order   []string        // of their definition
	done    map[string]bool // presets that are resolved
}

// presetsFile is the part in use of a file of presets. Values of several types are decoded later,
// where an error can name the preset.
type presetsFile struct {
	Include          []string `json:"include"`
	ConfigurePresets []struct {
		Name      string          `json:"name"`
		Hidden    bool            `json:"hidden"`
		Inherits  json.RawMessage `json:"inherits"`
		Generator json.RawMessage `json:"generator"`
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
	for _, include := range content.Include {
		include = r.expand(include, path)
		if strings.Contains(include, "{") {
			return fmt.Errorf("read presets %s: include %s: unknown macro", path, text.Quoted(include))
		}
		if len(include) > maxInclude {
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
		preset := Preset{Name: p.Name, File: path, Hidden: p.Hidden}
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

// lenient returns data without characters that CMake accepts and encoding/json does not: a byte
// order mark, which editors on Windows write, and control characters in strings. Blanks replace
// them, so that offsets stay the same.
func lenient(data []byte) []byte {
	data = bytes.Clone(data)
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		copy(data, "   ")
	}
	for i, c := range data {
		if c < ' ' {
			data[i] = ' '
		}
	}
	return data
}
