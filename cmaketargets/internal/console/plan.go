package console

import (
	"cmp"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// Planned shows the result of an action in a dry run.
func (c *Console) Planned(r model.Result) {
	b := ui.Block{Step: string(r.Step), Name: r.Title(), Verdict: "would run"}
	if r.Reason != plan.Requested {
		b.Note = r.Reason
	}
	switch {
	case r.Status == model.Planned && r.Step == model.Clean:
		b.Verdict = "would remove"
		b.Output = []byte("remove " + c.Show(r.BuildDir))
	case r.Status == model.Planned:
		b.Output = []byte(text.Quote(r.Command))
		if len(r.FillIn) > 0 {
			b.Output = append(b.Output, "\nfill in "+strings.Join(r.FillIn, ", ")...)
		}
	case r.Status == model.Failed:
		b.Verdict, b.Note = "would fail", model.Cause(r.Err).Error()
	default:
		b.Verdict = words(r.Status)
		if r.Status == model.UpToDate && (r.Step == model.Configure || r.Reason == plan.Unchanged) {
			b.Note = ""
		}
	}
	c.Screen.Block(b)
}

// Row is a line of List.
type Row struct {
	Tree    *plan.Tree
	Targets string // how many, or "-"
	Built   string // how long ago, or "-"
	State   string
	Prefix  string // the install prefix, "" where it is that of the workspace
	// Needs and NeededBy are paths of projects, those that can be done without with "?" after them.
	Needs, NeededBy string
}

// List prints a table of build trees. Install prefixes have a column if one is not that of the
// workspace.
func (c *Console) List(rows []Row, variants bool) {
	columns := []ui.Column{{Title: "PROJECT", Path: true}, {Title: "NAME", Drop: ui.DropEarly}}
	if variants {
		columns = append(columns, ui.Column{Title: "VARIANT"})
	}
	prefixes := slices.ContainsFunc(rows, func(row Row) bool { return row.Prefix != "" })
	columns = append(columns, ui.Column{Title: "TARGETS", Number: true, Drop: ui.DropEarly}, ui.Column{Title: "BUILT", Drop: ui.DropEarly},
		ui.Column{Title: "BUILD TREE", Path: true, Drop: ui.DropFirst})
	needs := slices.ContainsFunc(rows, func(row Row) bool { return row.Needs+row.NeededBy != "" })
	if needs {
		columns = append(columns, ui.Column{Title: "NEEDS", Path: true, Drop: ui.DropEarly}, ui.Column{Title: "NEEDED BY", Path: true, Drop: ui.DropEarly})
	}
	if prefixes {
		columns = append(columns, ui.Column{Title: "INSTALLED INTO", Path: true, Drop: ui.DropEarly})
	}
	columns = append(columns, ui.Column{Title: "STATE"})
	var cells [][]string
	for _, row := range rows {
		line := []string{row.Tree.Project.Path, row.Tree.Project.Name}
		if variants {
			line = append(line, row.Tree.Variant.Name)
		}
		line = append(line, row.Targets, row.Built, c.Show(row.Tree.Dir))
		if needs {
			line = append(line, cmp.Or(row.Needs, "-"), cmp.Or(row.NeededBy, "-"))
		}
		if prefixes {
			line = append(line, c.Show(cmp.Or(row.Prefix, row.Tree.Settings.InstallDir(row.Tree.Project, row.Tree.Variant))))
		}
		cells = append(cells, append(line, row.State))
	}
	c.Screen.Table(columns, cells)
}
