package cmake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Tool is a cmake executable on this machine.
type Tool struct {
	Path    string    // absolute, as found
	Real    string    // Path with symbolic links resolved
	Version Version   // zero until asked for
	Size    int64     // of Real, in bytes
	ModTime time.Time // of Real
}

var (
	errIsDirectory = errors.New("is a directory")
	errNoRunBit    = fmt.Errorf("is not executable: %w", fs.ErrPermission)
)

// Locate finds the executable without starting it. A name without a path
// separator ("cmake") is looked for in the PATH of env; another is a path. It
// returns a [*NotFoundError] when there is none.
func Locate(name string, env []string) (Tool, error) {
	if name == "" {
		name = "cmake"
	}
	path, err := "", error(nil)
	if name != filepath.Base(name) {
		if path, err = filepath.Abs(name); err == nil {
			path, err = executable(path, env)
		}
	} else if path = lookPath(env, name); path == "" {
		err = fs.ErrNotExist
	}
	if err != nil {
		return Tool{}, &NotFoundError{Name: name, Err: err}
	}
	t := Tool{Path: path, Real: path}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		t.Real = real
	}
	info, err := os.Stat(t.Real)
	if err != nil {
		return Tool{}, &NotFoundError{Name: name, Err: err}
	}
	t.Size, t.ModTime = info.Size(), info.ModTime()
	return t, nil
}

// Probe returns the tool with its version, for which it starts it once. It
// returns a [*NotCMakeError] when what it starts is not CMake, fails, or is
// silent for ten seconds, a [*TooOldError] when it is older than [Minimum],
// and the context's error when that ended first.
func (t Tool) Probe(ctx context.Context, env []string) (Tool, error) {
	return t.probe(ctx, env, askLimit)
}

func (t Tool) probe(ctx context.Context, env []string, limit time.Duration) (Tool, error) {
	stdout, all, err := ask(ctx, limit, t.Path, env, "--version")
	if ctx.Err() != nil {
		return Tool{}, fmt.Errorf("ask %s for its version: %w", t.Path, ctx.Err())
	}
	if err == nil {
		t.Version, err = ParseVersion(stdout)
	}
	if err != nil {
		return Tool{}, &NotCMakeError{Path: t.Path, Output: all, Err: err}
	}
	if t.Version.Compare(Minimum) < 0 {
		return Tool{}, &TooOldError{Have: t.Version, Need: Minimum, Path: t.Path}
	}
	return t, nil
}

// CTest returns the ctest that belongs to this cmake: beside it, beside what
// its links lead to, else the first in the PATH of env, else "". A cmake that
// is called cmake3 has a ctest3.
func (t Tool) CTest(env []string) string {
	name := strings.TrimSuffix(filepath.Base(t.Path), ".exe")
	name = "ctest" + strings.TrimPrefix(name, "cmake")
	for _, dir := range []string{filepath.Dir(t.Path), filepath.Dir(t.Real)} {
		for _, name := range []string{name, "ctest"} {
			if path, err := executable(filepath.Join(dir, name), env); err == nil {
				return path
			}
		}
	}
	return lookPath(env, name, "ctest")
}

// FindNinja returns the absolute path of the Ninja that CMake itself would
// choose from the PATH of env (the names and their order are those of its
// module CMakeNinjaFindMake), or "" when there is none.
func FindNinja(env []string) string {
	return lookPath(env, "ninja-build", "ninja", "samu")
}

// GeneratorNames returns the names of the generators that this cmake can make
// build trees with, in its own order. It starts cmake once, about 10 ms.
func (t Tool) GeneratorNames(ctx context.Context, env []string) ([]string, error) {
	stdout, all, err := ask(ctx, askLimit, t.Path, env, "-E", "capabilities")
	if ctx.Err() != nil {
		return nil, fmt.Errorf("ask %s for its generators: %w", t.Path, ctx.Err())
	}
	var names []string
	if err == nil {
		names, err = parseGenerators(stdout)
	}
	if err != nil {
		return nil, &NotCMakeError{Path: t.Path, Output: all, Err: err}
	}
	return names, nil
}

// parseGenerators reads the answer to -E capabilities. Every cmake has some.
func parseGenerators(answer string) (names []string, err error) {
	var has struct {
		Generators []struct {
			Name            string   `json:"name"`
			ExtraGenerators []string `json:"extraGenerators"`
		} `json:"generators"`
	}
	if err := json.Unmarshal([]byte(answer), &has); err != nil {
		return nil, err
	}
	for _, g := range has.Generators {
		if g.Name == "" {
			continue
		}
		names = append(names, g.Name)
		for _, extra := range g.ExtraGenerators {
			names = append(names, extra+" - "+g.Name)
		}
	}
	if names == nil {
		return nil, errors.New("it names no generators")
	}
	return names, nil
}
