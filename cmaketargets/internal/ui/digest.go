package ui

import (
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Digest is the end of a run as it is shown: what is read most.
type Digest struct {
	Failures []Failure
	// Cancelled names the steps that were ended before they were done, Unbegun
	// counts those that had not begun, and Cause is why.
	Cancelled []string
	Unbegun   int
	Cause     string
	// Warnings are new ones, by project.
	Warnings []Count
	// Slowest are the steps that took longest, Total what all took together.
	Slowest []Slow
	Total   time.Duration
}

// Failure is what failed for one cause, in one project or in several.
type Failure struct {
	Step  string
	Names []string // "libs/foo [Release]"
	Error string   // its first real error
	// Context are the lines around the error, with what stands before each.
	Context []string
	// More is how many errors there are besides, and Others are the names of
	// some of them, where they have names.
	More   int
	Others []string
	Hint   string // what to do about it
	Log    string
	// Paste is the command to paste, once the values of FillIn are put in.
	Paste  string
	FillIn []string
}

// Count is how often something was found, and where.
type Count struct {
	Where string
	N     int
}

// Slow is how long a step took.
type Slow struct {
	What string
	Took time.Duration
}

// named is how many names of one list are shown.
const named = 10

// Digest prints the end of a run.
func (s *Screen) Digest(d Digest) {
	var b strings.Builder
	for _, f := range d.Failures {
		s.failure(&b, f)
	}
	if n := len(d.Cancelled) + d.Unbegun; n > 0 {
		parts := list(d.Cancelled)
		if d.Unbegun > 0 {
			if len(parts) > 0 {
				parts[len(parts)-1] += ";"
			}
			parts = append(parts, itoa(d.Unbegun)+" not begun")
		}
		b.WriteString("\n" + s.flow(Odd, "cancelled", " ", append(parts, " ("+text.Clean(d.Cause)+")")))
	}
	if len(d.Warnings) > 0 {
		b.WriteString("\n" + s.style.mood(Odd, "new warnings") + "\n")
		for i, w := range d.Warnings {
			if i == named {
				b.WriteString("  and in " + itoa(len(d.Warnings)-named) + " more\n")
				break
			}
			b.WriteString("  " + padFront(itoa(w.N), 4) + "  " + text.Clean(w.Where) + "\n")
		}
	}
	if len(d.Slowest) > 0 {
		b.WriteString("\nslowest\n")
		for _, slow := range d.Slowest {
			share := 0
			if d.Total > 0 {
				share = int((100*slow.Took + d.Total/2) / d.Total)
			}
			b.WriteString("  " + padFront(text.Duration(slow.Took), 7) + padFront(itoa(share), 5) + "%  " + text.Clean(slow.What) + "\n")
		}
	}
	if b.Len() > 0 {
		s.write(b.String() + "\n")
	}
}

func (s *Screen) failure(b *strings.Builder, f Failure) {
	names := list(f.Names)
	if len(names) > 0 {
		names[0] = text.Clean(f.Step) + " " + names[0]
	}
	b.WriteString("\n" + s.flow(Bad, "FAILED", " ", names))
	if f.Error != "" {
		b.WriteString("  " + s.style.bold(text.Clean(f.Error)) + "\n")
	}
	for _, line := range f.Context {
		b.WriteString("    " + s.style.faint(text.Clean(line)) + "\n")
	}
	if f.More > 0 && len(f.Others) == 0 {
		b.WriteString("  and " + text.Count(f.More, "more error") + "\n")
	} else if f.More > 0 {
		others := list(f.Others[:min(len(f.Others), named)])
		if f.More > len(others) {
			others[len(others)-1] += ", ..."
		}
		b.WriteString(s.flow(Plainly, "  and "+itoa(f.More)+" more:", "", others))
	}
	if f.Hint != "" {
		b.WriteString("  hint: " + text.Clean(f.Hint) + "\n")
	}
	if f.Log != "" {
		b.WriteString("  log: " + text.Clean(f.Log) + "\n")
	}
	if f.Paste != "" {
		b.WriteString("  run: " + f.Paste + "\n")
	}
	if len(f.FillIn) > 0 {
		b.WriteString(s.flow(Plainly, "       fill in", "", list(f.FillIn)))
	}
}

// list is "a,", "b,", "c", "and 4 more".
func list(names []string) []string {
	var shown []string
	for i, name := range names {
		if i == named {
			shown = append(shown, "and "+itoa(len(names)-named)+" more")
			break
		}
		if i < min(len(names), named)-1 {
			name += ","
		}
		shown = append(shown, text.Clean(name))
	}
	return shown
}

// flow writes parts behind a word, with one blank more where gap is one; on a
// terminal in rows that end between two of them.
func (s *Screen) flow(m Mood, word, gap string, parts []string) string {
	columns := 0
	if s.opts.Size != nil {
		columns, _ = s.opts.Size()
	}
	indent := "        "
	if columns < roomy {
		indent = "    "
	}
	text, used := s.style.mood(m, word)+gap, Width(word+gap)
	for i, part := range parts {
		if width := Width(part); columns == 0 || i == 0 || used+1+width <= columns {
			text, used = text+" "+part, used+1+width
		} else {
			part = strings.TrimLeft(part, " ")
			text, used = text+"\n"+indent+part, len(indent)+Width(part)
		}
	}
	return text + "\n"
}
