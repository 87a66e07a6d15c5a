package fsutil

import (
	"runtime"
	"slices"
	"strings"
)

// Getenv returns the value of a variable in env, which has the form of os.Environ; the
// last one counts. On Windows the case of the name does not matter.
func Getenv(env []string, name string) string {
	for _, entry := range slices.Backward(env) {
		key, value, ok := strings.Cut(entry, "=")
		if ok && (key == name || runtime.GOOS == "windows" && strings.EqualFold(key, name)) {
			return value
		}
	}
	return ""
}
