// Package toolchain finds the programs that cmaketargets runs, cmake, ctest and ninja, and returns
// the command that installs a missing tool. It imports cmake for versions and proc to ask a cmake
// for its version or its generators, and starts nothing else.
package toolchain

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Options configures Find.
type Options struct {
	// CMake is a path of cmake, or a name that is looked up in the PATH of Env. Empty means "cmake".
	CMake string
	// Env is the environment of the tools, in the form of os.Environ.
	Env []string
	// Generators holds the generators that the user named, by their origin: "the environment variable
	// CMAKE_GENERATOR".
	Generators map[string]string
	// Recorded returns the version and some of the generators of a cmake from the records of build
	// trees; the version is zero when there is none. It may be nil.
	Recorded func(File) (version cmake.Version, generators []string)
	// Memory is the path of a file that remembers the version. Empty means none.
	Memory string
	// DryRun leaves Memory as it is.
	DryRun bool
	// Launcher is the command of a compile launcher, with arguments, "" for none.
	Launcher string
}

// Tools are the programs of a workspace.
type Tools struct {
	CMake   string        // absolute path, symbolic links not resolved
	File    File          // the file of CMake, symbolic links resolved
	Version cmake.Version // of CMake
	CTest   string        // absolute path, "" when there is none
	Ninja   string        // absolute path, "" when there is none

	Launcher *Launcher // nil for none

	memory string // the file that remembers build tools, "" for none
	mu     sync.Mutex
	known  []BuildTool
}

// tools returns the path of the file that remembers build tools, beside that for cmake.
func (o Options) tools() string {
	if o.Memory == "" || o.DryRun {
		return ""
	}
	return filepath.Join(filepath.Dir(o.Memory), "tools.json")
}

const otherHint = "; name another one in Config.CMake, or put it first into PATH"

// Find looks for the tools and checks that cmake has the named generators. It starts cmake, which
// takes about 10 ms, for a version that neither Recorded nor Memory has and for generators that
// Recorded does not return. Errors include advice.
func Find(ctx context.Context, o Options) (*Tools, error) {
	p, err := locate(o.CMake, o.Env)
	if err != nil {
		return nil, err
	}
	version, generators, err := p.version(ctx, o)
	if err != nil {
		return nil, err
	}
	for _, origin := range text.SortedKeys(o.Generators) {
		name := o.Generators[origin]
		if slices.Contains(generators, name) {
			continue
		}
		if generators, err = p.generators(ctx, o.Env); err != nil {
			return nil, fmt.Errorf("%w%s", err, otherHint)
		}
		if !slices.Contains(generators, withoutPlatform(name)) {
			return nil, fmt.Errorf("use generator %q of %s: cmake %s has no such generator; it has %s",
				name, origin, version, strings.Join(generators, ", "))
		}
	}
	launcher, err := findLauncher(ctx, o)
	if err != nil {
		return nil, err
	}
	return &Tools{
		CMake: p.path, File: p.file, Version: version, CTest: p.ctest(o.Env), Ninja: findNinja(o.Env), Launcher: launcher, memory: o.tools(),
	}, nil
}

// version returns the version of cmake and those of its generators that are recorded.
func (p program) version(ctx context.Context, o Options) (version cmake.Version, generators []string, err error) {
	direct := p.file.direct()
	if direct && o.Recorded != nil {
		version, generators = o.Recorded(p.file)
	}
	if direct && version == (cmake.Version{}) {
		version = remembered(o.Memory, p.file)
	}
	if version != (cmake.Version{}) {
		return version, generators, nil
	}
	if version, err = p.probe(ctx, o.Env, askLimit); err != nil {
		return version, nil, fmt.Errorf("%w%s", err, otherHint)
	}
	if version.Compare(cmake.Minimum) < 0 {
		return version, nil, fmt.Errorf("use %s: needs cmake %d.%d or newer, have %s%s",
			p.path, cmake.Minimum.Major, cmake.Minimum.Minor, version, installAdvice())
	}
	if direct && !o.DryRun {
		remember(o.Memory, p.file, version)
	}
	return version, generators, nil
}

// withoutPlatform removes the platform from the name of an old Visual Studio generator, for which
// cmake --help prints "[arch]".
func withoutPlatform(name string) string {
	if strings.HasPrefix(name, "Visual Studio") {
		name = strings.TrimSuffix(strings.TrimSuffix(name, " Win64"), " ARM")
	}
	return name
}

// installAdvice returns advice on installing cmake on this machine, as the end of an error.
func installAdvice() string {
	command := InstallHint("cmake", "ninja")
	if command == "" {
		return fmt.Sprintf("; install CMake %d.%d or later and put it into PATH", cmake.Minimum.Major, cmake.Minimum.Minor)
	}
	return "; install it: " + command
}
