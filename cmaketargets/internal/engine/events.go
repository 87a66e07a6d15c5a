package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
	"github.com/magecmake/magecmake/cmaketargets/internal/schedule"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// begin shows the beginning of the run; the function that it returns, its end.
func (r *run) begin() (end func()) {
	r.session.screen.Send(ui.RunBegan{})
	stop := context.AfterFunc(r.ctx, func() {
		var first *firstFailure
		if cause := context.Cause(r.ctx); !errors.As(cause, &first) {
			r.session.screen.Send(ui.Stopping{Cause: cause.Error()})
		}
	})
	return func() {
		stop()
		r.session.screen.Send(ui.RunEnded{})
	}
}

// waits shows which process a job waits for, and once for each process in a line that
// stays.
func (j *job) waits(holder lock.Holder) {
	r := j.run
	if r.ctx.Err() != nil {
		return
	}
	r.session.screen.Send(ui.Waiting{Job: j.shown, For: holder.String()})
	if r.once("waits", holder) {
		r.session.screen.Line(fmt.Sprintf("waiting     for %s: %s works in it", r.session.settings.Show(j.action.Tree.Dir), holder))
	}
}

// foundKilled shows, once for each, that a process was killed at work in a build tree.
func (r *run) foundKilled(holder lock.Holder) {
	if r.once("found", holder) {
		r.session.screen.Line(fmt.Sprintf("found       unfinished work of %s, which was killed; its steps are done again", holder))
	}
}

// explainShort shows once in a run that a job waited for memory, or has fewer jobs for it.
func (j *job) explainShort() {
	if j.short && j.run.once("memory", lock.Holder{}) {
		j.run.session.screen.Line(fmt.Sprintf("memory      too little for all jobs at once, with %s for each; %s=off starts them all the same",
			text.Bytes(j.weight), settings.EnvMemory))
	}
}

// once reports whether this is the first message of a kind about a process.
func (r *run) once(kind string, holder lock.Holder) bool {
	key := fmt.Sprint(kind, holder.Host, holder.PID)
	r.mu.Lock()
	defer r.mu.Unlock()
	again := r.reported[key]
	r.reported[key] = true
	return !again
}

// output returns a function that returns a writer for the output of a job's command,
// which shows its progress.
func (j *job) output() func() io.WriteCloser {
	return func() io.WriteCloser {
		ownStatus := fsutil.Getenv(j.action.Tree.Env, "NINJA_STATUS") != ""
		return j.run.session.screen.Output(j.shown, func(line string) (string, bool) {
			return cmake.Progress(j.action.Step, line, ownStatus)
		})
	}
}

// runInfo returns the description of a run.
func runInfo(s *session, c chosen, steps []model.Step, start time.Time) *model.Run {
	set := s.settings
	info := &model.Run{
		Root: set.Root, Repository: set.Repository, Start: start, Steps: steps, Jobs: set.Jobs, Selected: model.Paths(c.projects), Split: c.split,
	}
	for _, v := range c.variants {
		info.Variants = append(info.Variants, v.Name)
	}
	if tools := s.tools.Load(); tools != nil {
		info.CMake, info.Version, info.CTest, info.Ninja = tools.CMake, tools.Version.String(), tools.CTest, tools.Ninja
	}
	return info
}

// afterClean reports whether the job before this one in its build tree was a Clean.
func (j *job) afterClean() bool {
	before := j.task.Before()
	return before != nil && before.Value.(*job).action.Step == model.Clean
}

// request describes the lease that a job needs.
func (j *job) request() schedule.Request {
	r := j.run
	var words []string
	for _, s := range r.info.Steps {
		words = append(words, string(s))
	}
	dir := j.action.Tree.Dir
	request := schedule.Request{
		Dir: dir, Path: treestate.Path(dir, treestate.LockFile), Env: r.session.settings.Env, Self: lock.Self(proc.Identity(), strings.Join(words, ", ")),
		Waiting: j.waits,
		Found:   r.foundKilled,
		Sweep:   func() { treestate.RemoveTemporary(dir) },
		// A full disk gave a Clean no lock, and is not full any more.
		Retry: j.afterClean(),
	}
	if j.action.Step == model.Clean {
		request.Make = func() (fs.FileInfo, error) { return j.makeLock() }
	}
	return request
}

// publish writes the report files of a workspace after one of its runs, however that
// ended. also are results, and runs are runs, that are not in Results.
func (w *workspace) publish(set *settings.Settings, also []model.Result, runs ...*model.Run) error {
	return w.process.publisher.Publish(set.ReportFiles, w, also, runs...)
}

// publishFailure writes the reports of a run that could not start, so that those of an
// earlier run do not pass for its own.
func (w *workspace) publishFailure(info *model.Run, cause error) error {
	w.mu.Lock()
	set, err := w.resolve()
	w.mu.Unlock()
	if misplaced := (*misplacedError)(nil); err != nil || errors.As(cause, &misplaced) {
		return nil // cause has it, and the files to write are not known
	}
	info.Root, info.Repository, info.Jobs = set.Root, set.Repository, set.Jobs
	info.Finish(cause)
	return w.publish(set, nil, info)
}

// annotate marks, in a job of GitHub, the lines of the repository that diagnostics of
// the run name, and appends to the summary of the job.
func (r *run) annotate() error {
	own := r.ownResults()
	if fsutil.Getenv(r.session.settings.Env, "GITHUB_ACTIONS") != "true" || len(own) == 0 {
		return nil
	}
	document := report.New(own)
	var commands bytes.Buffer
	_ = report.Annotations(&commands, document)
	r.session.screen.Commands(commands.String())
	path := fsutil.Getenv(r.session.settings.Env, "GITHUB_STEP_SUMMARY")
	if path == "" {
		return nil
	}
	return report.AppendJobSummary(path, document)
}
