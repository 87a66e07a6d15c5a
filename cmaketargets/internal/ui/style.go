package ui

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Mood is what a colour stands for. It never stands alone: the words say the
// same.
type Mood int

// The moods.
const (
	Plainly Mood = iota
	Good
	Bad
	Odd   // skipped, cancelled, a warning
	Faint // nothing happened
)

// style writes colours, if it may.
type style struct{ colour bool }

const reset = "\x1b[0m"

func (s style) paint(code, text string) string {
	if !s.colour || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + reset
}

func (s style) mood(m Mood, text string) string {
	switch m {
	case Good:
		return s.paint("32", text)
	case Bad:
		return s.paint("1;31", text)
	case Odd:
		return s.paint("33", text)
	case Faint:
		return s.paint("2", text)
	default:
		return text
	}
}

func (s style) faint(text string) string { return s.mood(Faint, text) }
func (s style) bold(text string) string  { return s.paint("1", text) }

// output is a line that a tool printed: cleaned, with the colours it came with
// where there may be colours.
func (s style) output(line string) string {
	if !s.colour || !strings.Contains(line, "\x1b[") {
		return text.Clean(line)
	}
	var b strings.Builder
	coloured := false
	for line != "" {
		next := strings.Index(line, "\x1b[")
		if next < 0 {
			next = len(line)
		}
		b.WriteString(text.Clean(line[:next]))
		line = line[next:]
		if line == "" {
			break
		}
		if n := text.Colour(line); n > 0 {
			if line[n-1] == 'm' {
				b.WriteString(line[:n])
				coloured = true
			}
			line = line[n:]
			continue
		}
		b.WriteString(`\e`)
		line = line[1:]
	}
	if coloured {
		b.WriteString(reset)
	}
	return b.String()
}
