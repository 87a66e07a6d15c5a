package cmake

import "fmt"

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
	FreshFlag     = Feature{"cmake --fresh", Version{3, 24, 0}}
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
