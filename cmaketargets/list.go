package cmaketargets

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

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
		return notBegun(err)
	}
	var b bytes.Buffer
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	variants := len(g.selected) > 1 || g.selected[0].Name != ""
	header := []string{"PROJECT", "NAME", "BUILD TREE", "STATE"}
	if variants {
		header = []string{"PROJECT", "NAME", "VARIANT", "BUILD TREE", "STATE"}
	}
	fmt.Fprintln(table, strings.Join(header, "\t"))
	seen := &view{}
	for _, p := range g.projects {
		for _, v := range g.selected {
			t := g.tree(p, v)
			row := []string{p.Path, p.Name}
			if variants {
				row = append(row, v.Name)
			}
			row = append(row, g.show(t.dir), t.state(seen))
			for i := range row {
				// A tab would make another column of it.
				row[i] = strings.ReplaceAll(ui.Clean(row[i]), "\t", `\t`)
			}
			fmt.Fprintln(table, strings.Join(row, "\t"))
		}
	}
	_ = table.Flush()
	for line := range strings.Lines(b.String()) {
		g.screen.Line(strings.TrimRight(line, " \n"))
	}
	if g.verbose {
		for _, ignored := range g.found.Ignored {
			g.screen.Line("ignored " + ignored.Path + ": " + ignored.Reason)
		}
	}
	return nil
}

// state says in words how a build tree stands.
func (t *tree) state(seen *view) string {
	rec := record.Load(t.dir)
	in, err := t.intent(seen, rec)
	if err != nil {
		return err.Error()
	}
	d := record.Check(rec, in, &treeState{dir: t.dir}, &seen.files)
	switch {
	case d.Action == record.Nothing, rec == nil && d.Action == record.Fresh:
		return d.Reason
	default:
		return "to configure: " + d.Reason
	}
}
