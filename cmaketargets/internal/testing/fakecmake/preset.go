package fakecmake

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// A preset holds what the fake understands of a configure preset. Includes and vendor maps it does not, and of conditions
// only those that compare ${hostSystemName}.
type preset struct {
	Name           string
	Inherits       oneOrMore
	Generator      string
	BinaryDir      string
	ToolchainFile  string
	CacheVariables map[string]any
	Condition      *struct{ Type, LHS, RHS string }
}

// newestPresets is the newest version of the file's format that the fake knows.
const newestPresets = 10

// oneOrMore is a JSON string or a list of strings.
type oneOrMore []string

func (s *oneOrMore) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*s = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(s))
}

// usePreset fills in what the command line left open. Where the preset is wrong it has said so and returns false.
func (o *configuration) usePreset(c *call) bool {
	if o.preset == "" {
		return true
	}
	all := map[string]preset{}
	for _, name := range []string{"CMakePresets.json", "CMakeUserPresets.json"} {
		var file struct {
			Version          json.RawMessage
			ConfigurePresets []preset
		}
		data, err := os.ReadFile(filepath.Join(o.source, name))
		if err != nil {
			continue
		}
		if err := json.Unmarshal(data, &file); err != nil {
			fmt.Fprintf(c.Stderr, "CMake Error: Could not read presets from %s: JSON parse error\n", o.source)
			return false
		}
		version := newestPresets
		if file.Version != nil && (json.Unmarshal(file.Version, &version) != nil || version < 1 || version > newestPresets) {
			fmt.Fprintf(c.Stderr, "CMake Error: Could not read presets from %s: Unrecognized \"version\" field\n", o.source)
			return false
		}
		for _, p := range file.ConfigurePresets {
			all[p.Name] = p
		}
	}
	if _, ok := all[o.preset]; !ok {
		fmt.Fprintf(c.Stderr, "CMake Error: No such preset in %s: %q\n", o.source, o.preset)
		return false
	}
	if on := all[o.preset].Condition; on != nil && on.LHS == "${hostSystemName}" && (on.RHS == hostName()) != (on.Type == "equals") {
		fmt.Fprintf(c.Stderr, "CMake Error: Could not use disabled preset %q\n", o.preset)
		return false
	}
	var given []definition
	given, o.define = o.define, nil
	o.inherit(all, o.preset)
	o.define = append(o.define, given...)
	return true
}

// hostName is what CMake calls this system.
func hostName() string {
	if runtime.GOOS == "darwin" {
		return "Darwin"
	}
	return strings.ToUpper(runtime.GOOS[:1]) + runtime.GOOS[1:]
}

// inherit takes the named preset's values where nothing nearer gave one, then its parents'.
func (o *configuration) inherit(all map[string]preset, name string) {
	p := all[name]
	expand := strings.NewReplacer("${sourceDir}", o.source, "${presetName}", o.preset).Replace
	if o.generator == "" {
		o.generator = p.Generator
	}
	if o.build == "" && p.BinaryDir != "" {
		o.build = expand(p.BinaryDir)
		if !filepath.IsAbs(o.build) {
			o.build = filepath.Join(o.source, o.build)
		}
	}
	add := func(d definition) {
		for _, have := range o.define {
			if have.name == d.name {
				return
			}
		}
		o.define = append(o.define, d)
	}
	if p.ToolchainFile != "" {
		add(definition{name: "CMAKE_TOOLCHAIN_FILE", kind: "FILEPATH", value: expand(p.ToolchainFile)})
	}
	for name, v := range p.CacheVariables {
		d := definition{name: name}
		switch v := v.(type) {
		case string:
			d.value = expand(v)
		case bool:
			d.kind, d.value = "BOOL", strings.ToUpper(fmt.Sprint(v))
		case map[string]any:
			d.kind, _ = v["type"].(string)
			d.value = expand(fmt.Sprint(v["value"]))
		default:
			continue // null unsets what a parent has; nothing here needs that
		}
		add(d)
	}
	for _, parent := range p.Inherits {
		o.inherit(all, parent)
	}
}
