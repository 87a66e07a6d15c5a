package cmake

import (
	"fmt"
	"os"
	"path/filepath"
)

// Install is one `cmake --install`.
type Install struct {
	Dir    string // the build tree
	Config string // configuration, for a multi-config generator
	Prefix string // absolute; empty leaves CMAKE_INSTALL_PREFIX
	// Component is the only component to install; empty installs all. CMake accepts one in a run:
	// of two, the last counts. An unknown one installs nothing, without an error.
	Component string
}

// Check returns an error for a Component that no CMake accepts.
func (i Install) Check() error {
	if !isName(i.Component) {
		return fmt.Errorf("install component %q: not a name that cmake --install takes", i.Component)
	}
	return nil
}

// CommandLine returns the arguments for cmake, the same for all versions, and the error of
// [Install.Check].
func (i Install) CommandLine() ([]string, error) {
	if err := i.Check(); err != nil {
		return nil, err
	}
	args := appendOption([]string{"--install", i.Dir}, "--config", i.Config)
	args = appendOption(args, "--prefix", i.Prefix)
	return appendOption(args, "--component", i.Component), nil
}

// HasInstall reports whether `cmake --install` may install something: there is an install script
// and, by the reply of the file API, a call of install() in the project. Without a reply the script
// counts, as running one that installs nothing does no harm.
func HasInstall(buildDir string) bool {
	// Absent when CMAKE_SKIP_INSTALL_RULES is set.
	if _, err := os.Stat(filepath.Join(buildDir, "cmake_install.cmake")); err != nil {
		return false
	}
	x, err := ReadIndex(buildDir)
	if err != nil {
		return true
	}
	file, err := x.codemodel()
	return err != nil || file.hasInstallRule()
}
