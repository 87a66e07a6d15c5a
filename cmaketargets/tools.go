package cmaketargets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/record"
	"github.com/magecmake/magecmake/cmaketargets/internal/toolset"
)

// tools are the programs of a workspace.
type tools struct {
	cmake cmake.Tool
	ctest string
	ninja string // "" when there is none
}

// find looks for the programs and checks the generators asked for. It starts
// a process only for a cmake that the build trees do not know.
func (t *tools) find(ctx context.Context, g *ground, projects []Project) error {
	tool, err := cmake.Locate(g.CMake, g.env)
	if err != nil {
		var none *cmake.NotFoundError
		if errors.As(err, &none) && none.Name == filepath.Base(none.Name) {
			return fmt.Errorf("%w%s", err, installHint())
		}
		return fmt.Errorf("%w%s", err, otherHint)
	}
	var version cmake.Version
	var generators []string
	if steady(tool) {
		version, generators = g.knownOf(tool, projects)
		if version == (cmake.Version{}) {
			version = g.metBefore(tool)
		}
	}
	if version != (cmake.Version{}) {
		tool.Version = version
	} else if tool, err = tool.Probe(ctx, g.env); err != nil {
		var old *cmake.TooOldError
		if errors.As(err, &old) {
			return fmt.Errorf("%w%s", err, installHint())
		}
		return fmt.Errorf("%w%s", err, otherHint)
	} else if steady(tool) {
		g.meet(tool)
	}
	t.cmake, t.ctest, t.ninja = tool, tool.CTest(g.env), cmake.FindNinja(g.env)
	for where, name := range askedGenerators(g) {
		if slices.Contains(generators, name) {
			continue
		}
		has, err := tool.GeneratorNames(ctx, g.env)
		if err != nil {
			return fmt.Errorf("%w%s", err, otherHint)
		}
		if !slices.Contains(has, generatorBase(name)) {
			return fmt.Errorf("use generator %q of %s: cmake %s has no such generator; it has %s",
				name, where, tool.Version, strings.Join(has, ", "))
		}
		generators = has
	}
	return nil
}

// otherHint says what to do about a cmake that is there and of no use.
const otherHint = "; name another one in Config.CMake, or put it first into PATH"

// steady says whether what a cmake is can be told from its file: neither a
// script nor a version manager's program under another name, which start
// another cmake today than they did yesterday.
func steady(tool cmake.Tool) bool {
	if !strings.HasPrefix(filepath.Base(tool.Real), "cmake") {
		return false
	}
	file, err := os.Open(tool.Real)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	var magic [2]byte
	_, err = io.ReadFull(file, magic[:])
	return err == nil && string(magic[:]) != "#!"
}

// knownOf is what the records of the build trees tell of a cmake: its version,
// and generators that it has. A project says both as well as any other, so
// the first one whose tree was configured is asked.
func (g *ground) knownOf(tool cmake.Tool, projects []Project) (version cmake.Version, generators []string) {
	for _, p := range projects {
		for _, v := range g.selected {
			rec := record.Load(g.tree(p, v).dir)
			if rec == nil || !rec.ConfiguredBy(stampOf(tool)) {
				continue
			}
			if got, err := cmake.ParseVersion("cmake version " + rec.Version); err == nil {
				version, generators = got, append(generators, rec.Actual)
			}
		}
		if version != (cmake.Version{}) {
			break
		}
	}
	return version, generators
}

// met is what the store's directory keeps of a cmake: to ask it takes as long
// as to configure a small project.
type met struct {
	CMake   record.Stamp
	Version cmake.Version
}

const (
	metFile = "cmake.json"
	maxMet  = 64 << 10 // bytes
)

// metBefore returns the version of a cmake that was asked before, zero if it
// was not.
func (g *ground) metBefore(tool cmake.Tool) cmake.Version {
	dir, off := storeDir(g.settings)
	if off != "" {
		return cmake.Version{}
	}
	var m met
	data, _, err := fsutil.Read(filepath.Join(dir, metFile), maxMet)
	if err != nil || json.Unmarshal(data, &m) != nil || m.CMake != stampOf(tool) || !m.Version.AtLeast(cmake.Minimum.Major, cmake.Minimum.Minor) {
		return cmake.Version{}
	}
	return m.Version
}

// meet keeps a version. Where that fails, the next run asks again.
func (g *ground) meet(tool cmake.Tool) {
	dir, off := storeDir(g.settings)
	if off != "" || g.knobs.dryRun {
		return
	}
	if data, err := json.Marshal(met{stampOf(tool), tool.Version}); err == nil {
		_ = writeFile(filepath.Join(dir, metFile), data)
	}
}

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

// stampOf is how a record remembers a cmake.
func stampOf(tool cmake.Tool) record.Stamp {
	return record.Stamp{Path: tool.Real, Size: tool.Size, ModTime: tool.ModTime.UnixNano()}
}

// askedGenerators are the generators that somebody named, by where.
func askedGenerators(g *ground) map[string]string {
	asked := map[string]string{}
	if name := lookup(g.env, "CMAKE_GENERATOR"); name != "" {
		asked["the environment variable CMAKE_GENERATOR"] = name
	}
	for _, v := range g.selected {
		if v.Generator != "" {
			asked[v.title()] = v.Generator
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

// stateDir is the directory of ours in a build tree.
const stateDir = ".cmaketargets"
