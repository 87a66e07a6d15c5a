package main

import (
	"fmt"
	"html"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Sizes in the picture, in pixels.
const (
	charWidth  = 8.4
	lineHeight = 18
	margin     = 16
)

// colours are those of the escape sequences that the screen uses, on the
// picture's background.
var colours = map[string]string{"31": "#ff7b72", "32": "#56d364", "33": "#e3b341"}

// svg draws a text with colour sequences as a terminal of so many columns.
func svg(text string, columns int) string {
	rows := strings.Split(strings.TrimRight(text, "\n"), "\n")
	lines := len(rows)
	width, height := float64(columns)*charWidth+2*margin, lines*lineHeight+2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" width="%.0f" height="%d" role="img">`+"\n", width, height, width, height)
	b.WriteString("<title>mage build on a terminal</title>\n<desc>" + html.EscapeString(strings.TrimSpace(uncoloured(text))) + "</desc>\n")
	b.WriteString(`<rect width="100%" height="100%" rx="8" fill="#0d1117"/>` + "\n")
	b.WriteString(`<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">` + "\n")
	look := look{}
	for i, line := range rows {
		column := 0
		for line != "" {
			run, codes, rest := cutRun(line)
			if strings.TrimSpace(run) != "" {
				lead := len(run) - len(strings.TrimLeft(run, " "))
				fmt.Fprintf(&b, `<text x="%.1f" y="%d" textLength="%.1f"%s>%s</text>`+"\n",
					margin+float64(column+lead)*charWidth, margin+14+i*lineHeight, float64(ui.Width(strings.TrimSpace(run)))*charWidth, look.attributes(), fixed(strings.TrimSpace(run)))
			}
			column += ui.Width(run)
			look.apply(codes)
			line = rest
		}
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// fixed is text in which no browser makes one blank out of several.
func fixed(text string) string {
	return strings.ReplaceAll(html.EscapeString(text), "  ", "\u00a0\u00a0")
}

// cutRun cuts off the text before the next colour sequence, and the codes in
// that.
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

// look is how text is written.
type look struct {
	colour      string
	bold, faint bool
}

func (l *look) apply(codes []string) {
	for _, code := range codes {
		switch code {
		case "", "0":
			*l = look{}
		case "1":
			l.bold = true
		case "2":
			l.faint = true
		case "22":
			l.bold, l.faint = false, false
		case "39":
			l.colour = ""
		default:
			l.colour = colours[code]
		}
	}
}

func (l *look) attributes() string {
	var s string
	if l.colour != "" {
		s += ` fill="` + l.colour + `"`
	}
	if l.bold {
		s += ` font-weight="bold"`
	}
	if l.faint {
		s += ` opacity="0.65"`
	}
	return s
}
