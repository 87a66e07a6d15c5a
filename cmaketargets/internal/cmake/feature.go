package cmake

import "fmt"

// Feature is something that CMake learned in a certain release.
type Feature int

// The features that cmaketargets uses beyond its floor, [Minimum].
const (
	// Profiling is `cmake --profiling-output`.
	Profiling Feature = iota
	// PresetFlag is `cmake --preset`.
	PresetFlag
	// CTestDir is `ctest --test-dir`.
	CTestDir
	// ToolchainFlag is `cmake --toolchain`.
	ToolchainFlag
	// CTestJUnit is `ctest --output-junit`.
	CTestJUnit
	// FreshFlag is `cmake --fresh`.
	FreshFlag
)

// Minimum is the oldest CMake that cmaketargets works with.
var Minimum = Version{Major: 3, Minor: 16}

// features says since when, and what for, by CMake's own release notes.
var features = [...]struct {
	since Version
	what  string
}{
	Profiling:     {Version{3, 18, 0}, "cmake --profiling-output"},
	PresetFlag:    {Version{3, 19, 0}, "cmake --preset"},
	CTestDir:      {Version{3, 20, 0}, "ctest --test-dir"},
	ToolchainFlag: {Version{3, 21, 0}, "cmake --toolchain"},
	CTestJUnit:    {Version{3, 21, 0}, "ctest --output-junit"},
	FreshFlag:     {Version{3, 24, 0}, "cmake --fresh"},
}

// Since returns the release that brought the feature.
func (f Feature) Since() Version { return features[f].since }

// String returns what a user would call the feature, "cmake --fresh".
func (f Feature) String() string { return features[f].what }

// Has reports whether this version has the feature.
func (v Version) Has(f Feature) bool { return v.Compare(f.Since()) >= 0 }

// Require returns nil when this version has the feature, and otherwise an
// [*UnsupportedError] that says what is needed, what is there, and for what.
func (v Version) Require(f Feature) error {
	if v.Has(f) {
		return nil
	}
	return &UnsupportedError{Feature: f, Have: v}
}

// UnsupportedError says that the CMake in use lacks a feature that was asked
// for.
type UnsupportedError struct {
	Feature Feature
	Have    Version
}

// Error implements error.
func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("use %s: needs cmake %s, have %s", e.Feature, e.Feature.Since().short(), e.Have)
}
