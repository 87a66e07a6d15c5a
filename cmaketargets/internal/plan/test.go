package plan

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// NoTests is the reason of a test step without tests.
const NoTests = "no tests"

var errNoCTest = errors.New("there is no ctest beside cmake, nor in PATH; it is a part of CMake, install all of it")

func (a *Action) decideTest(unknown bool) {
	if !unknown && !cmake.HasTests(a.Tree.Dir) {
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
	}
}

func (a *Action) testArgs(jobs int) (args []string, dir string, err error) {
	t := a.Tree
	c := cmake.Test{
		Dir: t.Dir, Config: a.Config, Args: t.Settings.TestArgs,
	}
	// As with ctest --preset, arguments replace the filters of the preset.
	var filter cmake.TestFilter
	if presets, _, err := t.preset(); err == nil && presets != nil {
		filter = presets.TestFilter(t.Variant.Preset)
	}
	c.Names, c.Labels = cmp.Or(t.Selection.Tests, filter.Names), cmp.Or(t.Selection.Labels, filter.Labels)
	c.Exclude, c.ExcludeLabels = cmp.Or(t.Selection.ExcludeTests, filter.ExcludeNames), filter.ExcludeLabels
	if t.Tools.Version.Has(cmake.CTestJUnit) {
		c.JUnit = treestate.JUnit(t.Dir, t.Record(a.Step))
	}
	c.Jobs = a.commandJobs(jobs)
	return c.CommandLine(t.Tools.Version)
}

func (a *Action) decideInstall(unknown bool) {
	if !unknown && !cmake.HasInstall(a.Tree.Dir) {
		a.skip("no install rules")
		return
	}
	a.installed(unknown)
}

func (a *Action) installArgs() ([]string, error) {
	t := a.Tree
	return cmake.Install{Dir: t.Dir, Config: a.Config, Prefix: t.replacedPrefix(), Component: t.Selection.Component}.CommandLine()
}
