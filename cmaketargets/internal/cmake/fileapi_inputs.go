package cmake

import (
	"fmt"
	"os"
	"path/filepath"
)

// Inputs are the files that a configure depended on.
type Inputs struct {
	// Files are the files that CMake read, absolute, each once, in the order of first use.
	Files []string
	// GlobDirs are the directories that a file(GLOB ... CONFIGURE_DEPENDS) searched, as far as the
	// reply lists them: that of its pattern and those of the files that it found. Absolute.
	GlobDirs []string
	// UnlistedGlobs is true when there are globs that the reply does not list, because CMake is
	// older than 4.1 (cmakeFiles 1.1). Only CMake itself can decide whether their results have
	// changed.
	UnlistedGlobs bool
}

// globScript is written by CMake for a project with globs to check again.
const globScript = "CMakeFiles/VerifyGlobs.cmake"

// Inputs reads the object cmakeFiles.
func (x Index) Inputs() (Inputs, error) {
	var file struct {
		Version        objectVersion
		Paths          struct{ Source string }
		Inputs         []struct{ Path string }
		GlobsDependent []struct {
			Expression, Relative string
			Paths                []string
		}
	}
	if err := x.read("cmakeFiles", &file); err != nil {
		return Inputs{}, err
	}
	if len(file.Inputs) == 0 {
		// CMake reads a CMakeLists.txt at least. Without one, no change would ever be seen.
		return Inputs{}, fmt.Errorf("read reply %s: %s has no inputs", filepath.Join(x.dir, x.File), x.objects["cmakeFiles"].JSONFile)
	}
	inputs := Inputs{Files: make([]string, 0, len(file.Inputs))}
	seen := make(map[string]bool, len(file.Inputs))
	for _, in := range file.Inputs {
		path := absolute(file.Paths.Source, in.Path)
		if !seen[path] { // CMake lists a file as often as it is read.
			seen[path] = true
			inputs.Files = append(inputs.Files, path)
		}
	}
	for _, glob := range file.GlobsDependent {
		for _, path := range append([]string{glob.Expression}, glob.Paths...) {
			inputs.GlobDirs = append(inputs.GlobDirs, filepath.Dir(absolute(glob.Relative, path)))
		}
	}
	if file.Version.Minor < 1 {
		_, err := os.Stat(filepath.Join(x.build, filepath.FromSlash(globScript)))
		inputs.UnlistedGlobs = err == nil
	}
	return inputs, nil
}
