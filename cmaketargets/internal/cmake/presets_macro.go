package cmake

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// presetMacro matches a macro of cmake-presets(7): "${name}", "$env{name}", "$vendor{name}".
var presetMacro = text.Regexp(`\$([a-z]*)\{([^}${]*)\}`)

// hostSystemNames are CMake's names of systems.
var hostSystemNames = map[string]string{
	"darwin": "Darwin", "freebsd": "FreeBSD", "linux": "Linux", "netbsd": "NetBSD", "openbsd": "OpenBSD", "windows": "Windows",
}

// expand replaces the macros that an included path in file can have, and leaves others alone.
func (r *presetReader) expand(path, file string) string {
	return presetMacro().ReplaceAllStringFunc(path, func(macro string) string {
		kind, name, _ := strings.Cut(macro[1:len(macro)-1], "{")
		switch kind + " " + name {
		case " sourceDir":
			return filepath.ToSlash(r.source)
		case " sourceParentDir":
			return filepath.ToSlash(filepath.Dir(r.source))
		case " sourceDirName":
			return filepath.Base(r.source)
		case " fileDir":
			return filepath.ToSlash(filepath.Dir(file))
		case " dollar":
			return "$"
		case " pathListSep":
			return string(filepath.ListSeparator)
		case " hostSystemName":
			if host, ok := hostSystemNames[runtime.GOOS]; ok {
				return host
			}
			return macro
		}
		if kind == "env" || kind == "penv" {
			return getenv(r.env, name)
		}
		return macro
	})
}

// getenv returns the last value of a variable in an environment of the form of os.Environ. On
// Windows case does not matter.
func getenv(env []string, name string) string {
	for _, entry := range slices.Backward(env) {
		key, value, ok := strings.Cut(entry, "=")
		if ok && (key == name || runtime.GOOS == "windows" && strings.EqualFold(key, name)) {
			return value
		}
	}
	return ""
}
