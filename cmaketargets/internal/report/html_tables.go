package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// projects is the state of every build tree, those with failures first.
func (p *page) projects() {
	trees := p.d.trees()
	if len(trees) == 0 {
		return
	}
	var steps []string // those that anyone did
	for _, step := range []string{"clean", "configure", "build", "test", "install"} {
		if slices.ContainsFunc(p.d.Results, func(r Result) bool { return r.Step == step }) {
			steps = append(steps, step)
		}
	}
	p.section("projects", "Projects")
	p.table("State of every project", slices.Concat([]string{"Project"}, steps, []string{"time"})...)
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
		p.row(append(cells, duration(t.took()))...)
	}
	p.endTable()
	p.end()
}

// state is how a step ended, and why where that is not plain.
func state(r Result) string {
	class := map[string]string{OK: "good", UpToDate: "good", Failed: "bad", TimedOut: "bad", Cancelled: "odd", Skipped: "faint", Planned: "faint"}[r.Status]
	s := fmt.Sprintf("<span class=\"%s\">%s</span>", class, esc(r.Status))
	switch r.Status {
	case Skipped, Cancelled, TimedOut, Planned:
		s += " <span class=\"faint\">" + esc(cut(r.Reason, 200)) + "</span>"
	case OK:
		s += " " + duration(r.Duration)
	}
	return s
}

// tests are those that failed, with their output, and the slowest.
func (p *page) tests() {
	type ran struct {
		Test
		tree string
	}
	var all []ran
	for _, r := range p.d.Results {
		for _, t := range r.Tests {
			all = append(all, ran{t, r.tree()})
		}
	}
	if len(all) == 0 {
		return
	}
	p.section("tests", "Tests")
	s := p.d.Summary
	p.raw("<p>%d passed, %d failed, %d skipped</p>\n", s.TestsPassed, s.TestsFailed, s.TestsSkipped)
	failed := slices.DeleteFunc(slices.Clone(all), func(t ran) bool { return !t.Bad() })
	if len(failed) > 0 {
		p.raw("<h3>Failed tests</h3>\n<ul>\n")
	}
	for i, t := range failed {
		if i == maxPageTests {
			p.raw("<li>and %d more</li>\n", len(failed)-i)
			break
		}
		p.raw("<li><strong>%s</strong> of %s: <span class=\"bad\">%s</span> %s\n", esc(line(t.Name)), esc(t.tree), esc(t.Status), esc(line(t.Message)))
		p.output("Output of test "+line(t.Name), t.Output, false)
		p.raw("</li>\n")
	}
	if len(failed) > 0 {
		p.raw("</ul>\n")
	}
	slices.SortStableFunc(all, func(a, b ran) int { return cmp.Compare(b.Duration, a.Duration) })
	p.table("Slowest tests", "Test", "Project", "Outcome", "Time")
	for _, t := range all[:min(len(all), maxPageSlow)] {
		p.row(esc(line(t.Name)), esc(t.tree), esc(t.Status), duration(t.Duration))
	}
	p.endTable()
	p.end()
}

// slowest are the steps, and what their tools ran, that took longest.
func (p *page) slowest() {
	steps := slices.DeleteFunc(slices.Clone(p.d.Results), func(r Result) bool { return r.Start.IsZero() })
	if len(steps) == 0 {
		return
	}
	p.section("slowest", "Slowest")
	slices.SortStableFunc(steps, func(a, b Result) int { return cmp.Compare(b.Duration, a.Duration) })
	p.table("Slowest steps", "Step", "Time", "Share of all steps")
	var sum Duration
	for _, r := range steps {
		sum += r.Duration
	}
	for _, r := range steps[:min(len(steps), maxPageSlow)] {
		p.row(esc(r.what()), duration(r.Duration), percent(r.Duration, sum))
	}
	p.endTable()
	type part struct {
		Span
		of string
	}
	for _, kind := range []struct{ kind, caption, what string }{
		{SpanEdge, "Slowest targets of builds, from Ninja's log", "Output"},
		{SpanProfile, "Slowest commands of configure steps, from CMake's profile", "Command"},
	} {
		var parts []part
		for _, r := range steps {
			for _, s := range r.Spans {
				if s.Kind == kind.kind {
					parts = append(parts, part{s, r.tree()})
				}
			}
		}
		if len(parts) == 0 {
			continue
		}
		slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(b.Duration, a.Duration) })
		p.table(kind.caption, kind.what, "Project", "Time")
		for _, s := range parts[:min(len(parts), maxPageSlow)] {
			name := cut(line(s.Name), 200)
			if s.Where != "" {
				name = strings.TrimSpace(name + " " + line(s.Where))
			}
			p.row(esc(name), esc(s.of), duration(s.Duration))
		}
		p.endTable()
	}
	p.end()
}

// percent is a part of a whole.
func percent(part, whole Duration) string {
	if whole <= 0 {
		return "0 %"
	}
	return fmt.Sprintf("%.0f %%", 100*float64(part)/float64(whole))
}
