package cmaketargets

import "github.com/magecmake/magecmake/cmaketargets/internal/selection"

// Selection narrows a workspace, see [Workspace.Select]. The zero value selects
// everything. Environment variables narrow it further; those for targets and tests
// override the field of the same kind.
type Selection struct {
	// Projects are doublestar patterns of project paths; "!" in front leaves out. A pattern
	// that matches no project is an error.
	Projects []string
	// Variants are names of variants.
	Variants []string
	// Targets are the build targets that Build builds, as for cmake --build --target. A
	// project without any of them is skipped. Default: CMake's default target.
	Targets []string
	// Tests and ExcludeTests are regular expressions of the names of the tests that Test
	// runs or leaves out, Labels of their labels: ctest -R, -E and -L. Default: all tests.
	Tests, ExcludeTests, Labels string
	// Component is the install component that Install installs, as for
	// cmake --install --component. Default: all.
	Component string
}

func (s Selection) inner() selection.Selection { return selection.Selection(s) }
