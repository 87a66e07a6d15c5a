package cmake

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Version is a release of CMake. Suffixes such as "-rc2" or a vendor's "-g37088a8-dirty" are
// dropped: a release candidate counts as its release.
type Version struct {
	Major, Minor, Patch int
}

// Minimum is the oldest CMake that cmaketargets works with.
var Minimum = Version{Major: 3, Minor: 16}

// versionLine matches "cmake version 3.25.1" and "cmake3 version 3.17.5".
var versionLine = text.Regexp(`(?m)^[ \t]*cmake\S* version (\d+)\.(\d+)(?:\.(\d+))?`)

// ParseVersion returns the version in the output of `cmake --version`, before which a wrapper may
// have printed something.
func ParseVersion(output string) (Version, error) {
	for _, match := range versionLine().FindAllStringSubmatch(output, -1) {
		major, err1 := strconv.Atoi(match[1])
		minor, err2 := strconv.Atoi(match[2])
		patch, err3 := strconv.Atoi(cmp.Or(match[3], "0"))
		if err1 == nil && err2 == nil && err3 == nil {
			return Version{major, minor, patch}, nil
		}
	}
	return Version{}, fmt.Errorf("parse version: there is no line %q in it", "cmake version N.N.N")
}

// Compare returns -1, 0 or 1 as v is older than, the same as or newer than o.
func (v Version) Compare(o Version) int {
	return cmp.Or(cmp.Compare(v.Major, o.Major), cmp.Compare(v.Minor, o.Minor), cmp.Compare(v.Patch, o.Patch))
}

// String returns the version in CMake's form, "3.25.1".
func (v Version) String() string {
	return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
}

// short returns "3.24" for 3.24.0, as CMake's documentation does, and the full form otherwise.
func (v Version) short() string {
	if v.Patch != 0 {
		return v.String()
	}
	return fmt.Sprintf("%d.%d", v.Major, v.Minor)
}

// Feature is an option of CMake's tools that is newer than [Minimum].
type Feature struct {
	Name  string // "cmake --fresh"
	Since Version
}

// The features in use, by CMake's release notes.
var (
	Profiling     = Feature{"cmake --profiling-output", Version{3, 18, 0}}
	PresetFlag    = Feature{"cmake --preset", Version{3, 19, 0}}
	CTestDir      = Feature{"ctest --test-dir", Version{3, 20, 0}}
	ToolchainFlag = Feature{"cmake --toolchain", Version{3, 21, 0}}
	CTestJUnit    = Feature{"ctest --output-junit", Version{3, 21, 0}}
	CTestNoTests  = Feature{"CTEST_NO_TESTS_ACTION", Version{3, 26, 0}}
	PrefixEnv     = Feature{"CMAKE_INSTALL_PREFIX in the environment", Version{3, 29, 0}}
	CTestRetry    = Feature{"Config.Retry for tests", CTestJUnit.Since} // by the results of each
)

// Has reports whether this version has the feature.
func (v Version) Has(f Feature) bool { return v.Compare(f.Since) >= 0 }

// Require returns an error that names the feature and both versions unless this version has it.
func (v Version) Require(f Feature) error {
	if v.Has(f) {
		return nil
	}
	return fmt.Errorf("use %s: needs cmake %s, have %s", f.Name, f.Since.short(), v)
}
