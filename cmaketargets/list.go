package cmaketargets

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/sourcegraph/conc/iter"

	"github.com/magecmake/magecmake/cmaketargets/internal/record"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// list prints a table of the projects, their build trees and states, and
// under mage -v what discovery ignored, and why.
func (w *Workspace) list(ctx context.Context) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	g, err := w.prepared(ctx)
	if err != nil {
		return neverBegan(ctx, err)
	}
	defer g.screen.HurryAfter(ctx)()
	columns := []ui.Column{{Title: "PROJECT", Path: true}, {Title: "NAME", Goes: ui.Soon}}
	variants := len(g.selected) > 1 || g.selected[0].Name != ""
	if variants {
		columns = append(columns, ui.Column{Title: "VARIANT"})
	}
	columns = append(columns, ui.Column{Title: "TARGETS", Number: true, Goes: ui.Soon}, ui.Column{Title: "BUILT", Goes: ui.Soon},
		ui.Column{Title: "BUILD TREE", Path: true, Goes: ui.First}, ui.Column{Title: "STATE"})

	var trees []*tree
	for _, p := range g.projects {
		for _, v := range g.selected {
			trees = append(trees, g.tree(p, v))
		}
	}
	seen, now := newView(), time.Now()
	rows := iter.Mapper[*tree, []string]{MaxGoroutines: g.Jobs}.Map(trees, func(t **tree) []string {
		row := []string{(*t).project.Path, (*t).project.Name}
		if variants {
			row = append(row, (*t).variant.Name)
		}
		return append(row, (*t).row(seen, now)...)
	})
	g.screen.Table(columns, rows)
	if g.verbose {
		for _, ignored := range g.found.Ignored {
			g.screen.Line("ignored " + ignored.Path + ": " + ignored.Reason)
		}
	}
	return nil
}

// row is what List says of a tree: how many targets it has, when it was built
// for the last time, where it is and how it stands.
func (t *tree) row(seen *view, now time.Time) []string {
	rec := record.Load(t.dir)
	targets, built, times := "-", "-", t.timings()
	if rec != nil && rec.State == record.Done {
		targets = strconv.Itoa(len(targetsOf(rec)))
	}
	if at := times[StepBuild].at; !at.IsZero() {
		built = ago(now.Sub(at))
	}
	return []string{targets, built, t.show(t.dir), t.state(rec, seen, times)}
}

// state says in words how a build tree stands.
func (t *tree) state(rec *record.Record, seen *view, times map[Step]timing) string {
	in, err := t.intent(seen, rec)
	if err != nil {
		return err.Error()
	}
	switch d := record.Check(rec, in, &treeState{dir: t.dir}, &seen.files); {
	case d.Action != record.Nothing && d.Reason != record.Never:
		return "to configure: " + d.Reason
	case t.cutShort() != "":
		return t.cutShort()
	case d.Action == record.Nothing && times[StepBuild].failed:
		return "build failed"
	case d.Action == record.Nothing && times[StepTest].failed:
		return "tests failed"
	case d.Action == record.Nothing && times[StepInstall].failed:
		return "install failed"
	default:
		return d.Reason
	}
}

// ago says how long ago something was, in one unit.
func ago(d time.Duration) string {
	for _, unit := range []struct {
		name string
		of   time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"min", time.Minute}} {
		if d >= unit.of {
			return fmt.Sprintf("%d %s ago", d/unit.of, unit.name)
		}
	}
	return "just now"
}
