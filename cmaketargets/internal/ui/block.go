package ui

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Block is one step of one project as it is shown when it ended.
type Block struct {
	// Verdict is one word or two: "ok", "FAILED", "skipped".
	Verdict string
	// Mood colours the verdict; the word says the same.
	Mood Mood
	// Step is empty where several are meant; Name is "libs/foo [Release]".
	Step, Name string
	// Duration is shown when it is not zero.
	Duration time.Duration
	// Note is why, or what else there is to say; it may be empty.
	Note string
	// Output is shown below, every line marked as somebody else's.
	Output []byte
	// Detail is output that is shown only where it can be folded away.
	Detail bool
	// Cut says that Output is only the end of what was printed.
	Cut bool
	// Log is where all of the output is.
	Log string
}

// Columns of a head.
const (
	verdictWidth = 10 // "up to date"
	stepWidth    = 9  // "configure"
	fullName     = 12 // of a name this much is worth more than the step,
	leastName    = 6  // and this much more than the time
)

// head is the first line of a block. It takes no more columns than there are,
// when that is not 0: what else there is to say goes first, then the blanks
// that align it, then the beginning of the name.
func (b Block) head(columns int, s style) string {
	verdict, step, name, took, note := text.Clean(b.Verdict), text.Clean(b.Step), text.Clean(b.Name), "", ""
	if b.Duration > 0 {
		took = text.Duration(b.Duration)
	}
	if b.Note != "" {
		note = "(" + text.Clean(b.Note) + ")"
	}
	column := step
	if step != "" {
		column = pad(step, stepWidth)
	}
	short := join("  ", pad(verdict, verdictWidth), column, name, took)
	line := join("  ", short, note)
	if columns > 0 && Width(oneLine(line)) > columns {
		line = oneLine(short)
	}
	if columns > 0 && Width(line) > columns {
		line = narrow(columns, verdict, step, oneLine(name), took)
	}
	return s.mood(b.Mood, verdict) + strings.TrimPrefix(line, verdict)
}

// narrow is a head without blanks to align it, and as much as has room.
func narrow(columns int, verdict, step, name, took string) string {
	for _, form := range []struct {
		step, took string
		least      int // columns of the name
	}{{step, took, fullName}, {"", took, leastName}} {
		room := columns - Width(join(" ", verdict, form.step, form.took)) - 1
		if room >= min(Width(name), form.least) {
			return join(" ", verdict, form.step, cutFront(name, room), form.took)
		}
	}
	return cut(verdict+" "+cutFront(name, max(columns-Width(verdict)-1, 1)), columns)
}

// join puts what is not empty together.
func join(gap string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), gap)
}

// block is called with the lock held.
func (s *Screen) block(b Block) {
	var out strings.Builder
	columns := 0
	if s.live != nil {
		columns, _ = s.opts.Size()
		columns-- // see live.draw
	}
	head := b.head(columns, s.style)
	fold := s.opts.Fold
	// Below a live view the end of the run says what is worth knowing.
	hidden := b.Detail && fold == NoFold || s.live != nil && s.runs > 0 && b.Log != ""
	if len(b.Output) == 0 || hidden {
		out.WriteString(head + "\n")
		s.print(out.String())
		return
	}
	s.folds++
	out.WriteString(fold.open(head, s.folds, s.opts.Now()))
	s.output(&out, b)
	out.WriteString(fold.close(s.folds, s.opts.Now()))
	s.print(out.String())
}

// output writes what was printed, every line marked.
func (s *Screen) output(out *strings.Builder, b Block) {
	if b.Cut {
		fmt.Fprintf(out, "    | ... the beginning is in %s\n", text.Clean(b.Log))
	}
	for line := range bytes.Lines(b.Output) {
		out.WriteString("    | " + s.style.output(lastOverwrite(string(line))) + "\n")
	}
}

// lastOverwrite is what a terminal would show of a line in which carriage
// returns made a progress bar.
func lastOverwrite(line string) string {
	line = strings.TrimRight(line, "\r\n")
	return line[strings.LastIndexByte(line, '\r')+1:]
}

func itoa(n int) string { return strconv.Itoa(n) }
