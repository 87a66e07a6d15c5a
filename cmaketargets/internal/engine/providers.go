package engine

import (
	"fmt"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
)

// tick is longer than the tick of the clock by which file systems stamp a change. An installed file
// that has the time at which a configure step began would be doubted, and the step done once more.
const tick = 12 * time.Millisecond

// provider is an install job after which another project's job comes.
type provider struct {
	job  *job
	edge model.Edge
}

// missing returns the result of a job whose provider did not succeed; ok reports that there is none
// that it needs to.
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
	case model.Failed, model.TimedOut:
		if p.edge.Optional {
			return blank, true
		}
		blank.Status, blank.Reason = model.Skipped, fmt.Sprintf("needs %s, whose %s %s",
			failed.action.Tree.Project.Path, failed.action.Step, past(failed.result.Status))
		return blank, false
	case model.Cancelled:
		blank.Status, blank.Reason, blank.Err = model.Cancelled, failed.result.Reason, failed.result.Err
		return blank, false
	}
	return blank, true
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
