package cmaketargets

import (
	"context"
	"os"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/record"
)

// build compiles the tree with so many jobs.
func (t *tree) build(ctx context.Context, jobs int, res Result) Result {
	res.Reason = "asked for"
	args, err := t.buildArgs(jobs)
	if err != nil {
		return t.fail(res, err)
	}
	before, _ := (&treeState{dir: t.dir}).Reply()
	res = t.execute(ctx, res, command{program: t.tools.cmake.Path, args: args, env: t.environ})
	if after, _ := (&treeState{dir: t.dir}).Reply(); after != before && res.Status == StatusOK {
		// The build ran CMake again because an input had changed meanwhile;
		// that counts as configured, and may have changed the targets.
		if rec := record.Load(t.dir); rec != nil {
			if in, err := t.intent(&view{}, rec); err == nil {
				res.Targets = targetsOf(t.settle(in, rec))
			}
		}
	}
	return res
}

func (t *tree) buildArgs(jobs int) ([]string, error) {
	return cmake.Build{Dir: t.dir, Config: t.config(), Jobs: jobs}.CommandLine()
}

// test runs the tree's tests.
func (t *tree) test(ctx context.Context, jobs int, res Result) Result {
	if !cmake.HasTests(t.dir) {
		res.Status, res.Reason = StatusSkipped, "no tests"
		return res
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
