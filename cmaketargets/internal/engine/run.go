package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sourcegraph/conc/iter"

	"github.com/magecmake/magecmake/cmaketargets/internal/buildtree"
	"github.com/magecmake/magecmake/cmaketargets/internal/console"
	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/interrupt"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/schedule"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// run is one call of Workspace.Run. It owns the tasks that it submits, see job.go.
type run struct {
	workspace *workspace
	session   *session
	chosen    chosen
	chain     []model.Step // the requested steps and those that they need
	ctx       context.Context
	cancel    context.CancelCauseFunc
	info      *model.Run
	view      *plan.View
	git       *discover.Indexes // of the files that Clean must not remove
	console   *console.Console
	worker    *buildtree.Worker

	mu       sync.Mutex
	own      []model.Result  // of the jobs that this run submitted, as they ended
	further  []wish          // beside those of the chain, see job.learn
	reported map[string]bool // messages about holders of locks
}

// Run does steps, documented at cmaketargets.Workspace.Run. The error is nil or an
// *Error.
func (w *Workspace) Run(ctx context.Context, steps []model.Step) ([]model.Result, error) {
	for _, s := range steps {
		if s.Order() < 0 {
			return nil, invalid(fmt.Errorf("run %q: there is no such step", string(s)))
		}
	}
	ctx, stop := interrupt.NotifyContext(ctx, w.process.Mage)
	defer stop()
	start := time.Now()
	s, c, err := w.prepare(ctx, steps)
	if err != nil {
		failure := notStarted(ctx, err)
		return nil, withReports(failure, w.publishFailure(&model.Run{Start: start, Steps: steps}, failure))
	}
	defer s.screen.LimitWritesAfter(ctx)()
	if len(c.projects) == 0 {
		s.screen.Line(nothingToDo(c.split, c.selection.Shard, c.apart))
		info := runInfo(s, c, steps, start)
		info.Finish(nil)
		return nil, w.publish(s.settings, nil, info)
	}
	r := newRun(s, c, steps, start)
	r.workspace = w.workspace
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	defer r.cancel(nil)
	if s.settings.DryRun {
		results := r.dryRun()
		r.info.SetNeeds(c.order.edges())
		r.session.offerGone(r.info.Steps, r.chosen)
		r.console.Summary(results, withProvided(r.chain, results), model.Launched{})
		r.info.Finish(nil)
		return results, withReports(r.failure(results), w.publish(s.settings, results))
	}

	if restoreTimes(r.ctx, s.settings, s.screen, s.all, s.buildDir) {
		r.view = r.view.Fresh()
	}
	defer r.begin()()
	s.process.noteAlone(s.screen)
	results := r.work()
	r.info.SetNeeds(c.order.edges())
	w.record(results)
	r.session.trimStore(results)
	r.session.mergeCompileCommands(results) // a build may have run CMake, too
	r.checkInstalled(results)
	if s.settings.Manifest != "" {
		relations(ctx, s, &s.settings.Variants).Write()
	}
	if s.settings.Durations != "" && c.split == nil { // the next run of a shard has to divide as this one
		keepDurations(s.settings.Durations, results, s.screen.Line)
	}
	err = c.audit.conclude(r.ctx, r.conclude(results))
	return results, withReports(err, w.publish(s.settings, nil), r.annotate())
}

func newRun(s *session, c chosen, steps []model.Step, start time.Time) *run {
	set := s.settings
	r := &run{session: s, chosen: c, chain: model.Chain(steps), view: c.view, git: discover.NewIndexes(set.Env), reported: map[string]bool{}}
	r.info = runInfo(s, c, steps, start)
	r.console = &console.Console{Screen: s.screen, Verbose: set.Verbose, Requested: steps, Show: set.Show, Base: r.info.Base(), Start: start}
	r.worker = &buildtree.Worker{
		Settings: set, Provider: s.needs.hint, Memory: s.process.memory, Store: s.store, StoreReason: s.storeReason, Coloured: s.screen.Coloured(),
		Running: s.process.scheduler.Leases.Running,
	}
	return r
}

// tree returns a build tree with the selection of the run.
func (r *run) tree(p model.Project, v model.Variant) *plan.Tree {
	t := r.session.tree(p, v)
	t.Selection, t.Git = r.chosen.selection, r.git
	return t
}

// work does the chain of steps in every build tree and returns the results.
func (r *run) work() []model.Result {
	for {
		wanted, submitted, _ := r.jobs(r.chosen.order)
		r.decide(submitted)
		r.submit(submitted)
		r.mergeWhenConfigured(wanted)
		results := make([]model.Result, 0, len(wanted))
		again := false
		for i := 0; i < len(wanted); i++ {
			j := wanted[i]
			res := j.job.resultIn(r.await(j.job), j.tree)
			results = append(results, res)
			again = again || res.Status == model.Cancelled
			if i == len(wanted)-1 {
				wanted = moreOf(r, wanted)
			}
		}
		// While this run goes on, only the end of another run can have cancelled a job.
		if !again || r.ctx.Err() != nil {
			return results
		}
		dropCancelled(r)
	}
}

// submit shows new jobs as queued and submits their tasks.
func (r *run) submit(jobs []*job) {
	tasks := make([]*schedule.Task, len(jobs))
	for i, j := range jobs {
		tasks[i] = j.task
	}
	expect(jobs)
	defer r.session.process.scheduler.Submit(tasks) // also after a panic: later tasks wait for these
	for _, j := range jobs {
		r.session.screen.Send(ui.Queued{Job: j.shown})
	}
}

// jobs returns the jobs of the chain, and those among them that are new: all others
// were done, or are being done, for an earlier run. installs are the install jobs for
// other projects.
func (r *run) jobs(o order) (wanted []wish, submitted []*job, installs map[treeKey][]*job) {
	w := r.workspace
	w.mu.Lock()
	defer w.mu.Unlock()
	installs = map[treeKey][]*job{} // for other projects, after each configure step
	for _, p := range o.projects {
		chains := map[string][]*job{} // of this run, by the variant that the build tree is named for
		for _, v := range r.chosen.variants {
			tree := r.tree(p, v)
			known := w.jobs[treeKey{p.Path, tree.Owner}]
			if known == nil {
				known = map[stepKey]*job{}
				w.jobs[treeKey{p.Path, tree.Owner}] = known
			}
			chain := chains[tree.Owner]
			var done []*job
			cleaned := (*job)(nil) // the Clean just before, in this chain
			configured := 0
			for i, l := range o.links(tree, r.chain) {
				key := stepKey{l.Tree.Record(l.Step), l.Tree.Selection.Scope(l.Step)}
				if l.Provide {
					key.scope += "\x00provide"
				}
				if l.Step == model.Configure {
					configured++
				}
				j := known[key]
				if chain != nil && plan.Shared(l.Step, l.Tree, chain[i].action.Tree) {
					j = chain[i]
				} else if j == nil || j.task.Ended() && j.result.Status == model.Cancelled {
					var need *job
					if l.Need >= 0 {
						need = done[l.Need]
					}
					j = r.newJob(l, need, cleaned, providersOf(o.before(l), l.Tree, installs, configured), o.rests(l))
					forget(known, l.Step)
					known[key] = j
					submitted = append(submitted, j)
				} else {
					r.watch(j)
				}
				wanted = append(wanted, wish{j, l.Tree})
				if chain == nil {
					chains[tree.Owner] = append(chains[tree.Owner], j)
				}
				done, cleaned = append(done, j), nil
				switch l.Step {
				case model.Clean:
					cleaned = j
				case model.Install:
					installs[treeKey{p.Path, v.Name}] = append(installs[treeKey{p.Path, v.Name}], j)
				}
			}
		}
	}
	return wanted, submitted, installs
}

// forget removes those jobs of a build tree whose work a new step undoes: a Clean that of all
// steps, a configure step that of the Clean.
func forget(known map[stepKey]*job, by model.Step) {
	for key := range known {
		if by == model.Clean || by == model.Configure && key.step == model.Clean {
			delete(known, key)
		}
	}
}

// decide decides the configure steps whose build trees no earlier task works in, side by
// side. Other jobs are decided when their turn comes, because the jobs before them
// change their build trees.
func (r *run) decide(jobs []*job) {
	builds := buildsAfter(jobs)
	jobs = slices.DeleteFunc(slices.Clone(jobs), func(j *job) bool {
		return j.action.Step != model.Configure || len(j.providers) > 0 || !j.task.Idle()
	})
	mapper := iter.Iterator[*job]{MaxGoroutines: r.session.settings.Jobs}
	mapper.ForEach(jobs, func(j **job) {
		defer func() { _ = recover() }() // decided again, and reported, in its turn
		(*j).action.DecideNow(r.ctx, r.view)
		(*j).decided = true
		believe((*j).action)
		if (*j).action.Verdict == plan.UpToDate {
			(*j).task.Brief = true
			for _, build := range builds[*j] {
				decideBuild(build)
			}
		}
		(*j).action.Configure = plan.Configure{} // decided again before it runs; the snapshots of thousands of projects are large
	})
}

// await returns a job's result when it ended, or as soon as the run is over and the job
// waits for the work of another run.
func (r *run) await(j *job) model.Result {
	select {
	case <-j.task.Done():
	case <-r.ctx.Done():
		var signal *interrupt.SignalError
		if errors.As(context.Cause(r.ctx), &signal) || !j.task.BehindOther(r) {
			<-j.task.Done() // a signal ends the other run, too
			break
		}
		res := j.blank().Cancel(context.Cause(r.ctx))
		if j.run == r {
			j.end(res)
		}
		return res
	}
	return j.result
}

// watch ends this run at the failure of another run's job that it waits for, with
// FailFast.
func (r *run) watch(j *job) {
	if !r.session.settings.FailFast {
		return
	}
	go func() {
		select {
		case <-j.task.Done():
			r.failFast(j.result)
		case <-r.ctx.Done():
		}
	}()
}

// failFast ends the run after a failure, with FailFast.
func (r *run) failFast(res model.Result) {
	if res.Status.Bad() && r.session.settings.FailFast {
		r.cancel(&firstFailure{res.Err})
	}
}

// firstFailure is the cause of a run that its first failure ended.
type firstFailure struct{ failure error }

func (e *firstFailure) Error() string { return "stopped at the first failure" }

// conclude shows the end of the run and returns its error.
func (r *run) conclude(results []model.Result) error {
	cause := context.Cause(r.ctx)
	if own := r.ownResults(); len(own) > 0 {
		r.session.offerGone(r.info.Steps, r.chosen)
		noteQuarantine(r.session.settings, r.session.all, own, r.chosen.selection.HasTests(), r.session.screen.Line)
		r.console.Digest(own, cause)
		r.info.SetLaunched(r.session.tools.Load().Launcher.Counted(r.ctx, r.session.settings.Env, results))
		r.console.Summary(results, withProvided(r.chain, results), r.info.Launched())
	}
	ended := slices.ContainsFunc(results, func(res model.Result) bool { return res.Status == model.Cancelled })
	if first := (*firstFailure)(nil); ended && !errors.As(cause, &first) {
		r.info.Finish(cause)
		return cancelled(cause, failuresIn(results))
	}
	r.info.Finish(nil)
	if err := r.failure(results); err != nil {
		return err
	}
	// Without a screen the success was not shown.
	if err := r.session.screen.Err(); err != nil {
		lines := strings.Split(err.Error(), "\n") // a panic has many
		return &Error{Lines: lines, Causes: []error{err}, Status: exitFailed}
	}
	return nil
}

// withProvided returns a chain of steps, and those that were done for other projects beside it.
func withProvided(chain []model.Step, results []model.Result) []model.Step {
	for _, step := range []model.Step{model.Build, model.Install} {
		if !slices.Contains(chain, step) && slices.ContainsFunc(results, func(r model.Result) bool { return r.Step == step }) {
			chain = append(slices.Clip(chain), step)
		}
	}
	return chain
}

// failure returns the error of a run that was not ended early, nil when nothing failed.
func (r *run) failure(results []model.Result) error {
	if err := failureOf(results); err != nil {
		return err
	}
	if err := unknownTargets(results, r.chain, r.chosen.selection.Targets); err != nil {
		return invalid(err)
	}
	return nil
}

// unknownTargets returns an error for selected build targets that no project has. The
// results have the targets of every project, unless steps are planned or a configure step was not done.
func unknownTargets(results []model.Result, chain []model.Step, selected []string) error {
	var targets []model.Target
	for _, res := range results {
		undone := res.Status == model.Quarantined || res.Status == model.Skipped
		if res.Status == model.Planned || undone && res.Step == model.Configure {
			return nil
		}
		targets = append(targets, res.Targets...)
	}
	if !slices.Contains(chain, model.Build) {
		return nil
	}
	for _, name := range selected {
		if !plan.HasTarget(targets, name) {
			return fmt.Errorf("build target %s: no selected project has it; cmake --build BUILD_TREE --target help lists those of one", text.Quoted(name))
		}
	}
	return nil
}

// ownResults returns the results of the jobs that this run submitted, in order.
func (r *run) ownResults() []model.Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	own := make([]model.Result, 0, len(r.own))
	last := make(map[resultKey]int, len(r.own))
	for _, res := range r.own {
		key := keyOf(res)
		if i, ok := last[key]; ok {
			if !stays(own[i]) {
				own[i] = res
			}
			continue
		}
		last[key] = len(own)
		own = append(own, res)
	}
	model.Sort(own, nil)
	return own
}
