package engine

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/sourcegraph/conc/iter"

	"github.com/magecmake/magecmake/cmaketargets/internal/console"
	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/interrupt"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/shard"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// List prints a table of the projects, their build trees and states, and with mage -v
// the directories that discovery ignored.
func (w *Workspace) List(ctx context.Context) error {
	ctx, stop := interrupt.NotifyContext(ctx, w.process.Mage)
	defer stop()
	s, c, err := w.prepare(ctx, nil)
	if err != nil {
		return notStarted(ctx, err)
	}
	defer s.screen.LimitWritesAfter(ctx)()
	if print, _, ok := shard.ParsePlan(s.settings.Plan); ok {
		for _, line := range c.reasons {
			s.screen.Line(line)
		}
		if err := print(s.settings.Output, *c.split); err != nil {
			return invalid(fmt.Errorf("write the plan: %w", err))
		}
		return nil
	}
	if len(c.projects) == 0 {
		s.screen.Line(nothingToDo(c.split, c.selection.Shard, c.apart))
		return nil
	}
	var trees []*plan.Tree
	for _, p := range c.projects {
		for _, v := range c.variants {
			trees = append(trees, s.tree(p, v))
		}
	}
	view, now := c.view, time.Now()
	rows := iter.Mapper[*plan.Tree, console.Row]{MaxGoroutines: s.settings.Jobs}.Map(trees, func(t **plan.Tree) console.Row {
		row := console.Row{Tree: *t, Targets: "-", Built: "-"}
		state, targets := (*t).State(ctx, view)
		if row.State = state; targets >= 0 {
			row.Targets = strconv.Itoa(targets)
		}
		if at := treestate.Timings((*t).Dir)[(*t).Record(model.Build)].At; !at.IsZero() {
			row.Built = text.Ago(now.Sub(at))
		}
		if dir := (*t).InstallPrefix(); dir != s.settings.InstallDir((*t).Project, (*t).Variant) {
			row.Prefix = dir
		}
		row.Needs, row.NeededBy = s.needs.lists((*t).Project)
		return row
	})
	view2 := console.Console{Screen: s.screen, Show: s.settings.Show}
	for _, line := range c.reasons {
		s.screen.Line(line)
	}
	view2.List(rows, len(c.variants) > 1 || c.variants[0].Name != "")
	if remote := s.settings.RemoteJobs; remote > 0 {
		s.screen.Line(fmt.Sprintf("%s on this machine, and %d more for compiles by %s", text.Count(s.settings.Jobs, "job"), remote, s.tools.Load().Launcher.Name))
	}
	s.showNested(ctx)
	s.showGone()
	if s.settings.Verbose {
		for _, p := range c.projects {
			for _, e := range s.needs.uses(p) {
				s.screen.Line(fmt.Sprintf("%s (%s)", e.String(s.settings.Show), kind(e)))
			}
		}
		for _, ignored := range s.found.Ignored {
			s.screen.Line("ignored " + ignored.Path + ": " + ignored.Reason)
		}
	}
	return nil
}

// kind returns where an edge comes from, and whether the last configure steps have used it.
func kind(e model.Edge) string {
	switch {
	case len(e.Packages) == 0:
		return "always"
	case e.Use == model.Used:
		return "used"
	case e.Use == model.Unused:
		return "not used: waits for it only to be configured again"
	}
	return "by the code"
}

// showNested prints how many projects lie below one at the root, which ends the search. List alone
// looks for them, because that takes a walk of the whole repository.
func (s *session) showNested(ctx context.Context) {
	top := slices.IndexFunc(s.all, func(p model.Project) bool { return p.Path == "." })
	if top < 0 || len(s.settings.Nested) > 0 {
		return
	}
	found, err := find(ctx, s.settings, []string{"**"})
	if err != nil || len(found.Projects) <= len(s.all) {
		return
	}
	more, added := len(found.Projects)-len(s.all), ""
	parts := discover.Parts(s.all[top], func(name string) string { return fsutil.Getenv(s.settings.Env, name) })
	if n := len(slices.DeleteFunc(found.Projects, func(p model.Project) bool { return p.Path == "." || !slices.Contains(parts, p.Dir) })); n > 0 {
		added = fmt.Sprintf(", which adds %d of them by add_subdirectory", n)
	}
	s.screen.Line(fmt.Sprintf("%s below project .%s; to find them as projects of their own: Nested: []string{\"**\"}", text.Count(more, "more project"), added))
}

// explainPart adds a hint to the failure of a project that another one adds by add_subdirectory():
// it may not stand alone. One that has succeeded in its build tree does.
func (s *session) explainPart(res model.Result) {
	if res.Status != model.Failed || res.Step != model.Configure && res.Step != model.Build ||
		!treestate.Timings(res.BuildDir)[res.Step].At.IsZero() {
		return
	}
	for i := range res.Diagnostics {
		d := &res.Diagnostics[i]
		if d.Severity != model.Error {
			continue
		}
		if whole := s.partOf(res.Project); whole != "" && d.Hint == "" {
			d.Hint = fmt.Sprintf("project %s adds it by add_subdirectory; if it does not stand alone, leave it out: Exclude: []string{%s}",
				whole, strconv.Quote(res.Project.Path))
		}
		return
	}
}

// partOf returns the path of a project that adds another one, "" for none.
func (s *session) partOf(p model.Project) string {
	s.readParts.Do(func() {
		s.parts = map[string]string{}
		for _, whole := range s.all {
			for _, dir := range discover.Parts(whole, func(name string) string { return fsutil.Getenv(s.settings.Env, name) }) {
				if dir != whole.Dir && s.parts[dir] == "" {
					s.parts[dir] = whole.Path
				}
			}
		}
	})
	return s.parts[p.Dir]
}
