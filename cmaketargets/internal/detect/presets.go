package detect

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// presets returns what the preset among args, if any, adds to every key: it can set environment variables of any name
// inside CMake, which the script does not look at. The second result says why they cannot be known.
func presets(args []string, source string) (salt, reason string) {
	var preset bool
	for _, arg := range args {
		preset = preset || strings.HasPrefix(arg, "--preset")
	}
	if !preset {
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
		salt += "\n" + digestOf(text)
		if bytes.Contains(text, []byte(`"environment"`)) {
			salt += "\n" + source // Which it can name.
		}
	}
	return salt, ""
}
