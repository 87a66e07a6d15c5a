package cmaketargets

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sourcegraph/conc/panics"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// run is one call of Workspace.Run.
type run struct {
	*ground
	ctx    context.Context
	cancel context.CancelCauseFunc
	limit  int
	asked  []Step
	start  time.Time
	view   *view
	facts  *facts
	git    *discover.Indexes // what a Clean leaves alone

	mu  sync.Mutex
	own []Result // of the jobs that this run brought, as they ended
	// told are the holders of locks that somebody read about.
	told map[string]bool
}

// Run does the steps, with those they need before them, for every project and
// variant that is selected, and returns when all is over.
//
// The Report is complete and ordered whatever happened: a project that failed
// does not stop the others (unless Config.FailFast), and what a cancelled run
// did not come to is in it as cancelled. The error is nil when nothing failed,
// else an *Error: which steps failed, or why the run could not start.
//
// Steps are done in the order in which they are given: Run(ctx, StepClean,
// StepBuild) rebuilds. A step that this process has already done is not done
// again until a Clean; its Result is in the Report.
//
// SIGINT, SIGTERM and SIGHUP end the run as a cancelled ctx does: every process
// it started is gone when Run returns.
func (w *Workspace) Run(ctx context.Context, steps ...Step) (Report, error) {
	for _, s := range steps {
		if s.order() < 0 {
			return nil, notBegun(fmt.Errorf("run %q: there is no such step", string(s)))
		}
	}
	chain := expand(steps)
	ctx, stop := interruptible(ctx)
	defer stop()
	started := time.Now()
	g, err := w.prepared(ctx)
	if err != nil {
		failure := neverBegan(ctx, err)
		f := &facts{start: started, steps: steps}
		return nil, withReports(failure, w.publishFailure(f, failure))
	}
	defer g.screen.HurryAfter(ctx)()
	r := &run{ground: g, limit: g.Jobs, asked: steps, start: started, view: newView(), git: discover.NewIndexes(g.env), told: map[string]bool{}}
	r.facts = &facts{root: g.Root, repository: g.repository, start: started, steps: steps, jobs: r.limit, tools: g.tools}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	defer r.cancel(nil)
	if g.knobs.dryRun {
		report := r.dryRun(chain)
		r.screen.Line(summary(report, chain, steps, time.Since(started)))
		r.facts.ended(nil)
		return report, withReports(failuresOf(report), w.publish(g.settings, report))
	}

	defer r.begin()()
	report := w.work(r, chain)
	report.sort(w.variantOrderLocked())
	w.remember(report)
	trimStore(g, report)
	g.mergeCompileCommands(report) // a build may have run CMake, too
	err = r.conclude(report, chain)
	return report, withReports(err, w.publish(g.settings, nil), r.annotate())
}

// work does all jobs of the chain and returns their results.
func (w *Workspace) work(r *run, chain []Step) Report {
	for {
		wanted, fresh := w.plan(r, chain)
		r.queued(fresh)
		budget.submit(fresh)
		report := make(Report, 0, len(wanted))
		again := false
		r.exportWhenConfigured(wanted)
		for _, j := range wanted {
			res := r.await(j)
			report = append(report, res)
			again = again || res.Status == StatusCancelled
		}
		// While we go on, only another run's end can have cancelled a job.
		if !again || r.ctx.Err() != nil {
			return report
		}
	}
}

// await returns a job's result when it is there, or as soon as the run is over
// where another run's work is all that it waits for. A signal ends that, too.
func (r *run) await(j *job) Result {
	select {
	case <-j.done:
	case <-r.ctx.Done():
		var signal *signalError
		if errors.As(context.Cause(r.ctx), &signal) || !budget.behindAnother(j, r) {
			<-j.done
			break
		}
		res := j.blank
		res.facts = r.facts
		res = r.cancelled(res)
		if j.owner == r {
			j.show(res)
		}
		return res
	}
	return j.result
}

// plan returns the jobs that the chain of steps comes to, and those among
// them that are new and have to be submitted.
func (w *Workspace) plan(r *run, chain []Step) (wanted, fresh []*job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range r.projects {
		for _, v := range r.selected {
			t := r.tree(p, v)
			for _, step := range chain {
				key := jobKey{p.Path, v.Name, step}
				if j := w.jobs[key]; j != nil && !(j.finished() && j.result.Status == StatusCancelled) {
					budget.watch(j, r)
					wanted = append(wanted, j)
					continue
				}
				j := w.newJob(r, t, step)
				wanted, fresh = append(wanted, j), append(fresh, j)
			}
		}
	}
	return wanted, fresh
}

// newJob is called with the lock held.
func (w *Workspace) newJob(r *run, t *tree, step Step) *job {
	key := jobKey{t.project.Path, t.variant.Name, step}
	j := &job{key: key, owner: r, done: make(chan struct{}), blank: r.blank(t, step), do: t.step(r, step), renew: t.renew}
	j.blank.shown = t.shownAs(step)
	j.tree = budget.follow(j)
	if n := step.needs(); n != "" {
		j.need = w.jobs[jobKey{key.project, key.variant, n}]
	}
	switch step {
	case StepBuild:
		j.compiles = true
		j.most = t.level("CMAKE_BUILD_PARALLEL_LEVEL")
	case StepTest:
		// ctest runs one test at a time unless somebody says that this
		// project's tests can run side by side.
		if j.most = t.level("CTEST_PARALLEL_LEVEL"); j.most > 1 {
			j.compiles = true
		}
	case StepClean:
		j.cleans = func() (fs.FileInfo, error) { return t.makeLock(r.ctx, r.git) }
		j.compiles = true // the last of few trees is removed by several at once
		for _, s := range stepWords {
			delete(w.jobs, jobKey{key.project, key.variant, s.step})
		}
	case StepConfigure:
		j.glance = func(res Result) (Result, bool) { return t.glance(r.view, res) }
		delete(w.jobs, jobKey{key.project, key.variant, StepClean})
	}
	w.jobs[key] = j
	return j
}

// blank is the result of a step before anything happened.
func (r *run) blank(t *tree, step Step) Result {
	res := t.blank(step)
	res.facts = r.facts
	return res
}

func (w *Workspace) variantOrderLocked() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.variantOrder()
}

// remember keeps the results for Results.
func (w *Workspace) remember(report Report) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range report {
		w.results[jobKey{r.Project.Path, r.Variant.Name, r.Step}] = r
	}
}

// maxTries is how often a Clean that finds no lock to take tries again.
const maxTries = 20

// perform does a job, unless it is too late or the step before it failed. The
// error is a *busyTree when another process works in the tree; then nothing
// was done.
func (r *run) perform(j *job, share int) (Result, error) {
	if need := j.need; need != nil && r.ctx.Err() == nil {
		switch need.result.Status {
		case StatusFailed, StatusTimedOut, StatusSkipped:
			res := j.blank
			res.Status = StatusSkipped
			res.Reason = fmt.Sprintf("%s %s", need.key.step, pastOf(need.result.Status))
			return res, nil
		case StatusCancelled:
			res := j.blank
			res.Status, res.Reason, res.Err = StatusCancelled, need.result.Reason, need.result.Err
			return res, nil
		}
	}
	if r.ctx.Err() != nil {
		return r.cancelled(j.blank), nil
	}
	start := time.Now()
	if glance := j.glance; glance != nil {
		j.glance = nil // after a wait everything is looked at anew
		if res, nothing := glance(j.blank); nothing {
			r.screen.Send(ui.Began{Job: j.blank.shown})
			res.Start, res.Duration, res.jobs = start, time.Since(start), share
			return res, nil
		}
	}
	took, err := budget.holds.enter(r, j)
	if errors.As(err, new(*busyTree)) {
		return Result{}, err
	}
	if err != nil {
		return failure(j.blank, err), nil
	}
	r.screen.Send(ui.Began{Job: j.blank.shown})
	var renewed Result
	if took && j.need != nil {
		var good bool
		if renewed, good = j.renew(r.ctx, r.view, share, j.blank); !good {
			renewed.Start, renewed.Duration, renewed.jobs = start, time.Since(start), share
			return renewed, nil
		}
	}
	res := j.do(r.ctx, share, j.blank)
	if j.tries++; errors.Is(res.Err, errUnlocked) && j.tries < maxTries {
		return Result{}, &busyTree{func() { time.Sleep(patience / 10) }}
	}
	res.Start, res.Duration, res.jobs = start, time.Since(start), share
	if res.Targets == nil {
		res.Targets = renewed.Targets
	}
	if j.need != nil && res.Targets == nil {
		res.Targets = j.need.result.Targets
	}
	return res, nil
}

func pastOf(s Status) string {
	switch s {
	case StatusFailed:
		return "failed"
	case StatusTimedOut:
		return "timed out"
	default:
		return "was skipped"
	}
}

// cancelled turns a result into one that the end of the run prevented.
func (r *run) cancelled(res Result) Result { return stopped(r.ctx, res) }

// panicked is the result of a job in which our own code failed.
func (r *run) panicked(j *job, v any) Result {
	stack := debug.Stack()
	if caught, ok := v.(*panics.Recovered); ok { // in another goroutine
		v, stack = caught.Value, caught.Stack
	}
	res := j.blank
	res.Status, res.Reason = StatusFailed, "internal error of cmaketargets"
	res.Err = &stepError{res.Step, res.Project.Path, res.Variant.Name, fmt.Errorf("internal error: %v", v)}
	res.output = stack
	return res
}

// finished shows a result, and ends the run where it asks for that.
func (r *run) finished(res Result) {
	r.mu.Lock()
	r.own = append(r.own, res)
	r.mu.Unlock()
	r.showResult(res)
	r.heed(res)
}

// heed ends the run where a failure, its own or one that it waits for, is to
// be the last.
func (r *run) heed(res Result) {
	if res.Status.failed() && r.FailFast {
		r.cancel(&failFast{res.Err})
	}
}

// failFast is the cause of a run that its first failure ended.
type failFast struct{ failure error }

func (e *failFast) Error() string { return "stopped at the first failure" }

// conclude prints the end of the run and returns its error.
func (r *run) conclude(report Report, chain []Step) error {
	own := r.results()
	if len(own) > 0 {
		r.screen.Digest(r.digest(own))
		r.screen.Line(summary(report, chain, r.asked, time.Since(r.start)))
	}
	ended := slices.ContainsFunc(report, func(res Result) bool { return res.Status == StatusCancelled })
	var first *failFast
	if cause := context.Cause(r.ctx); ended && !errors.As(cause, &first) {
		r.facts.ended(cause)
		return cancelled(cause, report.errs())
	}
	r.facts.ended(nil)
	if err := failuresOf(report); err != nil {
		return err
	}
	// Nobody saw how well it went.
	if err := r.screen.Err(); err != nil {
		lines := strings.Split(err.Error(), "\n") // a panic has many
		return &Error{lines: lines, causes: []error{err}, status: exitFailed}
	}
	return nil
}

// results are those of the jobs that the run brought, in order.
func (r *run) results() Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	// What another run's end cancelled was done again.
	last := map[jobKey]int{}
	for i, res := range r.own {
		last[jobKey{res.Project.Path, res.Variant.Name, res.Step}] = i
	}
	var own Report
	for i, res := range r.own {
		if last[jobKey{res.Project.Path, res.Variant.Name, res.Step}] == i {
			own = append(own, res)
		}
	}
	own.sort(nil)
	return own
}

// failuresOf is the error of a run that went to its end.
func failuresOf(report Report) error {
	if failures := report.errs(); len(failures) > 0 {
		return failed(failures, len(report))
	}
	return nil
}
