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
)

//go:embed style.css
var style string

// What a page holds at most, so that one of a thousand projects still opens.
const (
	maxPageFailures = 100
	maxPageOutput   = 8 << 10   // bytes of one output
	maxPageOutputs  = 512 << 10 // bytes of all of them
	maxPageWarnings = 200
	maxPageTests    = 200
	maxPageSlow     = 15
	maxPageMessage  = 4 << 10
)

// HTML writes one page that holds all it needs: it asks for no other file, runs
// no script and forbids both. The templates of the standard library would add
// 1.7 MB to every magefile; here every text goes through page.text.
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
`, base64.StdEncoding.EncodeToString(sum[:]), esc(p.name()), style, esc(d.title()), esc(d.counts()))
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
	p.facts()
	p.raw("</main>\n</body>\n</html>\n")
	return p.err
}

// page writes HTML and keeps the first error.
type page struct {
	w     io.Writer
	d     Document
	spent int // bytes of output that the page has
	err   error
}

// raw writes a format whose arguments are escaped.
func (p *page) raw(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// esc makes a text a part of a page.
func esc(s string) string { return html.EscapeString(text(s)) }

// name is the page's title.
func (p *page) name() string {
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

func (p *page) end() { p.raw("</section>\n") }

// table begins a table in a frame that scrolls by itself, so that the page
// never has to; a frame that scrolls is reached by keyboard.
func (p *page) table(caption string, columns ...string) {
	p.raw("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">\n<table>\n<caption>%s</caption>\n<thead><tr>", esc(caption), esc(caption))
	for _, c := range columns {
		p.raw("<th scope=\"col\">%s</th>", esc(c))
	}
	p.raw("</tr></thead>\n<tbody>\n")
}

// row has its first cell as its header. Cells are escaped.
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

// block is text as it is, in a frame of its own. What it is, one word, is its
// label, and decides how it looks.
func (p *page) block(what, s string) {
	p.raw("<pre class=\"%s\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">%s</pre>\n", what, what, esc(cut(strings.TrimRight(s, "\n"), maxPageMessage)))
}

// output is the end of what was printed, folded, while there is room.
func (p *page) output(label, s string, already bool) {
	s, shorter := tail(s, min(maxPageOutput, max(0, maxPageOutputs-p.spent)))
	if s == "" {
		return
	}
	p.spent += len(s)
	note := ""
	if shorter || already {
		note = " (the end of it)"
	}
	p.raw("<details><summary>%s%s</summary>\n<pre role=\"region\" tabindex=\"0\" aria-label=\"%s\">%s</pre></details>\n",
		esc(label), note, esc(label), esc(s))
}

// facts are the runs and where they were.
func (p *page) facts() {
	p.section("runs", "Runs")
	for i, run := range p.d.Runs {
		p.raw("<h3>Run %d</h3>\n<dl>\n", i+1)
		for _, f := range [][2]string{
			{"Steps", strings.Join(run.Steps, ", ")},
			{"Root", run.Root},
			{"Began", run.Start.UTC().Format(time.RFC3339)},
			{"Jobs", strconv.Itoa(run.Jobs)},
			{"CMake", strings.TrimSpace(run.CMake.Version + " " + run.CMake.Path)},
			{"Host", fmt.Sprintf("%s/%s, %s", run.Host.OS, run.Host.Arch, plural(run.Host.CPUs, "CPU"))},
		} {
			if f[1] != "" {
				p.raw("<dt>%s</dt><dd>%s</dd>\n", f[0], esc(f[1]))
			}
		}
		p.raw("</dl>\n")
	}
	p.end()
}
