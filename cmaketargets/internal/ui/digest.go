package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Digest is shown at the end of a run.
type Digest struct {
	Failures  []Failure
	Retried   []Retried
	Listed    []Listed
	Cancelled []string // steps that were stopped, "build libs/foo"
	Unbegun   int      // steps that were cancelled before they began
	Cause     string   // of the cancellation
	Warnings  []Count  // new ones, by project
	Slowest   []Slow
	Total     time.Duration // of all steps, also those not in Slowest
}

// Failure is one cause of failure, in one project or several.
type Failure struct {
	Step    string
	Names   []string // "libs/foo [Release]"
	Error   string   // the first real error
	Context []string // lines around the error, marked
	More    int      // further errors
	Others  []string // names of some of these, where they have names
	Hint    string   // a remedy
	Log     string
	Paste   string   // a command to paste
	FillIn  []string // variables in Paste whose values are missing
}

// Retried are steps that were done again, for one reason.
type Retried struct {
	Steps []string // "configure libs/foo"
	Why   string   // with a remedy
}

// Listed are steps or tests that ended in some way that is worth a look, a line each.
type Listed struct {
	Title string
	Lines []string
}

// Count is a number of things found in one place.
type Count struct {
	Where string
	N     int
}

// Slow is a step and its duration.
type Slow struct {
	Name     string
	Duration time.Duration
}

// maxNames bounds the names shown of one list.
const maxNames = 10

// Digest prints the end of a run.
func (s *Screen) Digest(d Digest) {
	b := flow{style: s.style}
	if s.opts.Size != nil {
		b.columns, _ = s.opts.Size()
	}
	for _, f := range d.Failures {
		b.failure(f)
	}
	for _, r := range d.Retried {
		b.WriteString("\n")
		b.line(Caution, "done again", " ", list(r.Steps))
		b.WriteString("  " + text.Clean(r.Why) + "\n")
	}
	for _, l := range d.Listed {
		fmt.Fprintf(&b, "\n%s\n", s.style.paint(Caution, l.Title))
		for i, line := range l.Lines {
			if i == maxNames {
				fmt.Fprintf(&b, "  and %d more\n", len(l.Lines)-maxNames)
				break
			}
			b.WriteString("  " + text.Clean(line) + "\n")
		}
	}
	if n := len(d.Cancelled) + d.Unbegun; n > 0 {
		parts := list(d.Cancelled)
		if d.Unbegun > 0 {
			if len(parts) > 0 {
				parts[len(parts)-1] += ";"
			}
			parts = append(parts, strconv.Itoa(d.Unbegun)+" not begun")
		}
		b.WriteString("\n")
		b.line(Caution, "cancelled", " ", append(parts, " ("+text.Clean(d.Cause)+")"))
	}
	if n := len(d.Warnings); n > 0 && s.opts.Quiet {
		sum := 0
		for _, w := range d.Warnings {
			sum += w.N
		}
		fmt.Fprintf(&b, "\n%s in %s\n", s.style.paint(Caution, text.Count(sum, "new warning")), text.Count(n, "project"))
	} else if n > 0 {
		fmt.Fprintf(&b, "\n%s\n", s.style.paint(Caution, "new warnings"))
		for i, w := range d.Warnings {
			if i == maxNames {
				fmt.Fprintf(&b, "  and in %d more\n", len(d.Warnings)-maxNames)
				break
			}
			fmt.Fprintf(&b, "  %4d  %s\n", w.N, text.Clean(w.Where))
		}
	}
	if len(d.Slowest) > 0 && !s.opts.Quiet {
		b.WriteString("\nslowest\n")
		for _, slow := range d.Slowest {
			share := 0.0
			if d.Total > 0 {
				share = 100 * float64(slow.Duration) / float64(d.Total)
			}
			fmt.Fprintf(&b, "  %7s%5.0f%%  %s\n", text.Duration(slow.Duration), share, text.Clean(slow.Name))
		}
	}
	if b.Len() > 0 {
		s.write(b.String() + "\n")
	}
}

// flow is the text of a digest. On a terminal the parts of a line flow.
type flow struct {
	strings.Builder
	style   style
	columns int // of the terminal, 0 elsewhere
}

// failure writes a failure.
func (b *flow) failure(f Failure) {
	names := list(f.Names)
	if len(names) > 0 {
		names[0] = text.Clean(f.Step) + " " + names[0]
	}
	b.WriteString("\n")
	b.line(Bad, "FAILED", " ", names)
	if f.Error != "" {
		b.WriteString("  " + b.style.bold(text.Clean(f.Error)) + "\n")
	}
	for _, line := range f.Context {
		b.WriteString("    " + b.style.paint(Faint, text.Clean(line)) + "\n")
	}
	if f.More > 0 && len(f.Others) == 0 {
		b.WriteString("  and " + text.Count(f.More, "more error") + "\n")
	} else if f.More > 0 {
		others := list(f.Others[:min(len(f.Others), maxNames)])
		if f.More > len(others) {
			others[len(others)-1] += ", ..."
		}
		b.line(Normal, fmt.Sprintf("  and %d more:", f.More), "", others)
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
		b.line(Normal, "       fill in", "", list(f.FillIn))
	}
}

// list returns the parts of an enumeration: "a,", "b,", "c", "and 4 more".
func list(names []string) []string {
	var parts []string
	for i, name := range names {
		if i == maxNames {
			parts = append(parts, fmt.Sprintf("and %d more", len(names)-maxNames))
			break
		}
		if i < min(len(names), maxNames)-1 {
			name += ","
		}
		parts = append(parts, text.Clean(name))
	}
	return parts
}

// line writes a word, a gap and parts as a line, on a terminal as rows that end between two parts.
func (b *flow) line(t Tone, word, gap string, parts []string) {
	indent := "        "
	if b.columns < wide {
		indent = "    "
	}
	line, used := b.style.paint(t, word)+gap, Width(word+gap)
	for i, part := range parts {
		if width := Width(part); b.columns == 0 || i == 0 || used+1+width <= b.columns {
			line, used = line+" "+part, used+1+width
		} else {
			part = strings.TrimLeft(part, " ")
			line, used = line+"\n"+indent+part, len(indent)+Width(part)
		}
	}
	b.WriteString(line + "\n")
}
