package ui

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Block is one step of one project as it is shown when it ended.
type Block struct {
	// Verdict is one word or two: "ok", "FAILED", "skipped".
	Verdict string
	// Mood colours the verdict; the word says the same.
	Mood Mood
	// What is the step and the project: "configure libs/foo [Release]".
	What string
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

// verdictWidth is that of the longest verdict, "up to date".
const verdictWidth = 10

// block is called with the lock held.
func (s *Screen) block(b Block) {
	var out strings.Builder
	head := s.style.mood(b.Mood, pad(Clean(b.Verdict), verdictWidth)) + "  " + Clean(b.What)
	if b.Duration > 0 {
		head += "  " + Duration(b.Duration)
	}
	if b.Note != "" {
		head += "  (" + Clean(b.Note) + ")"
	}
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
	if b.Cut {
		fmt.Fprintf(&out, "    | ... the beginning is in %s\n", Clean(b.Log))
	}
	for line := range bytes.Lines(b.Output) {
		out.WriteString("    | " + s.style.output(lastOverwrite(string(line))) + "\n")
	}
	out.WriteString(fold.close(s.folds, s.opts.Now()))
	s.print(out.String())
}

// lastOverwrite is what a terminal would show of a line in which carriage
// returns made a progress bar.
func lastOverwrite(line string) string {
	line = strings.TrimRight(line, "\r\n")
	return line[strings.LastIndexByte(line, '\r')+1:]
}

// Duration formats d as a person says it: 0.31s, 12.4s, 3m05s.
func Duration(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.2fs", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	default:
		return seconds(d.Round(time.Second))
	}
}

// seconds is a duration without its fractions: 12s, 3m05s, 121m00s.
func seconds(d time.Duration) string {
	if d < time.Minute {
		return itoa(int(d.Seconds())) + "s"
	}
	return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
}

func itoa(n int) string { return strconv.Itoa(n) }
