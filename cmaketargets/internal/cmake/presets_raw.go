package cmake

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
)

// presetsFile is the part that is used of a presets file. What may have
// several types is decoded later, where an error can name the preset.
type presetsFile struct {
	Include          []string    `json:"include"`
	ConfigurePresets []rawPreset `json:"configurePresets"`
}

// rawPreset is a configure preset as it is written.
type rawPreset struct {
	Name           string                     `json:"name"`
	Hidden         bool                       `json:"hidden"`
	Inherits       json.RawMessage            `json:"inherits"`
	Generator      json.RawMessage            `json:"generator"`
	BinaryDir      string                     `json:"binaryDir"`
	ToolchainFile  json.RawMessage            `json:"toolchainFile"`
	CacheVariables map[string]json.RawMessage `json:"cacheVariables"`
	Environment    map[string]*string         `json:"environment"`

	file      string
	parents   []string
	generator string
	toolchain string
	variables map[string]*string // nil for a variable that is unset
}

// decode fills in what Unmarshal left raw.
func (p *rawPreset) decode() error {
	var ok bool
	if p.parents, ok = stringOrStrings(p.Inherits); !ok {
		return fmt.Errorf("inherits is neither a string nor an array of strings: %s", clip(string(p.Inherits), 80))
	}
	if p.generator, ok = stringOrNull(p.Generator); !ok {
		return fmt.Errorf("generator is not a string: %s", clip(string(p.Generator), 80))
	}
	if p.toolchain, ok = stringOrNull(p.ToolchainFile); !ok {
		return fmt.Errorf("toolchainFile is not a string: %s", clip(string(p.ToolchainFile), 80))
	}
	p.variables = map[string]*string{}
	for name, raw := range p.CacheVariables {
		value, ok := cacheValue(raw)
		if !ok {
			return fmt.Errorf("cacheVariables: %s is neither a string, true, false, null nor an object with a value: %s",
				name, clip(string(raw), 80))
		}
		p.variables[name] = value
	}
	return nil
}

// stringOrStrings decodes a string or an array of them; absence is none.
func stringOrStrings(raw json.RawMessage) ([]string, bool) {
	if one, ok := stringOrNull(raw); ok {
		if one == "" {
			return nil, true
		}
		return []string{one}, true
	}
	var many []string
	return many, json.Unmarshal(raw, &many) == nil
}

// stringOrNull decodes a string; null and absence are "".
func stringOrNull(raw json.RawMessage) (string, bool) {
	var text *string
	if len(raw) == 0 {
		return "", true
	}
	if json.Unmarshal(raw, &text) != nil {
		return "", false
	}
	if text == nil {
		return "", true
	}
	return *text, true
}

// cacheValue decodes the value of a cache variable: a string, a truth value,
// an object with type and value, or null, which unsets what is inherited.
func cacheValue(raw json.RawMessage) (*string, bool) {
	var content any
	if json.Unmarshal(raw, &content) != nil {
		return nil, false
	}
	if object, ok := content.(map[string]any); ok {
		if content = object["value"]; content == nil {
			return nil, false
		}
	}
	switch value := content.(type) {
	case nil:
		return nil, true
	case string:
		return &value, true
	case bool:
		text := strings.ToUpper(fmt.Sprint(value))
		return &text, true
	}
	return nil, false
}

// inherit fills in what the preset does not say itself.
func (p *rawPreset) inherit(base rawPreset) {
	p.generator = cmp.Or(p.generator, base.generator)
	p.toolchain = cmp.Or(p.toolchain, base.toolchain)
	p.BinaryDir = cmp.Or(p.BinaryDir, base.BinaryDir)
	p.variables = union(p.variables, base.variables)
	p.Environment = union(p.Environment, base.Environment)
}

// union returns a new map of both, in which the first has the say.
func union[V any](first, second map[string]V) map[string]V {
	all := make(map[string]V, len(first)+len(second))
	maps.Copy(all, second)
	maps.Copy(all, first)
	return all
}

// lenient returns data without what CMake takes and our parser does not: a byte
// order mark, which editors on Windows write, and line ends and tabs within
// strings. Blanks stand for them, so that all else stays in its place.
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

// jsonError names file, line and column, from one and in bytes, of where in
// data the decoder gave up, and says of a wrong type what was expected, in
// JSON's words.
func jsonError(path string, data []byte, err error) error {
	offset := int64(0)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset - 1 // Offset counts the offending byte.
	case errors.As(err, &kind):
		offset = kind.Offset - 1
		want := map[reflect.Kind]string{
			reflect.Bool: "true or false", reflect.String: "a string", reflect.Slice: "an array", reflect.Int: "a whole number",
		}[kind.Type.Kind()]
		err = fmt.Errorf("%s must be %s, not %s", cmp.Or(kind.Field, "the file"), cmp.Or(want, "an object"), kind.Value)
	}
	before := data[:max(0, min(offset, int64(len(data))))]
	return fmt.Errorf("%s:%d:%d: %w", path,
		bytes.Count(before, []byte("\n"))+1, len(before)-bytes.LastIndexByte(before, '\n'), err)
}
