package cmaketargets

import "github.com/magecmake/magecmake/cmaketargets/internal/selection"

// Selection narrows a workspace, see [Workspace.Select]. The zero value selects
// everything. Environment variables narrow it further; those for targets, tests and the
// shard override the field of the same kind.
type Selection struct {
	// Projects are filters. One of these selects projects:
	//
	//	libs/**        by their paths, with a doublestar pattern; one that matches none is an error
	//	[origin/main]  that changed since HEAD and a git revision parted; [HEAD] for changes that
	//	               are not committed, without files that git ignores. A project has changed when a
	//	               file in it, or one that its last configure and build step read, did, or
	//	               cmake, its arguments or a compiler, and if it needs a project whose
	//	               installed files that may change. If this is not known, as for a project
	//	               whose code runs a program, it is selected.
	//	@failed        that have a step whose last attempt failed
	//
	// and may have "..." behind it for all that these projects need, in front of it for all that
	// need them, and "^" between to leave out the projects themselves: "app...", "...[HEAD]",
	// "...^libs/a". "!" in front of all leaves out, and the last filter that matches decides. The
	// projects that a selected one needs are brought up to date in any case.
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
	// Shard is the part of the selected projects that one of several machines does: "2/5" is the
	// second of five. Projects that need each other stay in one shard, and a project that is needed and
	// not selected is built in each shard that needs it. With the same selection and the same durations
	// (see [EnvDurations]) every machine divides in the same way. Default: all.
	Shard string
}

func (s Selection) inner() selection.Selection { return selection.Selection(s) }
