package buildtree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

func (s *step) build(ctx context.Context) {
	defer s.join(ctx)()
	c, ok := s.command()
	if !ok {
		return
	}
	if s.worker.Coloured {
		c.Env = s.action.ColourEnv()
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
	s.run(ctx, c)
	endBuild(s.dir(), s.result, repairs)
	if after := treestate.NewGenerated(s.dir()); s.result.Status == model.OK && after.Reply(inputs.Stamp{}) != before {
		// The build ran CMake, because an input had changed meanwhile, and the targets
		// may have changed, too.
		s.result.Targets = s.tree.OfConfiguration(after.Targets())
	}
}

// endBuild removes the mark of the build, unless the build was killed and had no time to
// remove its unfinished files. repairs reports that it was to repair a build that was
// killed; then it must have come to its end, well or not.
func endBuild(buildDir string, result model.Result, repairs bool) {
	var exit *proc.ExitError
	var cancelled *proc.CancelError
	exited := errors.As(result.Err, &exit)
	killed := exited && exit.Signal != "" || errors.As(result.Err, &cancelled) && cancelled.Forced || result.OutOfMemory && makeKilled(result.Output)
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
	_ = os.Remove(treestate.JUnit(s.dir(), s.tree.Record(model.Test))) // an old one must not pass for this run's
	s.run(ctx, c)
	// ctest ignores an invalid pattern, and exits with 0.
	if err := cmake.PatternError(s.result.Output); err != nil && s.result.Status == model.OK && s.tree.Selection.HasTests() {
		s.fail(err)
	}
	if s.result.Status == model.OK && cmake.NoTestsFound(s.result.Output) {
		s.result.Status, s.result.Reason = model.Skipped, plan.NoTests
	}
}

func (s *step) install(ctx context.Context) {
	if c, ok := s.command(); ok {
		s.run(ctx, c)
	}
}
