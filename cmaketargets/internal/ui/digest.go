package ui

import (
	"strings"
	"time"
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
	What  []string // "build libs/foo"
	Error string   // its first real error
	Hint  string   // what to do about it
	// Context are the lines around the error, with what stands before each.
	Context []string
	Log     string
	Paste   string // the command to paste
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
		var parts []string
		if len(d.Cancelled) > 0 {
			parts = append(parts, s.list(d.Cancelled))
		}
		if d.Unbegun > 0 {
			parts = append(parts, itoa(d.Unbegun)+" not begun")
		}
		b.WriteString("\n" + s.style.mood(Odd, "cancelled") + "  " + strings.Join(parts, "; ") + "  (" + Clean(d.Cause) + ")\n")
	}
	if len(d.Warnings) > 0 {
		b.WriteString("\n" + s.style.mood(Odd, "new warnings") + "\n")
		for i, w := range d.Warnings {
			if i == named {
				b.WriteString("  and in " + itoa(len(d.Warnings)-named) + " more\n")
				break
			}
			b.WriteString("  " + padFront(itoa(w.N), 4) + "  " + Clean(w.Where) + "\n")
		}
	}
	if len(d.Slowest) > 0 {
		b.WriteString("\nslowest\n")
		for _, slow := range d.Slowest {
			share := 0
			if d.Total > 0 {
				share = int((100*slow.Took + d.Total/2) / d.Total)
			}
			b.WriteString("  " + padFront(Duration(slow.Took), 7) + padFront(itoa(share), 5) + "%  " + Clean(slow.What) + "\n")
		}
	}
	if b.Len() > 0 {
		s.write(b.String() + "\n")
	}
}

func (s *Screen) failure(b *strings.Builder, f Failure) {
	b.WriteString("\n" + s.style.mood(Bad, "FAILED") + "  " + s.list(f.What) + "\n")
	if f.Error != "" {
		b.WriteString("  " + s.style.bold(Clean(f.Error)) + "\n")
	}
	for _, line := range f.Context {
		b.WriteString("    " + s.style.faint(Clean(line)) + "\n")
	}
	if f.Hint != "" {
		b.WriteString("  hint: " + Clean(f.Hint) + "\n")
	}
	if f.Log != "" {
		b.WriteString("  log: " + Clean(f.Log) + "\n")
	}
	if f.Paste != "" {
		b.WriteString("  run: " + f.Paste + "\n")
	}
}

// list is "a, b, c and 4 more".
func (s *Screen) list(names []string) string {
	var shown []string
	for i, name := range names {
		if i == named {
			return strings.Join(shown, ", ") + " and " + itoa(len(names)-named) + " more"
		}
		shown = append(shown, Clean(name))
	}
	return strings.Join(shown, ", ")
}
