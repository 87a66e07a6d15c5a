package report

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// failures writes the failed steps; those with the same cause are one.
func (p *page) failures() {
	groups := p.d.failures()
	if len(groups) == 0 {
		return
	}
	p.section("failures", "Failures")
	for i, g := range groups {
		if i == maxPageFailures {
			p.raw("<p>And %d more; the table of projects has them all.</p>\n", len(groups)-i)
			break
		}
		p.failure(g)
	}
	p.endSection()
}

func (p *page) failure(group []Result) {
	r := group[0]
	p.raw("<article>\n<h3>%s <span class=\"bad\">%s</span></h3>\n", esc(r.stepName()), esc(words(r.Status)))
	if others := others(group); others != "" {
		p.raw("<p>%s</p>\n", esc(others))
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
		p.raw("<details><summary>%s</summary>\n<ul>\n", text.Count(more, "further error"))
		for i, d := range r.Diagnostics {
			if i > 0 && d.Severity == model.Error && !d.Summary {
				p.raw("<li>%s</li>\n", esc(d.headline()))
			}
		}
		p.raw("</ul></details>\n")
	}
	if r.Command != "" {
		p.raw("<p>To do the same by hand:</p>\n")
		p.block("command", r.Command)
	}
	if r.LogFile != "" {
		p.raw("<p>Log: <code>%s</code></p>\n", esc(cmp.Or(p.d.relative(r, r.LogFile), r.LogFile)))
	}
	p.output("Output of "+r.stepName(), r.Output, r.OutputCut)
	p.raw("</article>\n")
}

// diagnostic writes one error with its source.
func (p *page) diagnostic(d Diagnostic) {
	if place := d.place(); place != "" {
		p.raw("<p><code>%s</code></p>\n", esc(place))
	}
	p.block("error", d.Message)
	if len(d.Source) > 0 {
		var b strings.Builder
		for _, l := range d.Source {
			mark := " "
			if l.Number == d.Line && !d.FromLog {
				mark = ">"
			}
			fmt.Fprintf(&b, "%s %5d  %s\n", mark, l.Number, l.Text)
		}
		label := "source"
		if d.FromLog {
			label = "log"
		}
		p.block(label, b.String())
	}
	for _, f := range slices.Concat(d.Notes, d.Stack) {
		p.raw("<p class=\"note\"><code>%s</code> %s</p>\n", esc(place(f.File, f.Line, f.Column)), esc(f.Text))
	}
	if d.Hint != "" {
		p.raw("<p><strong>%s</strong></p>\n", esc(d.Hint))
	}
}

// warnings writes the number of warnings of each project, and the first warnings.
func (p *page) warnings() {
	if p.d.Summary.Warnings == 0 {
		return
	}
	p.section("warnings", "Warnings")
	type count struct {
		name     string
		n, fresh int
	}
	var counts []count
	var texts []string
	for _, t := range p.d.buildTrees() {
		n, fresh := 0, 0
		for _, r := range t.steps {
			n, fresh = n+r.Warnings, fresh+r.NewWarnings
			for _, d := range r.Diagnostics {
				if d.Severity == model.Warning && len(texts) < maxPageWarnings {
					texts = append(texts, d.headline())
				}
			}
		}
		if n > 0 {
			counts = append(counts, count{t.name, n, fresh})
		}
	}
	text.SortStable(counts, func(a, b count) int { return cmp.Compare(b.n, a.n) })
	p.table("Warnings by project", "Project", "Warnings", "New")
	for i, c := range counts {
		if i == maxPageWarnings {
			p.row(fmt.Sprintf("and %d more", len(counts)-i), "", "")
			break
		}
		p.row(esc(c.name), fmt.Sprint(c.n), fmt.Sprint(c.fresh))
	}
	p.endTable()
	sort.Strings(texts)
	texts = slices.Compact(texts) // several projects print those of one header
	p.raw("<details><summary>%s of them</summary>\n<ul>\n", text.Count(len(texts), "text"))
	for _, s := range texts {
		p.raw("<li>%s</li>\n", esc(s))
	}
	p.raw("</ul></details>\n")
	p.endSection()
}
