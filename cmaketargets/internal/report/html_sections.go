package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// failures adds the failed steps; those with the same cause are one.
func (p *page) failures() {
	groups := p.d.failures()
	for _, group := range groups[:min(len(groups), maxPageFailures)] {
		p.failure(group)
	}
	if more := len(groups) - maxPageFailures; more > 0 {
		p.printf("<p>And %d more; the table of projects has them all.</p>\n", more)
	}
}

// again adds the steps that were done again, by reason.
func (p *page) again() {
	for _, group := range p.d.retried() {
		p.printf("<p><strong>%s</strong>: %s</p>\n", names(group), group[0].Retried)
	}
}

// notes adds lines.
func (p *page) notes(lines []string) {
	for _, line := range lines[:min(len(lines), maxPageTests)] {
		p.printf("<p>%s</p>\n", oneLine(line))
	}
	if more := len(lines) - maxPageTests; more > 0 {
		p.printf("<p>And %d more.</p>\n", more)
	}
}

func (p *page) failure(group []Result) {
	r := group[0]
	p.printf("<article>\n<h3>%s <span class=\"bad\">%s</span></h3>\n", r.stepName(), words(r.Status))
	if others := others(group); others != "" {
		p.printf("<p>%s</p>\n", others)
	}
	more := r.Errors
	if first, ok := r.firstError(); ok {
		p.diagnostic(first)
		if !first.Summary {
			more--
		}
	} else {
		p.block("error", r.Error)
	}
	if more > 0 {
		var errors []string
		for i, d := range r.Diagnostics {
			if i > 0 && d.Severity == model.Error && !d.Summary {
				errors = append(errors, d.headline())
			}
		}
		p.list(text.Count(more, "further error"), errors)
	}
	if r.Command != "" {
		p.printf("<p>To do the same by hand:</p>\n")
		p.block("command", r.Command)
	}
	if r.LogFile != "" {
		p.printf("<p>Log: <code>%s</code></p>\n", cmp.Or(p.d.relative(r, r.LogFile), r.LogFile))
	}
	p.output("Output of "+r.stepName(), r.Output, r.OutputCut)
	p.printf("</article>\n")
}

// diagnostic adds one error with its source.
func (p *page) diagnostic(d Diagnostic) {
	if place := d.place(); place != "" {
		p.printf("<p><code>%s</code></p>\n", place)
	}
	p.block("error", d.Message)
	if len(d.Source) > 0 {
		label := "source"
		if d.FromLog {
			label = "log"
		}
		p.block(label, d.numbered("> ", "  "))
	}
	for _, f := range slices.Concat(d.Notes, d.Stack) {
		p.printf("<p class=\"note\"><code>%s</code> %s</p>\n", place(f.File, f.Line, f.Column), f.Text)
	}
	if d.Hint != "" {
		p.printf("<p><strong>%s</strong></p>\n", d.Hint)
	}
}

// projects adds the state of every build tree, those with failures first.
func (p *page) projects() {
	columns := []string{"Project"}
	var steps []model.Step // those with a result
	for _, step := range model.Steps {
		if slices.ContainsFunc(p.d.Results, func(r Result) bool { return r.Step == step }) {
			steps, columns = append(steps, step), append(columns, string(step))
		}
	}
	var rows [][]any
	for _, tree := range p.d.buildTrees() {
		row := []any{tree[0].name()}
		for _, step := range steps {
			state := markup("")
			if i := slices.IndexFunc(tree, func(r Result) bool { return r.Step == step }); i >= 0 {
				state = tree[i].state()
			}
			row = append(row, state)
		}
		rows = append(rows, append(row, sum(tree)))
	}
	p.table("State of every project", append(columns, "time"), rows)
}

var statusClasses = map[model.Status]string{
	model.OK: "good", model.UpToDate: "good", model.Failed: "bad", model.TimedOut: "bad",
	model.OnRetry: "odd", model.Quarantined: "odd",
	model.Cancelled: "odd", model.Skipped: "faint", model.Planned: "faint",
}

// state returns a cell with a step's status, and with its reason unless the status implies it.
func (r Result) state() markup {
	var p page
	p.printf("<span class=\"%s\">%s</span>", statusClasses[r.Status], words(r.Status))
	switch r.Status {
	case model.Skipped, model.Cancelled, model.TimedOut, model.Planned:
		p.printf(" <span class=\"faint\">%s</span>", cut(r.Reason, 200))
	case model.Quarantined:
		p.printf(" <span class=\"faint\">%s</span>", cut(r.Quarantine, 200))
	case model.OK, model.OnRetry:
		p.printf(" %s", r.Duration)
		if launched := r.Launched.String(); launched != "" {
			p.printf(" <span class=\"faint\">%s</span>", launched)
		}
	}
	return markup(p.out.String())
}

// owned is a test or a span with the name of its project.
type owned[T any] struct {
	item    T
	project string
}

// tests adds the tests that failed, with their output, and the slowest.
func (p *page) tests() {
	var all, failed []owned[Test]
	for _, r := range p.d.Results {
		for _, t := range r.Tests {
			all = append(all, owned[Test]{t, r.name()})
			if t.Bad() || t.Status == TestOnRetry || t.Status == TestQuarantined {
				failed = append(failed, owned[Test]{t, r.name()})
			}
		}
	}
	if len(all) == 0 {
		return
	}
	s := p.d.Summary
	p.printf("<p>%d passed, %d passed on retry, %d failed, %d quarantined, %d skipped</p>\n", s.TestsPassed, s.TestsOnRetry, s.TestsFailed, s.TestsQuarantined, s.TestsSkipped)
	if len(failed) > 0 {
		p.printf("<h3>Tests that failed, or did so at first</h3>\n<ul>\n")
		for _, t := range failed[:min(len(failed), maxPageTests)] {
			name := oneLine(t.item.Name)
			p.printf("<li><strong>%s</strong> of %s: <span class=\"bad\">%s</span> %s\n", name, t.project, words(t.item.Status), oneLine(t.item.Message))
			p.output("Output of test "+name, t.item.Output, false)
			for i, f := range t.item.Failures {
				p.output(fmt.Sprintf("Output of test %s that failed, %d", name, i+1), f.Output, false)
			}
			p.printf("</li>\n")
		}
		if more := len(failed) - maxPageTests; more > 0 {
			p.printf("<li>and %d more</li>\n", more)
		}
		p.printf("</ul>\n")
	}
	var rows [][]any
	for _, t := range longest(all, maxPageSlow, func(t owned[Test]) Duration { return t.item.Duration }) {
		rows = append(rows, []any{oneLine(t.item.Name), t.project, words(t.item.Status), t.item.Duration})
	}
	p.table("Slowest tests", []string{"Test", "Project", "Outcome", "Time"}, rows)
}

// warnings adds the number of warnings of each project, and the first warnings.
func (p *page) warnings() {
	if p.d.Summary.Warnings == 0 {
		return
	}
	type count struct {
		project  string
		n, fresh int
	}
	var counts []count
	var texts []string
	for _, tree := range p.d.buildTrees() {
		c := count{project: tree[0].name()}
		for _, r := range tree {
			c.n, c.fresh = c.n+r.Warnings, c.fresh+r.NewWarnings
			for _, d := range r.Diagnostics {
				if d.Severity == model.Warning && len(texts) < maxPageWarnings {
					texts = append(texts, d.headline())
				}
			}
		}
		if c.n > 0 {
			counts = append(counts, c)
		}
	}
	text.SortStable(counts, func(a, b count) int { return cmp.Compare(b.n, a.n) })
	var rows [][]any
	for _, c := range counts[:min(len(counts), maxPageWarnings)] {
		rows = append(rows, []any{c.project, c.n, c.fresh})
	}
	if more := len(counts) - maxPageWarnings; more > 0 {
		rows = append(rows, []any{fmt.Sprintf("and %d more", more), "", ""})
	}
	p.table("Warnings by project", []string{"Project", "Warnings", "New"}, rows)
	texts = text.Unique(texts) // several projects print those of one header
	p.list(text.Count(len(texts), "text")+" of them", texts)
}

// slowest adds the longest steps, and the longest commands of their tools.
func (p *page) slowest() {
	steps := slices.DeleteFunc(slices.Clone(p.d.Results), func(r Result) bool { return r.Start.IsZero() })
	all := sum(steps)
	var rows [][]any
	for _, r := range longest(steps, maxPageSlow, Result.took) {
		rows = append(rows, []any{r.stepName(), r.Duration, percent(r.Duration, all)})
	}
	p.table("Slowest steps", []string{"Step", "Time", "Share of all steps"}, rows)
	p.slowestSpans(steps, SpanEdge, "Slowest targets of builds, from Ninja's log", "Output")
	p.slowestSpans(steps, SpanProfile, "Slowest commands of configure steps, from CMake's profile", "Command")
}

func (p *page) slowestSpans(steps []Result, kind, caption, column string) {
	var spans []owned[Span]
	for _, r := range longest(steps, len(steps), Result.took) {
		for _, s := range r.Spans {
			if s.Kind == kind {
				spans = append(spans, owned[Span]{s, r.name()})
			}
		}
	}
	var rows [][]any
	for _, s := range longest(spans, maxPageSlow, func(s owned[Span]) Duration { return s.item.Duration }) {
		name := strings.TrimSpace(cut(oneLine(s.item.Name), 200) + " " + oneLine(s.item.Where))
		rows = append(rows, []any{name, s.project, s.item.Duration})
	}
	p.table(caption, []string{column, "Project", "Time"}, rows)
}

// percent returns a part of a whole: "25 %".
func percent(part, whole Duration) string {
	if whole <= 0 {
		return "0 %"
	}
	return fmt.Sprintf("%.0f %%", 100*float64(part)/float64(whole))
}

// needs adds the needs of projects for each other, of the last run that has any.
func (p *page) needs() {
	for _, run := range slices.Backward(p.d.Runs) {
		if len(run.Needs) == 0 {
			continue
		}
		p.graph(run.Needs)
		var rows [][]any
		for _, e := range run.Needs {
			to := e.To
			switch {
			case e.Use == model.Unused:
				to += " (not used)"
			case e.Optional && e.Use == "":
				to += " (optional)"
			}
			same := func(path string) string { return path }
			rows = append(rows, []any{oneLine(e.From), oneLine(to), oneLine(e.Need.String(same)), oneLine(e.Answer.String(same))})
		}
		p.table("Projects that need others, which are installed before", []string{"Project", "Needs", "By", "Answered by"}, rows)
		return
	}
}

// runs adds the runs and their environment.
func (p *page) runs() {
	for i, run := range p.d.Runs {
		var steps []string
		for _, step := range run.Steps {
			steps = append(steps, string(step))
		}
		p.printf("<h3>Run %d</h3>\n<dl>\n", i+1)
		for _, item := range [][2]string{
			{"Steps", strings.Join(steps, ", ")},
			{"Root", run.Root},
			{"Began", run.Start.UTC().Format(time.RFC3339)},
			{"Jobs", strconv.Itoa(run.Jobs)},
			{"CMake", strings.TrimSpace(run.CMake.Version + " " + run.CMake.Path)},
			{"Host", fmt.Sprintf("%s/%s, %s", run.Host.OS, run.Host.Arch, text.Count(run.Host.CPUs, "CPU"))},
		} {
			if item[1] != "" {
				p.printf("<dt>%s</dt><dd>%s</dd>\n", item[0], item[1])
			}
		}
		p.printf("</dl>\n")
	}
}
