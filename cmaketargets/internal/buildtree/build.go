package buildtree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
	"github.com/magecmake/magecmake/cmaketargets/internal/remote"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/toolchain"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

func (s *step) build(ctx context.Context) {
	defer s.join(ctx)()
	c, ok := s.command()
	if !ok {
		return
	}
	if s.worker.Coloured {
		c.Env = s.action.ColourEnv(c.Env)
	}
	repairs := treestate.BuildKilled(s.dir())
	if err := os.MkdirAll(filepath.Join(s.dir(), treestate.Dir), 0o777); err != nil {
		s.fail(fmt.Errorf("make build tree: %w", err))
		return
	}
	if err := treestate.MarkBuild(s.dir()); err != nil {
		s.fail(fmt.Errorf("begin build: %w", err))
		return
	}
	before := treestate.NewGenerated(s.dir()).Reply(inputs.Stamp{})
	s.result.NinjaLog = cmake.NinjaLog(s.dir())
	env, count := launch(ctx, s, c.Env)
	c.Env = env
	s.run(ctx, c)
	count()
	endBuild(s.dir(), s.result, repairs)
	if after := treestate.NewGenerated(s.dir()); s.result.Status == model.OK && after.Reply(inputs.Stamp{}) != before {
		// The build ran CMake, because an input had changed meanwhile, and the targets
		// may have changed, too.
		s.result.Targets = s.tree.OfConfiguration(after.Targets())
	}
	if s.result.Status == model.OK {
		remember(ctx, s)
	}
}

// launch prepares the launcher of a build, and returns env with its variables. The function that it returns puts the
// launcher's counts into the result.
func launch(ctx context.Context, s *step, env []string) (added []string, count func()) {
	launcher := s.tree.Tools.Launcher
	if launcher == nil {
		return env, func() {}
	}
	launcher.Start(ctx, s.worker.Settings.Env)
	file := treestate.Path(s.dir(), treestate.LauncherLog)
	_ = os.Remove(file) // an old one must not pass for this build's
	return append(slices.Clip(env), launcher.StatsLog(env, file)...), func() {
		s.result.Launched = toolchain.ReadStatsLog(launcher.Name, file)
	}
}

// remember records the files that Ninja or Make examines in the build tree, where it has nothing to do now, so that the
// next build need not start it while they are unchanged. A dry run of Ninja follows the examination: a file that
// changes later differs from its record. Where Ninja has something to do again, it records that, so that the next build
// does not examine the files for nothing.
func remember(ctx context.Context, s *step) {
	program, args, ok := s.action.Ninja(0)
	goal := plan.Goal(s.action)
	if made := plan.Make(s.tree); made != "" && len(s.tree.Settings.BuildArgs) == 0 {
		if record, err := treestate.ExamineMade(s.dir(), made, goal); err != nil || record.Write() != nil {
			treestate.ForgetBuilt(s.dir(), goal.Record)
		}
		return
	}
	if !ok || len(s.tree.Settings.BuildArgs) > 0 {
		return
	}
	record, err := treestate.ExamineBuilt(s.dir(), program, goal)
	switch {
	case err != nil:
		treestate.ForgetBuilt(s.dir(), goal.Record)
	case treestate.LeavesWork(s.dir(), goal) && !cmake.NothingToDo(string(s.result.Output)):
		_ = record.WriteBusy() // as before
	case s.tree.Tools.NothingToDo(ctx, program, s.dir(), s.tree.Env, args...):
		_ = record.Write() // else Ninja is started
	case ctx.Err() == nil:
		_ = record.WriteBusy()
	}
}

// endBuild removes the mark of the build, unless the build was killed and had no time to
// remove its unfinished files. repairs reports that it was to repair a build that was
// killed; then it must have come to its end, well or not.
func endBuild(buildDir string, result model.Result, repairs bool) {
	var exit *proc.ExitError
	var cancelled *proc.CancelError
	exited := errors.As(result.Err, &exit)
	killed := exited && exit.Signal != "" || errors.As(result.Err, new(*remote.LostError)) || errors.As(result.Err, &cancelled) && cancelled.Forced || result.OutOfMemory && makeKilled(result.Output)
	ended := result.Status == model.OK || exited && !killed
	if ended || !repairs && !killed {
		treestate.UnmarkBuild(buildDir)
	}
}

// madeAll matches Make's message about another Make that signal 9 ended.
var madeAll = text.Regexp(`(?m)make(?:\[\d+\])?: \*\*\* \[[^\]\n]*(?:/|: )(?:all|rule)\] (?:Killed|Error 137)`)

// makeKilled reports whether in the output of a build that failed a Make was killed. It is the one
// that removes the unfinished file of a compiler that was killed, and reports it.
func makeKilled(output []byte) bool {
	return madeAll().Match(output) || !bytes.Contains(output, []byte(": *** [")) && !bytes.Contains(output, []byte("ninja: build stopped"))
}

func (s *step) test(ctx context.Context) {
	defer s.join(ctx)()
	c, ok := s.command()
	if !ok {
		return
	}
	_ = os.Remove(treestate.JUnit(s.dir(), plan.Name(s.action))) // an old one must not pass for this run's
	var record *treestate.Tested
	if tests, err := plan.TestsOf(s.action); err == nil && s.worker.Settings.TestCache {
		record = treestate.BeginTested(s.dir(), tests)
	}
	set := s.worker.Settings
	byTest := len(set.Retry)+len(set.Quarantine) > 0
	if byTest {
		if err := cmake.SetFailedTests(s.dir(), nil); err != nil { // nor an old list of those that failed
			s.fail(fmt.Errorf("begin test: %w", err))
			return
		}
	}
	s.run(ctx, c)
	// ctest ignores an invalid pattern, and exits with 0.
	if err := cmake.PatternError(s.result.Output); err != nil && s.result.Status == model.OK && s.tree.Selection.HasTests() {
		s.fail(err)
	}
	if s.result.Status == model.OK && cmake.NoTestsFound(s.result.Output) {
		s.result.Status, s.result.Reason = model.Skipped, plan.NoTests
	}
	if byTest {
		retest(ctx, s, c)
	}
	if record == nil || s.result.Status != model.OK || record.Write() != nil {
		treestate.ForgetTested(s.dir(), s.tree.Record(model.Test))
	}
}
