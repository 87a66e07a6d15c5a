package cmake

import (
	"fmt"
	"os"
	"path/filepath"
)

// Input is a file that CMake read while it configured a build tree. When one
// changes, the tree is out of date.
type Input struct {
	Path      string // absolute
	Generated bool   // in the build tree and not in the source tree
	External  bool   // outside of the source tree
	CMake     bool   // of CMake's own modules
}

// Glob is a file(GLOB ... CONFIGURE_DEPENDS) of a configure. When its result
// changes, the tree is out of date.
type Glob struct {
	Expression      string // absolute pattern
	Recurse         bool
	ListDirectories bool
	FollowSymlinks  bool
	Relative        string   // directory that Paths are relative to, or ""
	Paths           []string // what it found
}

// Inputs is what a configure depended on.
type Inputs struct {
	Files []Input // each once, in the order of first use
	Globs []Glob

	// UnlistedGlobs reports that there are globs which the reply does not
	// list, because CMake is older than 4.1 or so (cmakeFiles 1.1). Only
	// CMake itself can then say whether they changed.
	UnlistedGlobs bool
}

// globScript is written by CMake where a project has globs to check again.
const globScript = "CMakeFiles/VerifyGlobs.cmake"

// Inputs reads the object cmakeFiles.
func (x Index) Inputs() (Inputs, error) {
	var file struct {
		Version apiNumber
		Paths   struct{ Source, Build string }
		Inputs  []struct {
			Path                             string
			IsGenerated, IsExternal, IsCMake bool
		}
		GlobsDependent []Glob
	}
	if err := x.read("cmakeFiles", &file); err != nil {
		return Inputs{}, err
	}
	if len(file.Inputs) == 0 {
		// CMake reads a CMakeLists.txt at least. Nothing would ever change.
		return Inputs{}, fmt.Errorf("read reply %s: %s has no inputs", filepath.Join(x.dir, x.File), x.objects["cmakeFiles"].JSONFile)
	}
	inputs := Inputs{Globs: file.GlobsDependent, Files: make([]Input, 0, len(file.Inputs))}
	seen := make(map[string]bool, len(file.Inputs))
	for _, in := range file.Inputs {
		path := absolute(file.Paths.Source, in.Path)
		if seen[path] {
			continue // CMake lists a file as often as it is read.
		}
		seen[path] = true
		inputs.Files = append(inputs.Files, Input{
			Path:      path,
			Generated: in.IsGenerated, External: in.IsExternal, CMake: in.IsCMake,
		})
	}
	if file.Version.Minor < 1 {
		_, err := os.Stat(filepath.Join(x.build, filepath.FromSlash(globScript)))
		inputs.UnlistedGlobs = err == nil
	}
	return inputs, nil
}

// absolute returns a path of a reply, which has slashes and may be relative to
// base, in the form of this system.
func absolute(base, path string) string {
	path = filepath.FromSlash(path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.FromSlash(base), path)
	}
	return filepath.Clean(path)
}
