package plan

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// builtinTargets exist in every build tree, or are made by CMake modules; the file
// API does not list them.
var builtinTargets = []string{"all", "clean", "help", "install", "install/strip", "install/local", "test", "package", "package_source", "rebuild_cache", "edit_cache"}

// HasTarget reports whether name is one of the targets, or one that every build tree has.
func HasTarget(targets []model.Target, name string) bool {
	return slices.Contains(builtinTargets, name) || slices.ContainsFunc(targets, func(t model.Target) bool { return t.Name == name })
}

func (a *Action) decideBuild(v *View, unknown bool) {
	if treestate.BuildKilled(a.Tree.Dir) {
		a.Reason = "the last build was killed"
		a.CleanFirst = trustsTimes(a.Tree.Dir)
	}
	if a.installed(unknown) {
		return
	}
	a.Targets = a.Tree.Selection.Targets
	if len(a.Targets) > 0 && !unknown && configured(a.Tree.Dir) {
		targets := a.Tree.OfConfiguration(treestate.NewGenerated(a.Tree.Dir).Targets())
		a.Targets = slices.DeleteFunc(slices.Clone(a.Targets), func(name string) bool { return !HasTarget(targets, name) })
		if len(a.Targets) == 0 {
			a.skip("no target " + text.List(a.Tree.Selection.Targets))
			return
		}
	}
	switch {
	case unknown:
	case a.Reason == Requested && len(a.Tree.Settings.BuildArgs) == 0 && !cmake.MakeDecides(a.Tree.Env) && treestate.NothingToBuild(a.Tree.Dir, Goal(a), &v.files):
		a.Verdict, a.Reason = UpToDate, Unchanged
	default:
		if err := a.Tree.endless(time.Now()); err != nil {
			a.fail(err)
		}
	}
}

// Goal returns the goal of a build.
func Goal(a *Action) treestate.Goal {
	return treestate.Goal{Record: a.Tree.Record(a.Step), Config: a.Config, Targets: a.Targets}
}

// endless returns an error when a file that CMake has read is from the future. Then Ninja finds
// build.ninja older than that and runs CMake again, 100 times, and fails. In that time a clock that
// is a little ahead may be reached.
func (t *Tree) endless(now time.Time) error {
	const tries = 100
	s := inputs.Load(t.Dir)
	if s == nil || s.State != inputs.Done || !strings.HasPrefix(s.Actual, "Ninja") {
		return nil
	}
	path, at := inputs.Newest(s)
	if at.Sub(now) < time.Minute+tries*treestate.Timings(t.Dir)[model.Configure].Took {
		return nil
	}
	show := t.Settings.Show(path)
	return fmt.Errorf("%s is from the future, %s, so that Ninja would run CMake without end; correct the clock, or: %s",
		show, at.Format(time.DateTime), text.Quote([]string{"touch", show}))
}

// trustsTimes reports whether the build tool takes every file that is newer than its
// inputs for a complete one. Make does, although a killed compiler leaves half an
// object file; Ninja compares its log.
func trustsTimes(buildDir string) bool {
	index, err := cmake.ReadIndex(buildDir)
	return err == nil && strings.Contains(index.Generator.Name, "Makefiles")
}

// configured reports whether the last configure step of a build tree succeeded, so
// that its generated files describe the project.
func configured(buildDir string) bool {
	s := inputs.Load(buildDir)
	return s != nil && s.State == inputs.Done
}

// build returns the command line of a build, with so many jobs, 0 for one that joins a jobserver.
func (a *Action) build(jobs int) cmake.Build {
	t, native := a.Tree, a.Tree.Settings.BuildArgs
	if a.OneJob && slices.ContainsFunc(native, func(arg string) bool { return strings.HasPrefix(arg, "-j") }) {
		native = append(slices.Clone(native), "-j1") // of two, the last counts
	}
	return cmake.Build{
		Dir: t.Dir, Config: a.Config, Jobs: a.commandJobs(jobs), Targets: a.Targets, CleanFirst: a.CleanFirst,
		KeepGoing: t.Settings.KeepGoing, Native: native, Generator: t.builtWith(),
	}
}

// Ninja returns the Ninja of the build tree and its arguments for a build, where cmake --build would do no more
// than start it.
func (a *Action) Ninja(jobs int) (program string, args []string, ok bool) {
	if !configured(a.Tree.Dir) {
		return "", nil, false
	}
	build, generated := a.build(jobs), treestate.NewGenerated(a.Tree.Dir)
	verbose, _ := generated.Cached("CMAKE_VERBOSE_MAKEFILE")
	build.Verbose = cmake.IsOn(verbose)
	args, ok = build.NinjaArgs(a.Tree.Env)
	program, _ = generated.Cached(makeProgram)
	return program, args, ok && filepath.IsAbs(program)
}

// Make returns the Make of a build tree that CMake's generator for Unix has made, "" for other build trees.
func Make(t *Tree) string {
	if !configured(t.Dir) || t.builtWith() != "Unix Makefiles" {
		return ""
	}
	program, _ := treestate.NewGenerated(t.Dir).Cached(makeProgram)
	return program
}

// builtWith returns the generator of the build tree, "" before it is configured.
func (t *Tree) builtWith() string {
	generator, _ := treestate.NewGenerated(t.Dir).Cached("CMAKE_GENERATOR")
	return generator
}

// ColourEnv returns env, the environment of a build, whose output is shown in colours:
// where compilers are asked to print colours, Ninja is asked to pass them on, which
// it does only for a terminal otherwise. The compilers' flags are the project's.
func (a *Action) ColourEnv(env []string) []string {
	if a.Tree.lookup("CLICOLOR_FORCE") != "" || !cmake.Coloured(a.Tree.Dir, a.Config) {
		return env
	}
	return append(slices.Clip(env), "CLICOLOR_FORCE=1")
}
