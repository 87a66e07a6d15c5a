package engine

import (
	"fmt"
	"slices"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/schedule"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// tick is longer than the tick of the clock by which file systems stamp a change. An installed file
// that has the time at which a configure step began would be doubted, and the step done once more.
const tick = 12 * time.Millisecond

// provider is an install job after which another project's job comes.
type provider struct {
	job  *job
	edge model.Edge
}

// missing returns the result of a job whose provider did not succeed; ok reports that it did, or that the
// job can do without.
func (p provider) missing(blank model.Result) (res model.Result, ok bool) {
	failed := p.job
	for failed.result.Status == model.Skipped && len(failed.needs) > 0 {
		if why := failed.lacking(); why != nil {
			failed = why
			continue
		}
		failed = failed.needs[0]
	}
	switch failed.result.Status {
	case model.Failed, model.TimedOut, model.Quarantined:
		blank.Status, blank.Reason = model.Skipped, fmt.Sprintf("needs %s, whose %s %s",
			failed.action.Tree.Project.Path, failed.action.Step, past(failed.result.Status))
		return blank, p.edge.Optional
	case model.Cancelled:
		blank.Status, blank.Reason, blank.Err = model.Cancelled, failed.result.Reason, failed.result.Err
		return blank, false
	}
	return blank, true
}

// uses reports whether a configure step has nothing to do, and has used the other end of an edge. Then that
// is required, also where the code could do without.
func (j *job) uses(e model.Edge) bool {
	if j.action.Step != model.Configure || !slices.Contains(j.run.session.needs.record(j.action.Tree).Used, e.To) {
		return false
	}
	a := plan.Action{Tree: j.action.Tree, Step: model.Configure}
	a.DecideNow(j.run.ctx, j.run.view.Fresh())
	return a.Verdict == plan.UpToDate
}

// lacking returns the job of another project that a skipped job lacks, or nil.
func (j *job) lacking() *job {
	for _, p := range j.providers {
		if _, ok := p.missing(j.blank()); !ok {
			return p.job
		}
	}
	return nil
}

// providersOf returns the jobs of edges among the install jobs of a run: for the configure step with
// this number in a chain, those after the configure step of the same number.
func providersOf(edges []model.Edge, t *plan.Tree, installs map[treeKey][]*job, configured int) []provider {
	var providers []provider
	for _, e := range edges {
		if jobs := installs[treeKey{e.To, t.Variant.Name}]; len(jobs) > 0 {
			providers = append(providers, provider{jobs[max(1, min(configured, len(jobs)))-1], e})
		}
	}
	return providers
}

// learn looks among the packages that a configure step has not found for those that another project
// provides. The step is done again, once, after the install steps of these: its jobs are submitted,
// and the error is a *schedule.Busy. It is nil where there is nothing to learn.
func (j *job) learn(res model.Result) error {
	r, t := j.run, j.action.Tree
	if j.action.Step != model.Configure || j.learned != nil || !res.Status.Good() && res.Status != model.Failed || len(r.session.all) < 2 {
		return nil
	}
	j.learned = map[string]model.Edge{}
	missing := treestate.NewGenerated(t.Dir).NotFound()
	for _, d := range res.Diagnostics {
		if d.Missing != "" && !slices.Contains(missing, d.Missing) {
			missing = append(missing, d.Missing)
		}
	}
	var edges []model.Edge
	for _, name := range missing {
		e, ok := r.session.needs.learn(t.Project, name, res.Status.Good())
		if ok && !slices.ContainsFunc(j.providers, func(p provider) bool { return p.edge.To == e.To }) {
			j.learned[e.To], edges = e, append(edges, e)
		}
	}
	return j.behind(edges)
}

// behind has a job come after the install steps of further projects: their jobs are submitted, and the
// error is a *schedule.Busy. It is nil where the job comes after all of them.
func (j *job) behind(edges []model.Edge) error {
	r, t := j.run, j.action.Tree
	var further []model.Edge
	var projects []model.Project
	for _, e := range edges {
		known := slices.ContainsFunc(j.providers, func(p provider) bool { return p.edge.To == e.To })
		if p, ok := r.session.needs.graph.Project(e.To); ok && !known && !slices.ContainsFunc(further, func(f model.Edge) bool { return f.To == e.To }) {
			further, projects = append(further, e), append(projects, p)
		}
	}
	if len(further) == 0 {
		return nil
	}
	o, err := r.session.needs.order(projects, r.chosen.variants, r.chain, func(*plan.Tree) bool { return false })
	if err != nil {
		return nil // Learn closes no cycle
	}
	o.selected = map[string]bool{}
	for _, p := range projects {
		o.needed[p.Path] = true
	}
	wanted, submitted, installs := r.jobs(o)
	r.mu.Lock()
	r.further = with(r.further, wanted)
	r.mu.Unlock()
	r.submit(submitted)
	j.providers = append(j.providers, providersOf(further, t, installs, 0)...)
	return &schedule.Busy{Wait: func() {
		for _, p := range j.providers {
			select {
			case <-p.job.task.Done():
			case <-r.ctx.Done():
				return
			}
		}
	}}
}

// wish is a job that a run waits for, and the build tree that it waits for it in: variants can share
// a step.
type wish struct {
	job  *job
	tree *plan.Tree
}

// with returns wishes with those of more that are not among them.
func with(wishes, more []wish) []wish {
	for _, m := range more {
		if !slices.ContainsFunc(wishes, func(w wish) bool { return w.job == m.job && w.tree.Variant.Name == m.tree.Variant.Name }) {
			wishes = append(wishes, m)
		}
	}
	return wishes
}

// moreOf returns the wishes of a run with those that its jobs have had until now.
func moreOf(r *run, wishes []wish) []wish {
	r.mu.Lock()
	defer r.mu.Unlock()
	return with(wishes, r.further)
}

// dropCancelled removes the further wishes whose jobs were cancelled, before those that wait for them are done again
// and submit them anew.
func dropCancelled(r *run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.further = slices.DeleteFunc(r.further, func(w wish) bool { return w.job.result.Status == model.Cancelled })
}

// remember records the relations to other projects that a step has shown.
func (j *job) remember(res *model.Result) {
	n := &j.run.session.needs
	for _, to := range text.SortedKeys(j.learned) {
		res.Reason = "needs " + to + ", which its code does not show"
	}
	switch {
	case !res.Status.Good() || len(j.run.session.all) < 2:
	case res.Step == model.Configure:
		n.observe(j.action.Tree, j.learned)
	case res.Step == model.Install:
		n.provides(j.action.Tree)
	}
}
