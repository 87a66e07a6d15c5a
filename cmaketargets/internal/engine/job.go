package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/sourcegraph/conc/panics"

	"github.com/magecmake/magecmake/cmaketargets/internal/buildtree"
	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/retry"
	"github.com/magecmake/magecmake/cmaketargets/internal/schedule"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// job is an action of a workspace that is done once.
type job struct {
	run    *run // the run that submitted it; others may wait for it, too
	task   *schedule.Task
	action *plan.Action
	needs  []*job // they have to succeed
	// providers are the install jobs of projects that this one needs.
	providers []provider
	resting   []model.Edge          // to those after which it comes only if it has something to do
	learned   map[string]model.Edge // by the configure step, by project; nil before
	shown     *ui.Job

	decided   bool           // the action has a verdict from before the run
	attempted bool           // it had to wait for another process
	weight    int64          // of each of its jobs, see fits
	short     bool           // of memory
	retries   int            // of a Clean without a lock
	targets   []model.Target // of a configure step that was repeated
	weighed   bool           // its work was estimated
	collided  model.Result   // of the first attempt, which is repeated alone
	ending    sync.Once
	result    model.Result
}

// newJob returns the job of a step. need is the job of the step that it needs, cleaned
// the Clean before it in the same chain; either may be nil.
func (r *run) newJob(l plan.Link, need, cleaned *job, providers []provider, resting []model.Edge) *job {
	tree, step := l.Tree, l.Step
	j := &job{
		run: r, action: &plan.Action{Tree: tree, Step: step, Provide: l.Provide}, task: schedule.NewTask(r, tree.Dir),
		providers: providers, resting: resting,
	}
	for _, p := range providers {
		j.task.After = append(j.task.After, p.job.task)
	}
	for _, earlier := range []*job{need, cleaned} {
		if earlier != nil {
			j.needs = append(j.needs, earlier)
			j.task.After = append(j.task.After, earlier.task)
			j.action.After = append(j.action.After, earlier.action)
		}
	}
	j.task.Value = j
	jobs := tree.Jobs(step)
	j.task.Parallel, j.task.Most, j.task.Fixed = jobs.Parallel, jobs.Most, jobs.Fixed
	if tree.Settings.Runner == nil && (step == model.Build || step == model.Test) {
		j.task.Fits = j.fits
	}
	j.shown = &ui.Job{
		Step: string(step), Project: tree.Project.Path, Variant: tree.Variant.Name,
		Expected: func() time.Duration { return treestate.Timings(tree.Dir)[tree.Record(step)].Took },
	}
	r.session.process.scheduler.Add(j.task)
	return j
}

// blank returns the job's result before anything happened.
func (j *job) blank() model.Result {
	res := j.action.Blank()
	res.Run = j.run.info
	return res
}

// resultIn returns a result of the job as that of another build tree, for a step that variants share.
func (j *job) resultIn(res model.Result, t *plan.Tree) model.Result {
	own := j.action.Tree
	if own.Variant.Name == t.Variant.Name {
		return res
	}
	shared := (&plan.Action{Tree: t, Step: res.Step}).Blank()
	shared.Run, shared.Status, shared.Reason, shared.LogFile = res.Run, res.Status, res.Reason, res.LogFile
	switch res.Status {
	case model.OK, model.OnRetry, model.UpToDate:
		shared.Status, shared.Reason = model.UpToDate, "shared with "+own.Variant.Name
		if res.Step != model.Clean {
			shared.Targets = t.Targets(inputs.Load(t.Dir))
		}
	case model.Failed, model.TimedOut, model.Quarantined:
		shared.Status, shared.Reason = model.Skipped, fmt.Sprintf("%s of %s %s", res.Step, own.Variant.Name, past(res.Status))
	default:
		shared.Err = res.Err
	}
	return shared
}

// Context implements schedule.Owner.
func (r *run) Context() context.Context { return r.ctx }

// Limit implements schedule.Owner.
func (r *run) Limit() int { return r.session.settings.Jobs }

// Perform implements schedule.Owner.
func (r *run) Perform(t *schedule.Task, share int) error {
	j := t.Value.(*job)
	start := time.Now()
	res, began, err := j.perform(share)
	if err != nil {
		return err
	}
	if res.Step == model.Configure && !res.Status.Bad() && began {
		j.weigh()
	}
	if res.Run = r.info; began {
		res.Start, res.Duration, res.Jobs = start, time.Since(start), max(res.Jobs, 1)
		if res.Step == model.Clean {
			res.Jobs = share
		}
	}
	j.result = retry.Apply(r.session.settings.Quarantine, res, time.Now())
	return nil
}

// perform does a job unless it is too late or a job that it needs did not succeed. The
// error is a *schedule.Busy while another process works in the build tree, and a
// *schedule.Claim while the job must not run beside others.
func (j *job) perform(share int) (res model.Result, began bool, err error) {
	r := j.run
	if r.ctx.Err() != nil {
		return j.blank().Cancel(context.Cause(r.ctx)), false, nil
	}
	for i := range j.providers {
		p := &j.providers[i]
		res, ok := p.missing(j.blank())
		if ok && res.Status == model.Skipped && j.uses(p.edge) {
			p.edge.Optional, ok = false, false
		}
		if !ok {
			return res, false, nil
		}
	}
	if len(j.providers) > 0 {
		r.session.needs.equip(j.action.Tree)
	}
	for _, need := range j.needs {
		res := j.blank()
		switch need.result.Status {
		case model.Failed, model.TimedOut, model.Quarantined, model.Skipped:
			res.Status, res.Reason = model.Skipped, fmt.Sprintf("%s %s", need.action.Step, past(need.result.Status))
			return res, false, nil
		case model.Cancelled:
			res.Status, res.Reason, res.Err = model.Cancelled, need.result.Reason, need.result.Err
			return res, false, nil
		}
	}
	if res, ok := j.upToDate(); ok {
		return res, true, nil
	}
	if edges := j.resting; len(edges) > 0 {
		if j.resting = nil; j.action.Verdict == plan.Run {
			if busy := j.behind(edges); busy != nil {
				return res, false, busy
			}
		}
	}
	fresh, err := r.session.process.scheduler.Leases.Take(r.ctx, j.request())
	if busy := (*schedule.Busy)(nil); errors.As(err, &busy) {
		return res, false, err
	}
	if err != nil {
		return j.blank().Fail(err), false, nil
	}
	r.session.screen.Send(ui.Began{Job: j.shown})
	j.explainShort()
	if fresh && j.action.Step.Needs() != "" {
		repeated, ok := j.repeatNeeds()
		if !ok {
			return repeated, true, nil
		}
		j.targets = repeated.Targets
	}
	if claim := j.claim(); !j.task.Claims(claim) {
		return res, false, j.waitFor(claim)
	}
	if j.action.Step == model.Clean {
		if res = j.clean(share); errors.Is(res.Err, errUnlocked) && j.retries < maxRetries {
			j.retries++
			return res, false, &schedule.Busy{Wait: func() { time.Sleep(schedule.Patience / 10) }}
		}
		return res, true, nil
	}
	res = j.do(j.action)
	if j.collides(res, share) {
		return res, false, j.waitFor(j.claim())
	}
	res = retried(r.ctx, r.session.settings.Retry, r.session.screen.Line, res, func() model.Result { return j.do(j.action) })
	if again := j.learn(res); again != nil {
		return res, false, again
	}
	j.remember(&res)
	if res.Targets == nil {
		res.Targets = j.targets
	}
	if res.Targets == nil && j.action.Step.Needs() != "" {
		res.Targets = j.needs[0].resultIn(j.needs[0].result, j.action.Tree).Targets
	}
	return res, true, nil
}

// upToDate returns the result of a configure step, or of another step after such a one, that has nothing to do. That needs no lock: a record of either is replaced as a whole, and is invalid from the first change
// to the build tree on, so a process that works there does not matter.
func (j *job) upToDate() (model.Result, bool) {
	r := j.run
	later := j.action.Step.Needs() != ""
	if j.attempted || later && !followsNothing(j) || !later && j.action.Step != model.Configure {
		return model.Result{}, false
	}
	j.attempted = true
	switch {
	case len(j.providers) > 0:
		j.action.DecideNow(r.ctx, r.view.Fresh()) // they may have installed files that were examined
	case !j.decided:
		j.action.DecideNow(r.ctx, r.view)
	}
	if j.action.Verdict != plan.UpToDate {
		return model.Result{}, false
	}
	believe(j.action)
	r.session.screen.Send(ui.Began{Job: j.shown})
	res := j.action.Result()
	if later {
		res.Targets = j.needs[0].resultIn(j.needs[0].result, j.action.Tree).Targets
	}
	return res, true
}

// followsNothing reports whether the step that a job needs had nothing to do in the same run. After an earlier one
// another process, or this one, may have changed its inputs.
func followsNothing(j *job) bool {
	return len(j.needs) > 0 && j.needs[0].run == j.run && j.needs[0].result.Status == model.UpToDate
}

// claim returns the claim by which other jobs do not run beside a job: ctest holds the locks of tests within one
// build tree only, and ctest by hand tests one after the other.
func (j *job) claim() (claim schedule.Claim) {
	if j.action.Step == model.Test {
		claim.Names, claim.Alone = cmake.TestLocks(j.action.Tree.Dir)
	}
	claim.Alone = claim.Alone || j.collided.Retried != ""
	return claim
}

// collides reports whether a step may have failed because of others that ran at once: they used
// a directory that it shares with them, or memory, which its own jobs use as well. It is done again once,
// alone and with one job.
func (j *job) collides(res model.Result, share int) bool {
	beside := j.task.Beside() || res.OutOfMemory && share > 1
	if res.Status != model.Failed || j.collided.Retried != "" || !beside {
		return false
	}
	res.Retried = j.run.worker.Collision(res)
	j.task.Most, j.task.Fixed = 1, 0
	j.collided = model.Result{Reason: res.Reason, Retried: res.Retried}
	return res.Retried != ""
}

// waitFor shows that a job waits for others, and returns the claim under which it is done.
func (j *job) waitFor(claim schedule.Claim) error {
	others := "all other steps"
	if !claim.Alone {
		others = "other tests with " + text.List(claim.Names)
	}
	j.run.session.screen.Send(ui.Waiting{Job: j.shown, For: others})
	return &claim
}

// believe records that a build tree which is up to date was compared after a reboot.
func believe(a *plan.Action) {
	if a.Verdict == plan.UpToDate && a.Configure.Snapshot != nil {
		a.Configure.Snapshot.Believe()
	}
}

// do decides an action of a job again, under the lease of its build tree, and does it.
func (j *job) do(a *plan.Action) model.Result {
	r := j.run
	a.OneJob, a.Beside = j.collided.Retried != "", besideFailure(j, a.Step)
	if a.DecideNow(r.ctx, r.view.Fresh()); a.Verdict != plan.Run {
		return a.Result()
	}
	for _, p := range j.providers {
		time.Sleep(time.Until(p.job.result.Start.Add(p.job.result.Duration + tick)))
	}
	defer func() { a.Configure = plan.Configure{} }() // large, see decide
	share, again := buildtree.Share{Jobs: j.task.Share(), Join: j.task.Join}, j.collided
	share.Placed = func(host string) { r.session.screen.Send(ui.Placed{Job: j.shown, Host: host}) }
	res := r.worker.Do(r.ctx, a, share, j.output())
	if host, lost := buildtree.Lost(res); lost && r.ctx.Err() == nil {
		again = model.Result{Reason: res.Reason, Retried: model.Cause(res.Err).Error()}
		if a.DecideNow(r.ctx, r.view.Fresh()); a.Verdict != plan.Run {
			return a.Result()
		}
		if host != "" {
			share.Lost = []string{host}
		}
		res = r.worker.Do(r.ctx, a, share, j.output())
	}
	r.session.explainPart(res)
	if again.Retried != "" {
		res.Retried, res.Reason = again.Retried, again.Reason
	}
	return res
}

// repeatNeeds does the steps that a job needs again if another process has undone them: since
// the last job in the build tree its lock was not held. ok reports that the job can go
// on; otherwise the result is that of the job.
func (j *job) repeatNeeds() (res model.Result, ok bool) {
	for _, step := range model.Chain([]model.Step{j.action.Step.Needs()}) {
		if res = j.do(&plan.Action{Tree: j.action.Tree, Step: step, KeepCache: true}); step == model.Configure && res.Status == model.UpToDate {
			ok = true
			break // and so is the rest
		}
		if ok = res.Status == model.OK || res.Status == model.UpToDate; !ok {
			break
		}
	}
	res.Step = j.action.Step
	return res, ok
}

// Panicked implements schedule.Owner.
func (r *run) Panicked(t *schedule.Task, value any) {
	stack := debug.Stack()
	if caught, ok := value.(*panics.Recovered); ok { // in another goroutine
		value, stack = caught.Value, caught.Stack
	}
	j := t.Value.(*job)
	res := j.blank()
	res.Reason, res.Output = "internal error of cmaketargets", stack
	j.result = res.Fail(fmt.Errorf("internal error: %v", value))
}

// Ended implements schedule.Owner.
func (r *run) Ended(t *schedule.Task) {
	j := t.Value.(*job)
	if j.action.Step == model.Configure && j.result.Status != model.UpToDate {
		r.session.needs.configured()
	}
	j.end(j.result)
}

// end shows a result, once: a run that is over did not wait for its jobs.
func (j *job) end(res model.Result) {
	j.ending.Do(func() {
		r := j.run
		r.mu.Lock()
		r.own = append(r.own, res)
		r.mu.Unlock()
		r.console.Ended(j.shown, res)
		r.failFast(res)
		if hook := r.session.settings.Done; hook != nil {
			r.workspace.hook.Lock()
			defer r.workspace.hook.Unlock()
			hook(res)
		}
	})
}
