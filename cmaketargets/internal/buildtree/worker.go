// Package buildtree does one step in one build tree: it runs the command of a planned
// action, keeps its log and reads the diagnostics in it, and returns a Result.
package buildtree

import (
	"context"
	"io"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
	"github.com/magecmake/magecmake/cmaketargets/internal/jobserver"
	"github.com/magecmake/magecmake/cmaketargets/internal/memory"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// Worker does steps. All of its methods may be called from several goroutines, for
// different build trees.
type Worker struct {
	Settings *settings.Settings
	// Provider returns a hint for a package that a project misses and another one provides, or "".
	Provider func(t *plan.Tree, name string) string
	// Store is the store of compiler detections, nil for none, for StoreReason.
	Store       *detect.Store
	StoreReason string
	// Memory counts the processes that the system killed for lack of it.
	Memory *memory.System
	// Coloured asks for colours in the output of builds.
	Coloured bool
	// Running is called with the process id of the command at work in a build tree, and
	// with 0 when it has ended.
	Running func(buildDir string, pid int)

	modules treestate.Modules
}

// Share is the part of the budget that a step has.
type Share struct {
	Jobs int
	// Join makes it one job and the tokens that the step's command takes. With Settings.Runner it is not called.
	Join func() (*jobserver.Client, error)
	// Lost are the hosts that were lost with the step, and Placed is called when it has begun on a host.
	Lost   []string
	Placed func(host string)
}

// Do does an action whose verdict is plan.Run, with a share of the budget. output returns a
// writer for the output of its command, as it comes. A channel in ctx, see
// interrupt.Hurry, ends the command at once.
func (w *Worker) Do(ctx context.Context, a *plan.Action, share Share, output func() io.WriteCloser) model.Result {
	s := &step{worker: w, action: a, tree: a.Tree, share: share, output: output, result: a.Blank()}
	s.result.Reason = a.Reason
	if err := s.checkWritable(); err != nil {
		s.fail(err)
		return s.result
	}
	switch a.Step {
	case model.Configure:
		s.configure(ctx)
	case model.Build:
		s.build(ctx)
	case model.Test:
		s.test(ctx)
	case model.Install:
		s.install(ctx)
	}
	s.markNew()
	demoteRetried(s)
	return s.result
}

// step is one step that is being done.
type step struct {
	worker *Worker
	action *plan.Action
	tree   *plan.Tree
	share  Share
	output func() io.WriteCloser
	joined *jobserver.Client // nil for none
	result model.Result
	peak   int64         // of the memory of its command
	took   time.Duration // by its command
	again  model.Step    // ends the names of the log and of the results of a further attempt: ".2"
}

func (s *step) dir() string { return s.tree.Dir }

func (s *step) fail(err error) { s.result = s.result.Fail(err) }
