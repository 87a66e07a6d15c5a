package detect

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// presets returns what a preset among args adds to every key, because it can set environment
// variables of any name inside CMake. A reason means that its content cannot be determined.
func presets(args []string, source string) (salt, reason string) {
	if !slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "--preset") }) {
		return "", ""
	}
	salt = strings.Join(args, "\x00")
	for _, name := range []string{"CMakePresets.json", "CMakeUserPresets.json"} {
		text, _, err := fsutil.Read(filepath.Join(source, name), maxFile)
		if err != nil {
			continue
		}
		if bytes.Contains(text, []byte(`"include"`)) {
			return "", name + " includes other files"
		}
		salt += "\n" + hash(text)
		if bytes.Contains(text, []byte(`"environment"`)) {
			salt += "\n" + source // variables may refer to it
		}
	}
	return salt, ""
}
