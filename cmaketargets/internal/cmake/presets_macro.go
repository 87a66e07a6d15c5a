package cmake

import (
	"path/filepath"
	"runtime"
	"strings"
)

// preset returns the preset with its macros replaced.
func (r *presetReader) preset(raw rawPreset) Preset {
	p := Preset{
		Name: raw.Name, File: raw.file, Hidden: raw.Hidden, Generator: raw.generator,
		ToolchainFile: r.expand(raw.toolchain, raw), CacheVariables: map[string]string{},
	}
	if dir := r.expand(raw.BinaryDir, raw); dir != "" && !strings.Contains(dir, "{") {
		p.BinaryDir = absolute(r.source, dir)
	}
	for name, value := range raw.variables {
		if value != nil {
			p.CacheVariables[name] = r.expand(*value, raw)
		}
	}
	return p
}

// expand replaces the macros of cmake-presets(7) whose value is known without
// CMake, and leaves the others, such as "$vendor{macro}", as they are.
func (r *presetReader) expand(text string, p rawPreset) string {
	var out strings.Builder
	for {
		at := strings.IndexByte(text, '$')
		if at < 0 {
			return out.String() + text
		}
		out.WriteString(text[:at])
		text = text[at:]
		// Neither looks further than to the next macro, or many would take
		// long.
		kind := text[1:]
		kind = kind[:len(kind)-len(strings.TrimLeft(kind, "abcdefghijklmnopqrstuvwxyz"))]
		if name, opened := strings.CutPrefix(text[1+len(kind):], "{"); opened {
			end := strings.IndexAny(name, "}${")
			if end >= 0 && name[end] == '}' {
				if value, known := r.macro(kind, name[:end], p); known {
					out.WriteString(value)
					text = name[end+1:]
					continue
				}
			}
		}
		out.WriteByte('$')
		text = text[1:]
	}
}

// macro returns the value of $kind{name}.
func (r *presetReader) macro(kind, name string, p rawPreset) (string, bool) {
	switch kind {
	case "penv":
		return getenv(r.env, name), true
	case "env":
		if value, ok := p.Environment[name]; ok && value != nil {
			// What has macros itself is CMake's business.
			return *value, !strings.Contains(*value, "$")
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
		return p.generator, p.generator != ""
	case "fileDir":
		return filepath.ToSlash(filepath.Dir(p.file)), true
	case "dollar":
		return "$", true
	case "pathListSep":
		return string(filepath.ListSeparator), true
	case "hostSystemName":
		host, ok := map[string]string{
			"darwin": "Darwin", "freebsd": "FreeBSD", "linux": "Linux",
			"netbsd": "NetBSD", "openbsd": "OpenBSD", "windows": "Windows",
		}[runtime.GOOS]
		return host, ok
	}
	return "", false
}
