package plan

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/jobserver"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/toolchain"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// Job count variables of CMake and ctest.
const (
	buildLevel = "CMAKE_BUILD_PARALLEL_LEVEL"
	testLevel  = "CTEST_PARALLEL_LEVEL"
)

// Jobs is the part of the budget that a step can use.
type Jobs struct {
	Parallel bool // more than one job
	Most     int  // the most of the budget, 0 for no bound
	Fixed    int  // the number that the user has asked for, which counts also above the budget; 0 for none
	By       string
}

// Jobs returns the part of the budget that a step can use.
func (t *Tree) Jobs(step model.Step) Jobs {
	fixed, by := t.asked(step)
	joins := t.Settings.Runner == nil && t.Tools.Version.Has(cmake.CTestJobserver)
	switch {
	case step == model.Clean:
		return Jobs{Parallel: true}
	case step == model.Build:
		return Jobs{Parallel: true, Most: t.Settings.Runner.MaxJobs(), Fixed: fixed, By: by}
	case step != model.Test || fixed == 0:
		return Jobs{}
	case fixed == 1:
		return Jobs{By: by}
	case fixed == cmake.Unbounded && joins:
		return Jobs{Parallel: true, By: by}
	case fixed <= t.Settings.Jobs && joins:
		// ctest runs one test at a time unless the tests of this project are known to
		// run side by side; then the others' use of the budget decides.
		return Jobs{Parallel: true, Most: fixed, By: by}
	default:
		return Jobs{Parallel: true, Fixed: fixed, By: by}
	}
}

// asked returns the number of jobs of a step that the user has asked for, and where; 0 for none.
func (t *Tree) asked(step model.Step) (jobs int, by string) {
	args, field, level, kind := t.Settings.BuildArgs, "BuildArgs", buildLevel, "build"
	options := []string{"-j", "--jobs"}
	switch step {
	case model.Build:
	case model.Test:
		args, field, level, kind = t.Settings.TestArgs, "TestArgs", testLevel, "test"
		options[1] = "--parallel"
	default:
		return 0, ""
	}
	if n := cmake.JobsOption(args, options...); n > 0 {
		return n, "Config." + field
	}
	if presets, _, err := t.preset(); err == nil && presets != nil {
		list := presets.Build
		if step == model.Test {
			list = presets.Test
		}
		if preset := cmake.Of(list, t.Variant.Preset); preset.Jobs > 0 {
			return preset.Jobs, "the " + kind + " preset " + text.Quoted(preset.Name)
		}
	}
	if n, err := strconv.Atoi(t.lookup(level)); err == nil && n > 0 {
		return min(n, cmake.Unbounded), level
	}
	if n := jobserver.Jobs(t.lookup(jobserver.Variable)); n > 0 && step == model.Build && strings.Contains(t.builtWith(), "Makefiles") {
		return min(n, cmake.Unbounded), jobserver.Variable
	}
	return 0, ""
}

// explainJobs adds to the reason of a step who has asked for its number of jobs.
func (a *Action) explainJobs() {
	if a.Verdict != Run || a.Reason == "" {
		return
	}
	switch jobs := a.Tree.Jobs(a.Step); {
	case jobs.By == "" || jobs.Fixed == cmake.Unbounded:
	case jobs.Fixed > 0:
		a.Reason += fmt.Sprintf(", %s by %s", text.Count(jobs.Fixed, "job"), jobs.By)
	case jobs.Most > 0:
		a.Reason += fmt.Sprintf(", up to %s by %s", text.Count(jobs.Most, "job"), jobs.By)
	}
}

// Joins reports whether the command of an action takes tokens of a jobserver. The first time it
// starts the build tool to ask for its version.
func (a *Action) Joins(ctx context.Context) bool {
	jobs := a.Tree.Jobs(a.Step)
	if a.Tree.Settings.Runner != nil || !jobs.Parallel || jobs.Fixed > 0 || a.OneJob {
		return false
	}
	return a.Step == model.Test || a.Step == model.Build && buildToolJoins(ctx, a.Tree)
}

func buildToolJoins(ctx context.Context, t *Tree) bool {
	if t.Settings.Runner != nil || !cmake.JoinsJobserver(t.builtWith()) {
		return false
	}
	program, ok := treestate.NewGenerated(t.Dir).Cached(makeProgram)
	return ok && t.Tools.BuildTool(ctx, program, t.Env).Joins()
}

const makeProgram = "CMAKE_MAKE_PROGRAM"

// Work estimates the commands of a build by Ninja, and the mean time of one. Both are 0 for any other, and for one whose
// number of jobs the user has asked for.
func (a *Action) Work(ctx context.Context) (found cmake.Commands, mean time.Duration) {
	t := a.Tree
	if fixed, _ := t.asked(a.Step); a.Step != model.Build || fixed > 0 || !strings.HasPrefix(t.builtWith(), "Ninja") {
		return found, 0
	}
	found, ok := cmake.Statements(t.Dir)
	switch {
	case ok && found.Number <= few:
	case !buildToolJoins(ctx, t):
		program, _ := treestate.NewGenerated(t.Dir).Cached(makeProgram)
		found.Number = t.Tools.Pending(ctx, program, t.Dir, t.Env)
	case !ok: // others get the tokens that it leaves
		found.Number = cmake.CountStatements(t.Dir)
	}
	found.Number = max(found.Number, 1)
	found.Chain = min(max(found.Chain, 1), found.Number)
	return found, cmp.Or(cmake.MeanTime(t.Dir), time.Second)
}

// few is the highest number of commands beside which the time of a dry run counts.
const few = 60

// commandJobs returns the number of jobs for the command line of an action, 0 for none. share is its part of
// the budget, 0 for that of a jobserver.
func (a *Action) commandJobs(share int) int {
	jobs := a.Tree.Jobs(a.Step)
	switch {
	case a.OneJob:
		return min(share, 1)
	case jobs.By == "Config.BuildArgs" || jobs.By == "Config.TestArgs" || jobs.By == jobserver.Variable:
		return 0 // the tool has it
	case jobs.Fixed == cmake.Unbounded:
		return 0
	case jobs.Fixed > 0:
		return jobs.Fixed
	case a.Step == model.Test && jobs.Most > 0 && share == 0:
		return jobs.Most
	case a.Step == model.Test && jobs.Most > 0:
		return min(jobs.Most, share)
	case a.Step == model.Test:
		return 0
	}
	return share
}

// Remote describes the jobs that a build has beside those of this machine.
type Remote struct {
	Jobs  int    // 0 for none
	Local int    // of the jobs of this machine, those that it has at once at most
	Why   string // it has none although Config.RemoteJobs is set, "" where that needs no note
}

// RemoteJobs returns the jobs that the build of a configured tree has beside those of this machine.
func RemoteJobs(t *Tree) Remote {
	jobs, l := t.Settings.RemoteJobs, t.Tools.Launcher
	if jobs == 0 || l == nil || l.Local && t.lookup(toolchain.Prefix) == "" || !configured(t.Dir) {
		return Remote{}
	}
	if !strings.HasPrefix(t.builtWith(), "Ninja") {
		return Remote{Why: "only Ninja can bound its links"}
	}
	generated := treestate.NewGenerated(t.Dir)
	launched := false
	for _, language := range l.Languages() {
		cached, _ := generated.Cached("CMAKE_" + language + launcherSuffix)
		launched = launched || cached == launcher(t)
	}
	if !launched {
		return Remote{Why: "its compilers have another launcher"}
	}
	depth, ok := cmake.LinkPool(t.Dir)
	if !ok {
		return Remote{Why: "its links are in no job pool; set CMAKE_JOB_POOLS and CMAKE_JOB_POOL_LINK"}
	}
	return Remote{Jobs: jobs, Local: min(depth, t.Settings.Jobs)}
}

// RemoteOf returns the jobs that a planned action will have beside those of this machine.
func RemoteOf(a *Action) Remote {
	if a.Step != model.Build {
		return Remote{}
	}
	for _, before := range a.After {
		if before.Step != model.Configure || before.Verdict != Run {
			continue
		}
		for _, name := range before.Configure.launched {
			if l := a.Tree.Tools.Launcher; name == jobPoolLink && (!l.Local || a.Tree.lookup(toolchain.Prefix) != "") {
				return Remote{Jobs: a.Tree.Settings.RemoteJobs, Local: links(a.Tree)}
			}
		}
		return Remote{}
	}
	return RemoteJobs(a.Tree)
}
