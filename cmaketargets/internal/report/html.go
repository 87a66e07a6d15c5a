package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

//go:embed style.css
var style string

// Bounds of a page, so that one of a thousand projects still opens.
const (
	maxPageFailures = 100
	maxPageOutput   = 8 << 10   // bytes of one output
	maxPageOutputs  = 512 << 10 // bytes of all of them
	maxPageWarnings = 200
	maxPageTests    = 200
	maxPageSlow     = 15
)

// HTML writes one page without other files or scripts; its policy forbids both. html/template would
// add 1.7 MB to every magefile; here printf escapes.
func HTML(w io.Writer, d Document) error {
	p := &page{d: d}
	sum := sha256.Sum256([]byte(style))
	p.printf(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>%s</title>
<style>%s</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<h1>%s</h1>
<p>%s</p>
`, markup(base64.StdEncoding.EncodeToString(sum[:])), p.title(), markup(style), d.title(), d.counts())
	for _, run := range d.Runs {
		if run.Error != "" {
			p.printf("<p class=\"bad\"><strong>Ended early:</strong> %s</p>\n", run.Error)
		}
	}
	p.printf("</header>\n<main id=\"main\">\n")
	p.section("failures", "Failures", p.failures)
	p.section("again", "Done again", p.again)
	onRetry, quarantined := d.notes()
	p.section("on-retry", "Passed on retry", func() { p.notes(onRetry) })
	p.section("quarantined", "Quarantined", func() { p.notes(quarantined) })
	p.section("timeline", "Timeline", p.timeline)
	p.section("projects", "Projects", p.projects)
	p.section("tests", "Tests", p.tests)
	p.section("warnings", "Warnings", p.warnings)
	p.section("slowest", "Slowest", p.slowest)
	p.section("needs", "Needs", p.needs)
	p.section("runs", "Runs", p.runs)
	p.printf("</main>\n</body>\n</html>\n")
	_, err := w.Write(p.out.Bytes())
	return err
}

// page is a page in the making.
type page struct {
	d       Document
	out     bytes.Buffer
	outputs int // bytes of output in it
}

// markup is text that printf does not escape.
type markup string

// printf adds a format. It escapes the strings among the arguments.
func (p *page) printf(format string, args ...any) {
	for i, arg := range args {
		if s, ok := arg.(string); ok {
			args[i] = html.EscapeString(clean(s))
		}
	}
	fmt.Fprintf(&p.out, format, args...)
}

func (p *page) title() string {
	for _, run := range p.d.Runs {
		if run.Root != "" {
			return p.d.title() + " - " + run.Root[strings.LastIndexAny(run.Root, `/\`)+1:]
		}
	}
	return p.d.title()
}

// section adds a section with a heading, unless body adds nothing to it.
func (p *page) section(id, heading string, body func()) {
	before := p.out.Len()
	p.printf("<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", id, id, heading)
	empty := p.out.Len()
	if body(); p.out.Len() == empty {
		p.out.Truncate(before)
		return
	}
	p.printf("</section>\n")
}

// scrolls holds the attributes of a frame that scrolls, so that the page does not, and that the
// keyboard reaches therefore. Its label is missing.
const scrolls = `role="region" tabindex="0" aria-label="%s"`

// table adds a table, unless it has no rows. The first cell of a row is its header.
func (p *page) table(caption string, columns []string, rows [][]any) {
	if len(rows) == 0 {
		return
	}
	p.printf("<div class=\"wide\" "+scrolls+">\n<table>\n<caption>%s</caption>\n<thead><tr>", caption, caption)
	for _, c := range columns {
		p.printf("<th scope=\"col\">%s</th>", c)
	}
	p.printf("</tr></thead>\n<tbody>\n")
	for _, row := range rows {
		p.printf("<tr><th scope=\"row\">%s</th>", row[0])
		for _, cell := range row[1:] {
			p.printf("<td>%v</td>", cell)
		}
		p.printf("</tr>\n")
	}
	p.printf("</tbody>\n</table>\n</div>\n")
}

// list adds a folded list.
func (p *page) list(summary string, items []string) {
	p.printf("<details><summary>%s</summary>\n<ul>\n", summary)
	for _, item := range items {
		p.printf("<li>%s</li>\n", item)
	}
	p.printf("</ul></details>\n")
}

// block adds preformatted text. kind is its label and its class in the style sheet.
func (p *page) block(kind, s string) {
	p.printf("<pre class=\"%s\" "+scrolls+">%s</pre>\n", kind, kind, cut(strings.TrimRight(s, "\n"), maxPageMessage))
}

// output adds the end of an output, folded, within the bounds of the page. shortened is set when s
// is an end already.
func (p *page) output(label, s string, shortened bool) {
	s, shorter := tail(s, min(maxPageOutput, max(0, maxPageOutputs-p.outputs)))
	if s == "" {
		return
	}
	p.outputs += len(s)
	note := ""
	if shorter || shortened {
		note = " (the end of it)"
	}
	p.printf("<details><summary>%s%s</summary>\n<pre "+scrolls+">%s</pre></details>\n", label, note, label, s)
}

// longest returns the n items that took longest, in that order.
func longest[T any](items []T, n int, took func(T) Duration) []T {
	items = slices.Clone(items)
	text.SortStable(items, func(a, b T) int { return cmp.Compare(took(b), took(a)) })
	return items[:min(n, len(items))]
}
