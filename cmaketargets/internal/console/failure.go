package console

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// failure returns one entry of the digest: steps that failed for one cause.
func (c *Console) failure(group []model.Result) ui.Failure {
	r := group[0]
	f := ui.Failure{
		Step: string(r.Step), Error: model.Cause(r.Err).Error(), Log: c.Show(r.LogFile), Paste: text.Quote(r.Command), FillIn: r.FillIn,
	}
	for _, r := range group {
		f.Names = append(f.Names, r.Title())
	}
	if d, ok := diagnose.FirstError(r); ok {
		at := model.Frame{File: c.Show(d.File), Line: d.Line, Column: d.Column, Text: diagnose.Short(d)}
		f.Error, f.Hint = at.String(), d.Hint
		f.Context = c.context(r, d)
		f.More, f.Others = diagnose.FurtherErrors(group)
	} else {
		f.Context = lastLines(r.Output)
	}
	return f
}

// context returns three lines: of the source around the error, or of the log where the diagnostic
// begins.
func (c *Console) context(r model.Result, d model.Diagnostic) []string {
	lines, source := diagnose.Context(r, d, c.Base, 1)
	var shown []string
	for _, line := range lines {
		switch {
		case source && line.Number == d.Line:
			shown = append(shown, fmt.Sprintf("> %4d | %s", line.Number, line.Text))
		case source:
			shown = append(shown, fmt.Sprintf("  %4d | %s", line.Number, line.Text))
		case strings.TrimSpace(line.Text) != "":
			shown = append(shown, "| "+line.Text)
		}
	}
	return shown
}

// lastLines returns the last three lines of an output that are not blank.
func lastLines(output []byte) []string {
	var shown []string
	for _, line := range slices.Backward(strings.Split(strings.TrimSpace(string(output)), "\n")) {
		if line = strings.TrimSpace(line); line != "" && len(shown) < 3 {
			shown = append(shown, "| "+line)
		}
	}
	slices.Reverse(shown)
	return shown
}
