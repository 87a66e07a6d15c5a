package main

import (
	"fmt"
	"html"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// Sizes in the picture, in pixels.
const (
	charWidth  = 8.4
	lineHeight = 18
	margin     = 16
)

// colours maps the colour codes of the screen to colours on the picture's background.
var colours = map[string]string{"31": "#ff7b72", "32": "#56d364", "33": "#e3b341"}

// svg draws a text with colour sequences as a terminal of that many columns.
func svg(text string, columns int) string {
	rows := strings.Split(strings.TrimRight(text, "\n"), "\n")
	lines := len(rows)
	width, height := float64(columns)*charWidth+2*margin, lines*lineHeight+2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" width="%.0f" height="%d" role="img">`+"\n", width, height, width, height)
	b.WriteString("<title>mage build on a terminal</title>\n<desc>" + html.EscapeString(strings.TrimSpace(uncoloured(text))) + "</desc>\n")
	b.WriteString(`<rect width="100%" height="100%" rx="8" fill="#0d1117"/>` + "\n")
	b.WriteString(`<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">` + "\n")
	var current attributes
	for i, line := range rows {
		column := 0
		for line != "" {
			run, codes, rest := cutRun(line)
			if strings.TrimSpace(run) != "" {
				lead := len(run) - len(strings.TrimLeft(run, " "))
				fmt.Fprintf(&b, `<text x="%.1f" y="%d" textLength="%.1f"%s>%s</text>`+"\n",
					margin+float64(column+lead)*charWidth, margin+14+i*lineHeight, float64(ui.Width(strings.TrimSpace(run)))*charWidth, current, fixed(strings.TrimSpace(run)))
			}
			column += ui.Width(run)
			current.apply(codes)
			line = rest
		}
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// fixed escapes text and keeps browsers from merging blanks.
func fixed(text string) string {
	return strings.ReplaceAll(html.EscapeString(text), "  ", "\u00a0\u00a0")
}

// cutRun returns the text before the next colour sequence, its codes, and the rest.
func cutRun(line string) (run string, codes []string, rest string) {
	run, rest, ok := strings.Cut(line, "\x1b[")
	if !ok {
		return run, nil, ""
	}
	list, rest, _ := strings.Cut(rest, "m")
	return run, strings.Split(list, ";"), rest
}

func uncoloured(shown string) string {
	var b strings.Builder
	_, _ = text.StripColour(&b).Write([]byte(shown))
	return b.String()
}

// attributes are the attributes of text on a terminal.
type attributes struct {
	colour      string
	bold, faint bool
}

func (a *attributes) apply(codes []string) {
	for _, code := range codes {
		switch code {
		case "", "0":
			*a = attributes{}
		case "1":
			a.bold = true
		case "2":
			a.faint = true
		case "22":
			a.bold, a.faint = false, false
		case "39":
			a.colour = ""
		default:
			a.colour = colours[code]
		}
	}
}

// String returns the attributes of an SVG element.
func (a attributes) String() string {
	var s string
	if a.colour != "" {
		s += ` fill="` + a.colour + `"`
	}
	if a.bold {
		s += ` font-weight="bold"`
	}
	if a.faint {
		s += ` opacity="0.65"`
	}
	return s
}
