package cmaketargets

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

// build compiles the tree with so many jobs.
func (t *tree) build(ctx context.Context, jobs int, res Result) Result {
	res.Reason = "asked for"
	cut := t.cutShort()
	if cut != "" {
		res.Reason = cut
	}
	args, err := t.buildArgs(jobs, cut != "" && t.believesTimes())
	if err != nil {
		return t.fail(res, err)
	}
	if err := t.beginBuild(); err != nil {
		return t.fail(res, err)
	}
	before := (&treeState{dir: t.dir}).Reply().Path
	res.ninja = cmake.MarkNinja(t.dir)
	res = t.execute(ctx, res, command{program: t.tools.cmake.Path, args: args, env: t.buildEnv(t.screen.Coloured())})
	t.endBuild(res, cut)
	if after := (&treeState{dir: t.dir}).Reply().Path; after != before && res.Status == StatusOK {
		// The build ran CMake again because an input had changed meanwhile,
		// and that may have changed the targets.
		res.Targets = t.targetsNow()
	}
	return res
}

// buildArgs are cmake's arguments for a build; anew says to compile everything
// again.
func (t *tree) buildArgs(jobs int, anew bool) ([]string, error) {
	return cmake.Build{Dir: t.dir, Config: t.config(), Jobs: jobs, CleanFirst: anew}.CommandLine()
}

// buildEnv is the environment of a build. Where the screen has colours and
// compilers are told to print them, Ninja is asked to pass them on; it removes
// colours from what does not go to a terminal. To tell compilers so is the
// project's, not ours: it changes how they are called.
func (t *tree) buildEnv(coloured bool) []string {
	if !coloured || lookup(t.environ, "CLICOLOR_FORCE") != "" || !cmake.Coloured(t.dir, t.config()) {
		return t.environ
	}
	return append(slices.Clone(t.environ), "CLICOLOR_FORCE=1")
}

// buildMark is a file in a tree's state directory that is there while a build
// runs, and stays when the build was killed.
const buildMark = "build.running"

// cutShort says why the tree may hold half-written files, or "".
func (t *tree) cutShort() string {
	if exists(filepath.Join(t.dir, stateDir, buildMark)) {
		return "the last build was killed"
	}
	return ""
}

// believesTimes says whether the tree's build tool takes every file that is
// newer than its inputs for a whole one. Make does, and a compiler that was
// killed leaves half an object file. Ninja's log knows better.
func (t *tree) believesTimes() bool {
	index, err := cmake.ReadIndex(t.dir)
	return err == nil && strings.Contains(index.Generator.Name, "Makefiles")
}

func (t *tree) beginBuild() error {
	dir := filepath.Join(t.dir, stateDir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("make build tree: %w", err)
	}
	// What is there, be it a link, is as good as a file of ours.
	file, err := os.OpenFile(filepath.Join(dir, buildMark), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("begin build: %w", err)
	}
	return file.Close()
}

// endBuild takes the mark away, unless the build was killed and had no time to
// remove what it was writing. One that was to repair what a killed one left
// has to come to its end for that.
func (t *tree) endBuild(res Result, cut string) {
	var exit *proc.ExitError
	var stopped *proc.CancelError
	failed := errors.As(res.Err, &exit)
	killed := failed && exit.Signal != "" || errors.As(res.Err, &stopped) && stopped.Forced
	ended := res.Status == StatusOK || failed && !killed
	if ended || cut == "" && !killed {
		_ = os.Remove(filepath.Join(t.dir, stateDir, buildMark))
	}
}

// test runs the tree's tests.
func (t *tree) test(ctx context.Context, jobs int, res Result) Result {
	if !cmake.HasTests(t.dir) {
		res.Status, res.Reason = StatusSkipped, "no tests"
		return res
	}
	// ctest would wait at a pipe.
	file, err := fsutil.Open(filepath.Join(t.dir, "CTestTestfile.cmake"))
	if errors.Is(err, fsutil.ErrNotRegular) {
		return t.fail(res, fmt.Errorf("%w; try again with %s=1", err, EnvFresh))
	}
	if err == nil {
		_ = file.Close()
	}
	res.Reason = "asked for"
	if t.tools.ctest == "" {
		return t.fail(res, errNoCTest)
	}
	args, dir, err := t.testArgs(jobs)
	if err != nil {
		return t.fail(res, err)
	}
	_ = os.Remove(filepath.Join(t.dir, stateDir, junitFile)) // an old one must not pass for this run's
	res = t.execute(ctx, res, command{program: t.tools.ctest, args: args, dir: dir, env: t.environ})
	if res.Status == StatusOK && cmake.NoTestsFound(res.output) {
		res.Status, res.Reason = StatusSkipped, "no tests"
	}
	return res
}

// testArgs are ctest's arguments, and the directory to run it in.
func (t *tree) testArgs(jobs int) (args []string, dir string, err error) {
	c := cmake.Test{Dir: t.dir, Config: t.config()}
	if t.tools.cmake.Version.Has(cmake.CTestJUnit) {
		c.JUnit = filepath.Join(t.dir, stateDir, junitFile)
	}
	if t.level("CTEST_PARALLEL_LEVEL") > 0 {
		c.Jobs = jobs
	}
	return c.CommandLine(t.tools.cmake.Version)
}

// junitFile is where ctest writes its results, in a tree's state directory.
const junitFile = "test.junit.xml"

// install installs the tree.
func (t *tree) install(ctx context.Context, res Result) Result {
	if !cmake.HasInstall(t.dir) {
		res.Status, res.Reason = StatusSkipped, "no install rules"
		return res
	}
	res.Reason = "asked for"
	return t.execute(ctx, res, command{program: t.tools.cmake.Path, args: t.installArgs(), env: t.environ})
}

func (t *tree) installArgs() []string {
	return cmake.Install{Dir: t.dir, Config: t.config(), Prefix: t.prefix(t.variant)}.CommandLine()
}
