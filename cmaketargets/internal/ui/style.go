package ui

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Tone is the meaning of a colour. The words beside it always have the same meaning.
type Tone int

// The tones.
const (
	Normal Tone = iota
	Good
	Bad
	Caution // skipped, cancelled, a warning
	Faint   // nothing happened
)

var toneCodes = map[Tone]string{Good: "32", Bad: "1;31", Caution: "33", Faint: "2"}

// style paints text where colours are allowed.
type style struct{ colour bool }

const reset = "\x1b[0m"

func (s style) paint(t Tone, text string) string { return s.wrap(toneCodes[t], text) }
func (s style) bold(text string) string          { return s.wrap("1", text) }

func (s style) wrap(code, text string) string {
	if !s.colour || code == "" || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + reset
}

// output cleans a line printed by a tool. Its colours stay where colours are allowed.
func (s style) output(line string) string {
	if !s.colour {
		return text.Clean(line)
	}
	var b strings.Builder
	coloured := false
	for {
		before, _, found := strings.Cut(line, "\x1b[")
		b.WriteString(text.Clean(before))
		if !found {
			break
		}
		line = line[len(before):]
		n := text.Colour(line)
		switch {
		case n == 0:
			b.WriteString(`\e`)
			n = 1
		case line[n-1] == 'm':
			b.WriteString(line[:n])
			coloured = true
		}
		line = line[n:]
	}
	if coloured {
		b.WriteString(reset)
	}
	return b.String()
}
