package cmake

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Version is a release of CMake. Suffixes such as "-rc2" or a vendor's
// "-g37088a8-dirty" are not kept: a release candidate counts as its release.
type Version struct {
	Major, Minor, Patch int
}

// ParseVersion finds the version in what `cmake --version` printed: the first
// line of the form "cmake version 3.25.1" or "cmake3 version 3.17.5", whatever
// a wrapper may have printed before it.
func ParseVersion(output string) (Version, error) {
	for line := range strings.Lines(output) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), " version ")
		if !ok || !strings.HasPrefix(name, "cmake") || strings.ContainsAny(name, " \t") {
			continue
		}
		if v, ok := parseNumbers(rest); ok {
			return v, nil
		}
	}
	return Version{}, fmt.Errorf("parse version: there is no line %q in it", "cmake version N.N.N")
}

// parseNumbers reads "3.25.1", "3.25" or either with a suffix.
func parseNumbers(text string) (Version, bool) {
	var numbers [3]int
	for i := range numbers {
		end := 0
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		n, err := strconv.Atoi(text[:end])
		if err != nil {
			return Version{}, false
		}
		numbers[i] = n
		rest, more := strings.CutPrefix(text[end:], ".")
		if more && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			text = rest
			continue
		}
		if i == 0 {
			return Version{}, false
		}
		break
	}
	return Version{numbers[0], numbers[1], numbers[2]}, true
}

// AtLeast reports whether v is major.minor or newer.
func (v Version) AtLeast(major, minor int) bool {
	return v.Compare(Version{Major: major, Minor: minor}) >= 0
}

// Compare returns -1, 0 or 1 as v is older than, the same as or newer than o.
func (v Version) Compare(o Version) int {
	return cmp.Or(cmp.Compare(v.Major, o.Major), cmp.Compare(v.Minor, o.Minor), cmp.Compare(v.Patch, o.Patch))
}

// String returns the version as CMake writes it, "3.25.1".
func (v Version) String() string {
	return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
}

// short returns "3.24" for a version that begins a minor release, as CMake's
// documentation names it, and the full form otherwise.
func (v Version) short() string {
	if v.Patch != 0 {
		return v.String()
	}
	return fmt.Sprintf("%d.%d", v.Major, v.Minor)
}

// clip shortens text for an error message to about max bytes, on a rune.
func clip(text string, max int) string {
	if len(text) <= max {
		return text
	}
	return strings.ToValidUTF8(text[:max], "") + "..."
}
