package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sourcegraph/conc/iter"

	"github.com/magecmake/magecmake/cmaketargets/internal/affected"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// audit proves that a revision left out no project by mistake: its run does the steps of all projects,
// and those that are left out must come out as they were.
type audit struct {
	settings *settings.Settings
	line     func(string) // shows a line
	trees    []*plan.Tree // of the projects that are left out
	before   []affected.Outcome
}

// errNoRevision is the error of an audit of nothing.
var errNoRevision = errors.New("read environment: " + settings.EnvAudit + "=1 needs a git revision among the filters of projects, such as " + settings.EnvProjects + "=[origin/main]")

// errAuditOfShard is the error of an audit that each shard would do as a whole.
var errAuditOfShard = errors.New("read environment: " + settings.EnvAudit + "=1 does the steps of all projects; unset " + settings.EnvShard)

// begin observes build trees before the run. Variants may share one.
func (a *audit) begin(ctx context.Context, trees []*plan.Tree) {
	for _, t := range trees {
		if !slices.ContainsFunc(a.trees, func(other *plan.Tree) bool { return other.Dir == t.Dir }) {
			a.trees = append(a.trees, t)
		}
	}
	a.before = a.observe(ctx)
}

// observe returns the outcomes of the build trees, which are not whole if ctx has ended.
func (a *audit) observe(ctx context.Context) []affected.Outcome {
	mapper := iter.Mapper[*plan.Tree, affected.Outcome]{MaxGoroutines: a.settings.Jobs}
	return mapper.Map(a.trees, func(t **plan.Tree) affected.Outcome { return affected.Observe(ctx, (*t).Dir) })
}

// conclude compares the outcomes after the run, whose error is err. It compares nothing if ctx, the context of the
// run, has ended: steps may have been killed halfway.
func (a *audit) conclude(ctx context.Context, err error) error {
	if a == nil || ctx.Err() != nil && err != nil {
		return err
	}
	outcomes := a.observe(ctx)
	if ctx.Err() != nil {
		return cmp.Or(err, error(cancelled(context.Cause(ctx), nil)))
	}
	var lines []string
	missing := 0
	for i, after := range outcomes {
		t := a.trees[i]
		switch changed := a.before[i].Differences(after); {
		case a.before[i].Empty():
			missing++
		case len(changed) > 0:
			for i, path := range changed {
				changed[i] = a.settings.Show(path)
			}
			lines = append(lines, fmt.Sprintf("%s was not selected, but it changed: %s", model.Title(t.Project.Path, t.Variant.Name), firstOf(changed)))
		}
	}
	if missing > 0 {
		a.line(fmt.Sprintf("warning: the audit has nothing to compare with for %s; build the revision first, then this state", text.Count(missing, "build tree")))
	}
	if len(lines) == 0 {
		a.line(fmt.Sprintf("audit: %s that the revision left out did not change", text.Count(len(a.trees)-missing, "build tree")))
		return err
	}
	cause := errors.New("audit: " + text.Count(len(lines), "project") + " changed without being selected")
	e := &Error{Lines: append([]string{cause.Error()}, lines...), Causes: []error{cause}, Status: exitFailed}
	if run := (*Error)(nil); errors.As(err, &run) {
		e.Lines, e.Causes, e.Status = append(slices.Clip(run.Lines), e.Lines...), append(slices.Clip(run.Causes), cause), run.Status
	}
	return e
}
