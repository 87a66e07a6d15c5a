package cmake

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Build is one `cmake --build DIR`. Build presets have no effect on it: CMake applies one only with
// --preset, which builds in the directory of the preset and excludes DIR.
type Build struct {
	Dir        string   // the build tree
	Generator  string   // of the build tree, for KeepGoing
	Config     string   // configuration, for a multi-config generator
	Targets    []string // none means the default target
	Jobs       int      // --parallel; 0 leaves it to the build tool and its jobserver
	CleanFirst bool
	// Verbose is that of the cache, CMAKE_VERBOSE_MAKEFILE, which cmake --build reads itself; for NinjaArgs.
	Verbose bool
	// KeepGoing builds as much as possible after a failure. It has an effect for the generators in
	// keepGoing.
	KeepGoing bool
	// Native are arguments for the build tool. They come last and win over those of KeepGoing.
	Native []string
}

// keepGoing maps generators to the arguments with which their build tools go on after a failure.
// Those of Visual Studio are missing because MSBuild does so by itself.
//
//   - https://ninja-build.org/manual.html
//   - https://www.gnu.org/software/make/manual/html_node/Options-Summary.html
//   - https://learn.microsoft.com/cpp/build/reference/running-nmake
//   - xcodebuild(1), "-userdefault=value", with a setting of Xcode's preferences
var keepGoing = map[string][]string{
	"Ninja":               {"-k", "0"},
	"Ninja Multi-Config":  {"-k", "0"},
	"Unix Makefiles":      {"-k"},
	"MinGW Makefiles":     {"-k"},
	"MSYS Makefiles":      {"-k"},
	"NMake Makefiles":     {"/K"},
	"NMake Makefiles JOM": {"/K"},
	"Xcode":               {"-IDEBuildingContinueBuildingAfterErrors=YES"},
}

// Check returns an error for Targets and Native that no CMake accepts.
func (b Build) Check() error {
	for _, target := range b.Targets {
		if target == "" || !isName(target) {
			return fmt.Errorf("build target %q: not a name that cmake --build takes", target)
		}
	}
	for _, arg := range b.Native {
		if err := checkArg(model.Build, arg, nil); err != nil {
			return err
		}
	}
	return nil
}

// CommandLine returns the arguments for cmake, the same for all versions, and the errors of
// [Build.Check].
func (b Build) CommandLine() ([]string, error) {
	if err := b.Check(); err != nil {
		return nil, err
	}
	args := appendOption([]string{"--build", b.Dir}, "--config", b.Config)
	if len(b.Targets) > 0 {
		args = append(append(args, "--target"), b.Targets...)
	}
	if b.Jobs > 0 {
		args = append(args, "--parallel", strconv.Itoa(b.Jobs))
	}
	if b.CleanFirst {
		args = append(args, "--clean-first")
	}
	if native := b.native(); len(native) > 0 {
		args = append(append(args, "--"), native...)
	}
	return args, nil
}

// native returns the arguments for the build tool.
func (b Build) native() []string {
	if !b.KeepGoing {
		return b.Native
	}
	generator := b.Generator
	if _, main, extra := strings.Cut(generator, " - "); extra {
		generator = main // "Kate - Ninja"
	}
	return slices.Concat(keepGoing[generator], b.Native)
}

// Instrumentation is a directory in build trees where cmake --build has more to do than to start the build tool.
// Experimental versions of it have a suffix.
// https://cmake.org/cmake/help/latest/manual/cmake-instrumentation.7.html
const Instrumentation = ".cmake/instrumentation"

// NinjaArgs returns the arguments with which CMake starts Ninja, in the build tree, and whether it does no
// more than that. env is the environment of the build.
func (b Build) NinjaArgs(env []string) ([]string, bool) {
	entries, _ := os.ReadDir(filepath.Join(b.Dir, filepath.Dir(Instrumentation)))
	hooks := slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), filepath.Base(Instrumentation)) })
	switch {
	case b.Generator != "Ninja" && b.Generator != "Ninja Multi-Config", b.CleanFirst, hooks:
		return nil, false
	case fsutil.Getenv(env, "VERBOSE") != "", b.Jobs == 0 && fsutil.Getenv(env, "CMAKE_BUILD_PARALLEL_LEVEL") != "":
		return nil, false // they become arguments
	}
	var args []string
	if b.Jobs > 0 {
		args = append(args, "-j", strconv.Itoa(b.Jobs))
	}
	if file := NinjaFile(b.Dir, b.Config); file != defaultNinjaFile {
		args = append(args, "-f", file)
	}
	if b.Verbose {
		args = append(args, "-v")
	}
	return slices.Concat(args, b.native(), b.Targets), b.Check() == nil
}

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
	var file codemodel
	if err := x.read("codemodel", &file); err != nil {
		return true
	}
	// The first directory is the top, and its flag covers those below it.
	return slices.ContainsFunc(file.Configurations, func(c configuration) bool {
		return len(c.Directories) > 0 && c.Directories[0].HasInstallRule
	})
}
