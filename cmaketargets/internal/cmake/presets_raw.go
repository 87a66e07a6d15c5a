package cmake

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"runtime"
	"strings"
)

// rawPreset is a configure preset as it is written.
type rawPreset struct {
	Name           string                   `json:"name"`
	Hidden         bool                     `json:"hidden"`
	Inherits       oneOrMore                `json:"inherits"`
	Generator      string                   `json:"generator"`
	BinaryDir      string                   `json:"binaryDir"`
	ToolchainFile  string                   `json:"toolchainFile"`
	CacheVariables map[string]cacheVariable `json:"cacheVariables"`
	Environment    map[string]*string       `json:"environment"`

	file string
}

// oneOrMore is a string or an array of them.
type oneOrMore []string

// UnmarshalJSON implements json.Unmarshaler.
func (o *oneOrMore) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte{'"'}) {
		*o = make([]string, 1)
		return json.Unmarshal(data, &(*o)[0])
	}
	return json.Unmarshal(data, (*[]string)(o))
}

// cacheVariable is null (which unsets what is inherited), a truth value, a
// string, or an object with type and value.
type cacheVariable struct {
	set   bool
	value string
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *cacheVariable) UnmarshalJSON(data []byte) error {
	var content any
	if err := json.Unmarshal(data, &content); err != nil {
		return err
	}
	if object, ok := content.(map[string]any); ok {
		content = object["value"]
	}
	switch value := content.(type) {
	case nil:
		*c = cacheVariable{}
	case string:
		*c = cacheVariable{set: true, value: value}
	case bool:
		*c = cacheVariable{set: true, value: strings.ToUpper(fmt.Sprint(value))}
	default:
		return fmt.Errorf("a cache variable is %s, not a string, true, false, null or an object with a value", data)
	}
	return nil
}

// inherit fills in what the preset does not say itself.
func (p *rawPreset) inherit(base rawPreset) {
	p.Generator = cmp.Or(p.Generator, base.Generator)
	p.BinaryDir = cmp.Or(p.BinaryDir, base.BinaryDir)
	p.ToolchainFile = cmp.Or(p.ToolchainFile, base.ToolchainFile)
	p.CacheVariables = union(p.CacheVariables, base.CacheVariables)
	p.Environment = union(p.Environment, base.Environment)
}

// union returns a map of both, in which the first has the say.
func union[V any](first, second map[string]V) map[string]V {
	all := maps.Clone(second)
	if all == nil {
		return first
	}
	maps.Copy(all, first)
	return all
}

// preset returns the preset with its macros replaced.
func (r *presetReader) preset(raw rawPreset) Preset {
	p := Preset{
		Name: raw.Name, File: raw.file, Hidden: raw.Hidden, Generator: raw.Generator,
		ToolchainFile: r.expand(raw.ToolchainFile, raw), CacheVariables: map[string]string{},
	}
	if dir := r.expand(raw.BinaryDir, raw); dir != "" && !strings.Contains(dir, "${") {
		p.BinaryDir = absolute(r.source, dir)
	}
	for name, variable := range raw.CacheVariables {
		if variable.set {
			p.CacheVariables[name] = r.expand(variable.value, raw)
		}
	}
	return p
}

// expand replaces the macros of cmake-presets(7) whose value is known without
// CMake, and leaves the others, "${vendorMacro}", as they are.
func (r *presetReader) expand(text string, p rawPreset) string {
	var out strings.Builder
	for {
		at := strings.IndexByte(text, '$')
		if at < 0 {
			return out.String() + text
		}
		out.WriteString(text[:at])
		text = text[at:]
		kind, rest, ok := strings.Cut(text[1:], "{")
		name, rest, closed := strings.Cut(rest, "}")
		value, known := "", false
		if ok && closed {
			value, known = r.macro(kind, name, p)
		}
		if !known {
			out.WriteByte('$')
			text = text[1:]
			continue
		}
		out.WriteString(value)
		text = rest
	}
}

// macro returns the value of $kind{name}.
func (r *presetReader) macro(kind, name string, p rawPreset) (string, bool) {
	switch kind {
	case "penv":
		return getenv(r.env, name), true
	case "env":
		if value, ok := p.Environment[name]; ok && value != nil {
			if strings.Contains(*value, "$") {
				return "", false // Macros in macros are CMake's business.
			}
			return *value, true
		}
		return getenv(r.env, name), true
	case "":
	default:
		return "", false
	}
	switch name {
	case "sourceDir":
		return filepath.ToSlash(r.source), true
	case "sourceParentDir":
		return filepath.ToSlash(filepath.Dir(r.source)), true
	case "sourceDirName":
		return filepath.Base(r.source), true
	case "presetName":
		return p.Name, p.Name != ""
	case "generator":
		return p.Generator, p.Generator != ""
	case "fileDir":
		return filepath.ToSlash(filepath.Dir(p.file)), true
	case "dollar":
		return "$", true
	case "pathListSep":
		return string(filepath.ListSeparator), true
	case "hostSystemName":
		return hostSystem[runtime.GOOS], hostSystem[runtime.GOOS] != ""
	}
	return "", false
}

// hostSystem is CMAKE_HOST_SYSTEM_NAME by GOOS.
var hostSystem = map[string]string{
	"darwin": "Darwin", "freebsd": "FreeBSD", "linux": "Linux", "netbsd": "NetBSD", "openbsd": "OpenBSD", "windows": "Windows",
}

// position returns "line:column", from one and in bytes, of where in data the
// decoder gave up.
func position(data []byte, err error) string {
	offset := int64(0)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset - 1 // Offset counts the offending byte.
	case errors.As(err, &kind):
		offset = kind.Offset - 1
	}
	before := data[:max(0, min(offset, int64(len(data))))]
	return fmt.Sprintf("%d:%d", bytes.Count(before, []byte("\n"))+1, len(before)-bytes.LastIndexByte(before, '\n'))
}
