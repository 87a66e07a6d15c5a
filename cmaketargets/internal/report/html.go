package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"
	"time"

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
	maxPageMessage  = 4 << 10
)

// HTML writes one page without other files or scripts; its policy forbids both. html/template would
// add 1.7 MB to every magefile; here every text passes esc instead.
func HTML(w io.Writer, d Document) error {
	p := &page{w: w, d: d}
	sum := sha256.Sum256([]byte(style))
	p.raw(`<!DOCTYPE html>
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
`, base64.StdEncoding.EncodeToString(sum[:]), esc(p.title()), style, esc(d.title()), esc(d.counts()))
	for _, run := range d.Runs {
		if run.Error != "" {
			p.raw("<p class=\"bad\"><strong>Ended early:</strong> %s</p>\n", esc(run.Error))
		}
	}
	p.raw("</header>\n<main id=\"main\">\n")
	p.failures()
	p.timeline()
	p.projects()
	p.tests()
	p.warnings()
	p.slowest()
	p.runs()
	p.raw("</main>\n</body>\n</html>\n")
	return p.err
}

// page writes HTML and keeps the first error.
type page struct {
	w       io.Writer
	d       Document
	outputs int // bytes of output written
	err     error
}

// raw writes a format whose arguments are escaped.
func (p *page) raw(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// esc escapes text for a page.
func esc(s string) string { return html.EscapeString(clean(s)) }

func (p *page) title() string {
	for _, run := range p.d.Runs {
		if run.Root != "" {
			return p.d.title() + " - " + run.Root[strings.LastIndexAny(run.Root, `/\`)+1:]
		}
	}
	return p.d.title()
}

// section begins a section with a heading.
func (p *page) section(id, heading string) {
	p.raw("<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", id, id, esc(heading))
}

func (p *page) endSection() { p.raw("</section>\n") }

// table begins a table in a frame that scrolls, so that the page does not. The keyboard reaches a
// frame that scrolls.
func (p *page) table(caption string, columns ...string) {
	p.raw("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">\n<table>\n<caption>%s</caption>\n<thead><tr>", esc(caption), esc(caption))
	for _, c := range columns {
		p.raw("<th scope=\"col\">%s</th>", esc(c))
	}
	p.raw("</tr></thead>\n<tbody>\n")
}

// row writes escaped cells; the first is the header of the row.
func (p *page) row(cells ...string) {
	for i, c := range cells {
		if i == 0 {
			p.raw("<tr><th scope=\"row\">%s</th>", c)
		} else {
			p.raw("<td>%s</td>", c)
		}
	}
	p.raw("</tr>\n")
}

func (p *page) endTable() { p.raw("</tbody>\n</table>\n</div>\n") }

// block writes preformatted text. kind is its label and its class in the style sheet.
func (p *page) block(kind, s string) {
	p.raw("<pre class=\"%s\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">%s</pre>\n", kind, kind, esc(cut(strings.TrimRight(s, "\n"), maxPageMessage)))
}

// output writes the end of an output, folded, within the bounds of the page. shortened is set when
// s is an end already.
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
	p.raw("<details><summary>%s%s</summary>\n<pre role=\"region\" tabindex=\"0\" aria-label=\"%s\">%s</pre></details>\n",
		esc(label), note, esc(label), esc(s))
}

// runs writes the runs and their environment.
func (p *page) runs() {
	p.section("runs", "Runs")
	for i, run := range p.d.Runs {
		var steps []string
		for _, step := range run.Steps {
			steps = append(steps, string(step))
		}
		p.raw("<h3>Run %d</h3>\n<dl>\n", i+1)
		for _, item := range [][2]string{
			{"Steps", strings.Join(steps, ", ")},
			{"Root", run.Root},
			{"Began", run.Start.UTC().Format(time.RFC3339)},
			{"Jobs", strconv.Itoa(run.Jobs)},
			{"CMake", strings.TrimSpace(run.CMake.Version + " " + run.CMake.Path)},
			{"Host", fmt.Sprintf("%s/%s, %s", run.Host.OS, run.Host.Arch, text.Count(run.Host.CPUs, "CPU"))},
		} {
			if item[1] != "" {
				p.raw("<dt>%s</dt><dd>%s</dd>\n", item[0], esc(item[1]))
			}
		}
		p.raw("</dl>\n")
	}
	p.endSection()
}
