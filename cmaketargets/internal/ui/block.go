package ui

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Block is one finished step of one project as it is shown.
type Block struct {
	Verdict  string // one word or two: "ok", "FAILED"
	Tone     Tone   // of Verdict
	Step     string // empty for several
	Name     string // "libs/foo [Release]"
	Duration time.Duration
	Note     string // a reason or a remark; may be empty
	Output   []byte // shown below, every line marked
	Detail   bool   // Output is shown only where it can be folded
	Cut      bool   // Output is only the end of the output
	Log      string // the file with all of the output
}

// Columns of a head.
const (
	verdictWidth = 10 // "up to date"
	stepWidth    = 9  // "configure"
	fullName     = 12 // a name has so many before the step is shown,
	leastName    = 6  // and so many before the time is
)

// head returns the first line of a block, in at most that many columns unless they are 0. Where
// there are too few, the note goes first, then the blanks for alignment, the step, the time and
// the beginning of the name.
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
	if columns > 0 && Width(noTabs(line)) > columns {
		line = noTabs(short)
	}
	if columns > 0 && Width(line) > columns {
		line = narrowHead(columns, verdict, step, noTabs(name), took)
	}
	return s.paint(b.Tone, verdict) + strings.TrimPrefix(line, verdict)
}

// narrowHead returns a head without alignment, and as much of it as there is room for.
func narrowHead(columns int, verdict, step, name, took string) string {
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

// join joins the parts that are not empty.
func join(gap string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), gap)
}

// block prints a block. The caller holds the lock.
func (s *Screen) block(b Block) {
	columns := 0
	if s.live != nil {
		columns, _ = s.opts.Size()
		columns-- // see live.draw
	}
	head := b.head(columns, s.style)
	// During a live view output stays in the log; the digest follows.
	hidden := (b.Detail || s.opts.Quiet) && s.opts.Fold == NoFold || s.live != nil && s.runs > 0 && b.Log != ""
	if len(b.Output) == 0 || hidden {
		s.print(head + "\n")
		return
	}
	s.folded(head, b.output(s.style))
}

// folded prints whole lines in a fold.
func (s *Screen) folded(title, lines string) {
	s.folds++
	now := s.opts.Now()
	s.print(s.opts.Fold.open(title, s.folds, now) + lines + s.opts.Fold.close(s.folds, now))
}

// output returns the output of a block, every line marked.
func (b Block) output(s style) string {
	var out strings.Builder
	if b.Cut {
		fmt.Fprintf(&out, "    | ... the beginning is in %s\n", text.Clean(b.Log))
	}
	for line := range bytes.Lines(b.Output) {
		out.WriteString("    | " + s.output(lastOverwrite(string(line))) + "\n")
	}
	return out.String()
}

// lastOverwrite returns the end of a line as a terminal shows it after carriage returns, by which
// tools draw progress bars.
func lastOverwrite(line string) string {
	line = strings.TrimRight(line, "\r\n")
	return line[strings.LastIndexByte(line, '\r')+1:]
}
