package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// projects writes the state of every build tree, those with failures first.
func (p *page) projects() {
	trees := p.d.buildTrees()
	if len(trees) == 0 {
		return
	}
	columns := []string{"Project"}
	var steps []model.Step // those with a result
	for _, step := range model.Steps {
		if slices.ContainsFunc(p.d.Results, func(r Result) bool { return r.Step == step }) {
			steps, columns = append(steps, step), append(columns, string(step))
		}
	}
	p.section("projects", "Projects")
	p.table("State of every project", append(columns, "time")...)
	for _, t := range trees {
		cells := []string{esc(t.name)}
		for _, step := range steps {
			i := slices.IndexFunc(t.steps, func(r Result) bool { return r.Step == step })
			if i < 0 {
				cells = append(cells, "")
				continue
			}
			cells = append(cells, state(t.steps[i]))
		}
		p.row(append(cells, t.duration().String())...)
	}
	p.endTable()
	p.endSection()
}

var statusClasses = map[model.Status]string{
	model.OK: "good", model.UpToDate: "good", model.Failed: "bad", model.TimedOut: "bad",
	model.Cancelled: "odd", model.Skipped: "faint", model.Planned: "faint",
}

// state returns a cell with a step's status, and with its reason unless the status implies it.
func state(r Result) string {
	s := fmt.Sprintf("<span class=\"%s\">%s</span>", statusClasses[r.Status], esc(words(r.Status)))
	switch r.Status {
	case model.Skipped, model.Cancelled, model.TimedOut, model.Planned:
		s += " <span class=\"faint\">" + esc(cut(r.Reason, 200)) + "</span>"
	case model.OK:
		s += " " + r.Duration.String()
	}
	return s
}

// tests writes the tests that failed, with their output, and the slowest.
func (p *page) tests() {
	type projectTest struct {
		Test
		project string
	}
	var all []projectTest
	for _, r := range p.d.Results {
		for _, t := range r.Tests {
			all = append(all, projectTest{t, r.name()})
		}
	}
	if len(all) == 0 {
		return
	}
	p.section("tests", "Tests")
	s := p.d.Summary
	p.raw("<p>%d passed, %d failed, %d skipped</p>\n", s.TestsPassed, s.TestsFailed, s.TestsSkipped)
	failed := slices.DeleteFunc(slices.Clone(all), func(t projectTest) bool { return !t.Bad() })
	if len(failed) > 0 {
		p.raw("<h3>Failed tests</h3>\n<ul>\n")
	}
	for i, t := range failed {
		if i == maxPageTests {
			p.raw("<li>and %d more</li>\n", len(failed)-i)
			break
		}
		p.raw("<li><strong>%s</strong> of %s: <span class=\"bad\">%s</span> %s\n", esc(oneLine(t.Name)), esc(t.project), esc(words(t.Status)), esc(oneLine(t.Message)))
		p.output("Output of test "+oneLine(t.Name), t.Output, false)
		p.raw("</li>\n")
	}
	if len(failed) > 0 {
		p.raw("</ul>\n")
	}
	text.SortStable(all, func(a, b projectTest) int { return cmp.Compare(b.Duration, a.Duration) })
	p.table("Slowest tests", "Test", "Project", "Outcome", "Time")
	for _, t := range all[:min(len(all), maxPageSlow)] {
		p.row(esc(oneLine(t.Name)), esc(t.project), esc(words(t.Status)), t.Duration.String())
	}
	p.endTable()
	p.endSection()
}

// slowest writes the longest steps, and the longest commands of their tools.
func (p *page) slowest() {
	steps := slices.DeleteFunc(slices.Clone(p.d.Results), func(r Result) bool { return r.Start.IsZero() })
	if len(steps) == 0 {
		return
	}
	p.section("slowest", "Slowest")
	text.SortStable(steps, func(a, b Result) int { return cmp.Compare(b.Duration, a.Duration) })
	p.table("Slowest steps", "Step", "Time", "Share of all steps")
	var sum Duration
	for _, r := range steps {
		sum += r.Duration
	}
	for _, r := range steps[:min(len(steps), maxPageSlow)] {
		p.row(esc(r.stepName()), r.Duration.String(), percent(r.Duration, sum))
	}
	p.endTable()
	type projectSpan struct {
		Span
		project string
	}
	for _, kind := range []struct{ kind, caption, column string }{
		{SpanEdge, "Slowest targets of builds, from Ninja's log", "Output"},
		{SpanProfile, "Slowest commands of configure steps, from CMake's profile", "Command"},
	} {
		var spans []projectSpan
		for _, r := range steps {
			for _, s := range r.Spans {
				if s.Kind == kind.kind {
					spans = append(spans, projectSpan{s, r.name()})
				}
			}
		}
		if len(spans) == 0 {
			continue
		}
		text.SortStable(spans, func(a, b projectSpan) int { return cmp.Compare(b.Duration, a.Duration) })
		p.table(kind.caption, kind.column, "Project", "Time")
		for _, s := range spans[:min(len(spans), maxPageSlow)] {
			name := cut(oneLine(s.Name), 200)
			if s.Where != "" {
				name = strings.TrimSpace(name + " " + oneLine(s.Where))
			}
			p.row(esc(name), esc(s.project), s.Duration.String())
		}
		p.endTable()
	}
	p.endSection()
}

// percent returns a part of a whole: "25 %".
func percent(part, whole Duration) string {
	if whole <= 0 {
		return "0 %"
	}
	return fmt.Sprintf("%.0f %%", 100*float64(part)/float64(whole))
}
