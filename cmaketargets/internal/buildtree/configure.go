package buildtree

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// configure runs cmake and records the inputs of the step.
func (s *step) configure(ctx context.Context) {
	c, ok := s.command()
	if !ok {
		return
	}
	decided := s.action.Configure
	fresh := decided.Decision.Action == inputs.Fresh
	entries, err := s.entriesByHand(fresh)
	switch {
	case err != nil:
	case fresh:
		// A reply that is there after the step was killed is that of a CMake which has ended since.
		err = s.removeAll([]string{".cmake/api/v1/reply"})
	default:
		err = s.removeAll([]string{filepath.Join(treestate.Dir, detect.WorkDir)}) // of a killed run
	}
	if err != nil {
		s.fail(err)
		return
	}
	// From here on the last snapshot does not describe the build tree, however this
	// process ends.
	snapshot, err := inputs.Begin(decided.Snapshot, decided.Intent, fresh, time.Now())
	if err != nil {
		s.fail(err)
		return
	}
	if fresh && !decided.Decision.New { // else there is no cache of ours
		if err := s.removeCache(decided.Decision.Rebuild); err != nil {
			s.fail(err)
			return
		}
	}
	if err := errors.Join(cmake.WriteQuery(s.dir()), cmake.RemoveDamaged(s.dir())); err != nil {
		s.fail(err)
		return
	}
	if entries := plan.LauncherEntries(s.action); len(entries) > 0 {
		file, err := treestate.WriteLauncher(s.dir(), entries)
		if err != nil {
			s.fail(err)
			return
		}
		c.Args = append(slices.Clip(c.Args), "-C", file)
	}
	before := treestate.NewGenerated(s.dir()).Reply(inputs.Stamp{})
	plain := c
	if fresh {
		runShared(ctx, s, c, entries.args)
		if wrong := s.result.Detection.Contradicted; len(wrong) > 0 {
			s.fail(fmt.Errorf("the store has other results for %s; remove it (%s names its directory) and report this", strings.Join(wrong, ", "), settings.EnvStore))
		}
		entries.remove()
	} else {
		c.Args = slices.Concat(c.Args, s.profileArgs())
		s.run(ctx, c)
	}
	_, byHand := entries.byHand[cmake.InstallPrefix]
	if dir := s.action.MissingPrefix(); dir != "" && !byHand && s.result.Status == model.OK {
		// The project mentions the install prefix, and sets none; or one set by hand is gone.
		plain.Args = append(slices.Clone(plain.Args), "-D"+cmake.InstallPrefix+":PATH="+dir)
		s.run(ctx, plain)
	}
	yield(ctx, s, plain, &decided.Intent, snapshot)
	if s.result.Status == model.OK {
		s.checkConfigured(ctx, snapshot.At, before)
	}
	switch s.result.Status {
	case model.OK:
		s.finish(snapshot, decided.Intent, entries)
	case model.Failed, model.TimedOut:
		err := errors.Join(treestate.NewGenerated(s.dir()).Save(entries.byHand, true), snapshot.Fail())
		if err != nil {
			s.result.Err = &model.StepError{
				Step: s.result.Step, Project: s.tree.Project.Path, Variant: s.tree.Variant.Name,
				Cause: fmt.Errorf("%w; %w", model.Cause(s.result.Err), err),
			}
		}
	}
	// After a cancelled step the snapshot is still marked as running.
}

// checkConfigured fails a step whose cmake exited with 0 without doing its work. before
// is the reply of the file API before the step.
func (s *step) checkConfigured(ctx context.Context, start time.Time, before inputs.Stamp) {
	err := checkWritten(s.dir(), start, s.action.Configure.Intent.Generator)
	// CMake never writes two replies with one name.
	if after := treestate.NewGenerated(s.dir()).Reply(inputs.Stamp{}); err == nil && after.Path == before.Path && before.Path != "" {
		err = errors.New("cmake exited with 0, but wrote no new reply of its file API; is it another program, or does an argument make it do something else?")
	}
	if err != nil {
		s.fail(err)
		s.diagnose(ctx) // the output may have the reason
	}
}

// finish writes the snapshot of a step that succeeded.
func (s *step) finish(snapshot *inputs.Snapshot, in inputs.Intent, entries entries) {
	generated := treestate.NewGenerated(s.dir())
	observed, err := generated.Observed(in, &s.worker.modules)
	if err != nil {
		err = fmt.Errorf("read the file API of cmake: %w; try again with %s=1", err, settings.EnvFresh)
	} else if err = generated.Save(entries.byHand, true); err == nil {
		err = snapshot.Finish(observed)
	}
	if err != nil {
		s.fail(err)
		return
	}
	s.result.Targets = s.tree.Targets(snapshot)
}

// profileArgs returns the arguments that make cmake profile the step. They change only
// our own directory in the build tree, so the snapshot does not have them.
func (s *step) profileArgs() []string {
	file := treestate.Path(s.dir(), treestate.ProfileFile)
	_ = os.Remove(file) // an old one must not pass for this run's
	if !s.worker.Settings.Profile || !s.tree.Tools.Version.Has(cmake.Profiling) {
		return nil
	}
	s.result.Profile = file
	return cmake.ProfileArgs(file)
}

// yield takes back the launchers of languages that have one of their own, and the pool for links of a project with
// pools of its own, as is known only now that cmake has run. It runs c, the command of the step, again where the
// compiler is one, or the pool is not there.
func yield(ctx context.Context, s *step, c plan.Command, in *inputs.Intent, snapshot *inputs.Snapshot) {
	names, args := plan.Overruled(s.action)
	if len(names) == 0 || s.result.Status != model.OK {
		return
	}
	in.Args = slices.DeleteFunc(slices.Clone(in.Args), func(arg string) bool {
		name, _, _ := strings.Cut(strings.TrimPrefix(arg, "-D"), "=")
		return slices.Contains(names, name)
	})
	snapshot.Args = in.Args
	if len(args) > 0 {
		c.Args = append(slices.Clip(c.Args), args...)
		s.run(ctx, c)
	}
}
