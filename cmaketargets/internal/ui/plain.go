// Package ui shows a run to a person. It consumes what happened and decides
// nothing.
package ui

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Block is one step of one project as it is shown when it ended.
type Block struct {
	// Verdict is one word or two: "ok", "FAILED", "skipped".
	Verdict string
	// What is the step and the project: "configure libs/foo [Release]".
	What string
	// Duration is shown when it is not zero.
	Duration time.Duration
	// Note is why, or what else there is to say; it may be empty.
	Note string
	// Output is shown below, every line marked as somebody else's.
	Output []byte
	// Cut says that Output is only the end of what was printed.
	Cut bool
	// Log is where all of the output is.
	Log string
}

// Failure is one failed step as it is shown at the end.
type Failure struct {
	What  string
	Error string // its first real error
	Log   string
	Paste string // the command to paste
}

// Plain prints blocks one after the other, each in one write, so that those
// of several runs never mix. It may be used from several goroutines.
type Plain struct {
	mu  sync.Mutex
	out io.Writer
}

// NewPlain returns a Plain that prints to out.
func NewPlain(out io.Writer) *Plain { return &Plain{out: out} }

// verdictWidth is that of the longest verdict, "up to date".
const verdictWidth = 10

// Block prints one block.
func (p *Plain) Block(b Block) {
	var s bytes.Buffer
	fmt.Fprintf(&s, "%-*s  %s", verdictWidth, b.Verdict, Clean(b.What))
	if b.Duration > 0 {
		s.WriteString("  " + Duration(b.Duration))
	}
	if b.Note != "" {
		s.WriteString("  (" + Clean(b.Note) + ")")
	}
	s.WriteByte('\n')
	if b.Cut {
		fmt.Fprintf(&s, "    | ... the beginning is in %s\n", Clean(b.Log))
	}
	for line := range bytes.Lines(b.Output) {
		s.WriteString("    | ")
		s.WriteString(Clean(lastOverwrite(string(line))))
		s.WriteByte('\n')
	}
	p.write(s.Bytes())
}

// lastOverwrite is what a terminal would show of a line in which carriage
// returns made a progress bar.
func lastOverwrite(line string) string {
	line = strings.TrimRight(line, "\r\n")
	return line[strings.LastIndexByte(line, '\r')+1:]
}

// Failures prints all failures once more.
func (p *Plain) Failures(list []Failure) {
	if len(list) == 0 {
		return
	}
	var s bytes.Buffer
	for _, f := range list {
		fmt.Fprintf(&s, "\nFAILED  %s\n", Clean(f.What))
		if f.Error != "" {
			fmt.Fprintf(&s, "  %s\n", Clean(f.Error))
		}
		if f.Log != "" {
			fmt.Fprintf(&s, "  log: %s\n", Clean(f.Log))
		}
		if f.Paste != "" {
			fmt.Fprintf(&s, "  run: %s\n", f.Paste)
		}
	}
	s.WriteByte('\n')
	p.write(s.Bytes())
}

// Line prints one line.
func (p *Plain) Line(text string) { p.write([]byte(Clean(text) + "\n")) }

// write ignores failures: there is nobody left to tell, and the work is worth
// more than the words about it.
func (p *Plain) write(b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = p.out.Write(b)
}

// Duration formats d as a person says it: 0.31s, 12.4s, 3m05s.
func Duration(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.2fs", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	default:
		d = d.Round(time.Second)
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
}
