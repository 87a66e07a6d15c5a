package cmaketargets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/toolset"
)

// tools are the programs of a workspace.
type tools struct {
	cmake cmake.Tool
	ctest string
	ninja string // "" when there is none
	// generators are the names cmake knows; empty until they matter.
	generators []string
}

// find looks for the programs and checks the generators asked for. It starts
// a process only for a cmake that it has not met before.
func (t *tools) find(ctx context.Context, g *ground) error {
	tool, err := cmake.Locate(g.CMake, g.env)
	if err != nil {
		var none *cmake.NotFoundError
		if errors.As(err, &none) {
			return fmt.Errorf("%w%s", err, installHint())
		}
		return err
	}
	known := loadTools(g.BuildRoot)
	if known.matches(tool) {
		tool.Version = known.Version
	} else {
		known = knownTools{}
		if tool, err = tool.Probe(ctx, g.env); err != nil {
			var old *cmake.TooOldError
			if errors.As(err, &old) {
				return fmt.Errorf("%w%s", err, installHint())
			}
			return err
		}
	}
	t.cmake = tool
	t.ctest = tool.CTest(g.env)
	t.ninja = cmake.FindNinja(g.env)
	asked := askedGenerators(g)
	if len(known.Generators) == 0 && len(asked) > 0 {
		if known.Generators, err = tool.GeneratorNames(ctx, g.env); err != nil {
			return err
		}
	}
	t.generators = known.Generators
	for where, name := range asked {
		if !slices.Contains(known.Generators, generatorBase(name)) {
			return fmt.Errorf("use generator %q of %s: cmake %s has no such generator; it has %s",
				name, where, tool.Version, strings.Join(known.Generators, ", "))
		}
	}
	if !known.matches(tool) || len(known.Generators) != len(t.generators) {
		saveTools(g, knownTools{tool.Path, tool.Size, tool.ModTime, tool.Version, t.generators})
	}
	return nil
}

// askedGenerators are the generators that somebody named, by where.
func askedGenerators(g *ground) map[string]string {
	asked := map[string]string{}
	if name := lookup(g.env, "CMAKE_GENERATOR"); name != "" {
		asked["the environment variable CMAKE_GENERATOR"] = name
	}
	for _, v := range g.selected {
		if v.Generator != "" {
			asked[strings.TrimRight("variant "+v.Name, " ")] = v.Generator
		}
	}
	return asked
}

// generatorBase drops the platform that old Visual Studio generators carry
// in their name, which cmake --help shows as "[arch]".
func generatorBase(name string) string {
	if strings.HasPrefix(name, "Visual Studio") {
		name = strings.TrimSuffix(strings.TrimSuffix(name, " Win64"), " ARM")
	}
	return name
}

// installHint says how to get what is missing, on this system.
func installHint() string {
	hint := toolset.InstallHint(exec.LookPath, runtime.GOOS, "cmake", "ninja")
	if hint == "" {
		return "; install CMake 3.16 or later and put it into PATH"
	}
	return "; install it: " + hint
}

// lookup returns a variable of env, which has the form of os.Environ.
func lookup(env []string, name string) string {
	for _, kv := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(kv, name+"="); ok {
			return value
		}
	}
	return ""
}

// knownTools is what was learned from a cmake and holds as long as its file
// is the same. It is kept in the build root.
type knownTools struct {
	Path       string
	Size       int64
	ModTime    time.Time
	Version    cmake.Version
	Generators []string `json:",omitempty"`
}

func (k knownTools) matches(t cmake.Tool) bool {
	return k.Path == t.Path && k.Size == t.Size && k.ModTime.Equal(t.ModTime) && k.Version.AtLeast(cmake.Minimum.Major, cmake.Minimum.Minor)
}

func toolsFile(buildRoot string) string {
	return filepath.Join(buildRoot, stateDir, "cmake.json")
}

func loadTools(buildRoot string) (k knownTools) {
	data, err := os.ReadFile(toolsFile(buildRoot))
	if err != nil || json.Unmarshal(data, &k) != nil {
		return knownTools{}
	}
	return k
}

// saveTools keeps what was learned. Where that fails, the next run asks again.
func saveTools(g *ground, k knownTools) {
	if g.knobs.dryRun {
		return
	}
	data, err := json.Marshal(k)
	if err == nil {
		_ = writeFile(toolsFile(g.BuildRoot), data)
	}
}

// stateDir is the directory of ours in a build tree and in the build root.
const stateDir = ".cmaketargets"

// writeFile writes a file whole or not at all, with its directory.
func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}
