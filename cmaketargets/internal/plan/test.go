package plan

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/retry"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// Passed is the reason of a test step whose tests have passed with the same files.
const Passed = "passed before"

// NoTests is the reason of a test step without tests.
const NoTests = "no tests"

var errNoCTest = errors.New("there is no ctest beside cmake, nor in PATH; it is a part of CMake, install all of it")

func (a *Action) decideTest(unknown bool) {
	if !unknown && !cmake.HasTests(a.Tree.Dir) && !testOf(a).FailsWithoutTests(a.Tree.Tools.Version, a.Tree.lookup("CTEST_NO_TESTS_ACTION")) {
		a.skip(NoTests)
		return
	}
	// ctest would wait at a pipe.
	file, err := fsutil.Open(filepath.Join(a.Tree.Dir, "CTestTestfile.cmake"))
	if err == nil {
		_ = file.Close()
	}
	switch {
	case errors.Is(err, fsutil.ErrNotRegular) && !unknown:
		a.fail(fmt.Errorf("%w; try again with %s=1", err, settings.EnvFresh))
	case a.Tree.Tools.CTest == "":
		a.fail(errNoCTest)
	case !unknown && a.Tree.Settings.TestCache && a.Reason == Requested:
		if tests, err := TestsOf(a); err == nil && treestate.PassedBefore(a.Tree.Dir, tests) {
			a.Verdict, a.Reason = UpToDate, Passed
		}
	}
}

// TestsOf returns the ctest run of a test step.
func TestsOf(a *Action) (treestate.Tests, error) {
	t := a.Tree
	c := testOf(a)
	args, _, err := c.CommandLine(t.Tools.Version)
	return treestate.Tests{
		Record: t.Record(a.Step), Build: t.Record(model.Build), Source: t.Project.Dir, CTest: t.Tools.CTest, Args: args, Env: t.Env,
	}, err
}

// testOf returns the command of a test step, without the number of jobs and the file for its results.
func testOf(a *Action) cmake.Test {
	t := a.Tree
	// As with ctest --preset, arguments replace the filters of the preset.
	var filter cmake.TestFilter
	if presets, _, err := t.preset(); err == nil && presets != nil {
		filter = presets.TestFilter(t.Variant.Preset)
	}
	return cmake.Test{
		Dir: t.Dir, Config: a.Config, Args: t.Settings.TestArgs,
		Names: cmp.Or(t.Selection.Tests, filter.Names), Labels: cmp.Or(t.Selection.Labels, filter.Labels),
		Exclude: cmp.Or(t.Selection.ExcludeTests, filter.ExcludeNames), ExcludeLabels: filter.ExcludeLabels,
	}
}

func (a *Action) testArgs(jobs int) (args []string, dir string, err error) {
	t, c := a.Tree, testOf(a)
	if len(retry.OfTests(t.Settings.Retry, t.Project.Path)) > 0 {
		if err := t.Tools.Version.Require(cmake.CTestRetry); err != nil {
			return nil, "", err
		}
	}
	if t.Tools.Version.Has(cmake.CTestJUnit) {
		c.JUnit = treestate.JUnit(t.Dir, Name(a))
	}
	c.Jobs = a.commandJobs(jobs)
	return c.CommandLine(t.Tools.Version)
}

func (a *Action) decideInstall(unknown bool) {
	if !unknown && !cmake.HasInstall(a.Tree.Dir) {
		a.skip("no install rules")
		return
	}
	if a.installed(unknown) || unknown || a.Reason != Requested {
		return
	}
	if nothingToCopy(a) && !cmake.IsOn(a.Tree.lookup("CMAKE_INSTALL_ALWAYS")) {
		a.Verdict, a.Reason = UpToDate, Unchanged
	}
}

// nothingToCopy reports whether the install step in the build tree of an action would copy nothing.
func nothingToCopy(a *Action) bool {
	install, err := InstallOf(a)
	return err == nil && treestate.NothingToCopy(a.Tree.Dir, a.Tree.Record(model.Install), install)
}

// InstallOf returns the settings that decide the result of an install step, beside files.
func InstallOf(a *Action) (treestate.Install, error) {
	args, err := a.installArgs()
	t := a.Tree
	prefix := cmp.Or(t.replacedPrefix(), filepath.FromSlash(cmake.Prefix(t.Dir)))
	return treestate.Install{Args: args, Prefix: prefix, DestDir: t.lookup(DestDir), Mode: t.lookup("CMAKE_INSTALL_MODE")}, err
}

func (a *Action) installArgs() ([]string, error) {
	t := a.Tree
	return cmake.Install{Dir: t.Dir, Config: a.Config, Prefix: t.replacedPrefix(), Component: t.Selection.Component}.CommandLine()
}
