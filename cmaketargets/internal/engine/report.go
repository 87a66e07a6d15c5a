package engine

import (
	"bytes"
	"errors"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
)

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
