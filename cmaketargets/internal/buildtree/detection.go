package buildtree

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// detection is the use of the store of compiler detections in one configure step. The
// zero value uses none.
type detection struct {
	session *detect.Session
	reason  string // why there is no session
}

// beginDetection prepares the build tree, which must hold neither cache nor CMakeFiles,
// for the command.
func (s *step) beginDetection(c plan.Command) detection {
	if s.worker.Store == nil {
		return detection{reason: s.worker.StoreReason}
	}
	session, reason := s.worker.Store.Begin(detect.Tree{
		BuildDir: s.dir(), SourceDir: s.tree.Project.Dir, StateDir: treestate.Path(s.dir(), ""),
		Project: s.tree.Project.Path + " " + s.tree.Project.Name, Audit: s.worker.Settings.ChecksAudit,
		CMake: c.Path, Version: s.tree.Tools.Version.String(), Args: c.Args, Env: c.Env,
	})
	return detection{session, reason}
}

// args and env return additions to the command.
func (d detection) args() []string {
	if d.session == nil {
		return nil
	}
	return d.session.Args()
}

func (d detection) env() []string {
	if d.session == nil {
		return nil
	}
	return d.session.Env()
}

// end stores detections of this step, and returns the outcome. The step is to be done again without the store if that
// has given answers that may be outdated.
func (d detection) end(succeeded bool) (outcome model.Detection, again bool) {
	if d.session == nil {
		return model.Detection{Note: "not shared: " + d.reason}, false
	}
	outcome, err := d.session.End(succeeded)
	if errors.Is(err, detect.ErrChanged) {
		return model.Detection{Note: "not shared: " + err.Error()}, true
	}
	if err != nil {
		outcome.Note = strings.TrimPrefix(outcome.Note+"; not completed: "+err.Error(), "; ")
	}
	return outcome, false
}

// runShared runs the command of a configure step without a cache, with the store. args set entries by hand.
func runShared(ctx context.Context, s *step, c plan.Command, args []string) {
	shared, result := s.beginDetection(c), s.result
	with := c
	with.Args = slices.Concat(args, c.Args, shared.args(), s.profileArgs())
	with.Env = slices.Concat(c.Env, shared.env())
	s.run(ctx, with)
	outcome, again := shared.end(s.result.Status == model.OK)
	if again && (s.result.Status == model.OK || s.result.Status == model.Failed) {
		s.result = result
		if err := s.removeCache(false); err != nil {
			s.fail(err)
		} else {
			c.Args = slices.Concat(args, c.Args, s.profileArgs())
			s.run(ctx, c)
		}
	}
	s.result.Detection = outcome
}
