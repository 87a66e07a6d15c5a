package ui

import (
	"bytes"
	"io"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// maxLine bounds the part that is kept of a line without its end, in bytes. A longer line is shown
// in pieces.
const maxLine = 4096

// maxLinesRead bounds the lines of one write in which the activity is searched. That of a command
// which prints faster cannot be read by people.
const maxLinesRead = 16

// output receives the output of a job.
type output struct {
	screen   *Screen
	job      *Job
	activity func(line string) (string, bool)
	rest     []byte // the beginning of a line
	last     string // activity
}

// Output returns a writer for the output of a job. activity returns the current activity of the job
// from a line that has one. With Options.Verbose every line is printed, and Close prints a last
// line without an end. Only one goroutine may use the writer.
func (s *Screen) Output(job *Job, activity func(line string) (string, bool)) io.WriteCloser {
	return &output{screen: s, job: job, activity: activity}
}

// Write implements io.Writer. It never fails.
func (o *output) Write(p []byte) (int, error) {
	if o.screen.opts.Verbose {
		o.print(p)
		return len(p), nil
	}
	end := bytes.LastIndexByte(p, '\n')
	if end < 0 {
		o.keep(p)
		return len(p), nil
	}
	whole := p[:end]
	for range maxLinesRead {
		start := bytes.LastIndexByte(whole, '\n')
		line := whole[start+1:]
		if start < 0 {
			line = append(o.rest, line...)
		}
		if o.read(line) || start < 0 {
			break
		}
		whole = whole[:start]
	}
	o.rest = o.rest[:0]
	o.keep(p[end+1:])
	return len(p), nil
}

// keep keeps the beginning of a line.
func (o *output) keep(p []byte) {
	o.rest = append(o.rest, p[:min(len(p), maxLine-min(maxLine, len(o.rest)))]...)
}

// read sends the activity in a line to the screen, and reports whether there is one.
func (o *output) read(line []byte) bool {
	if len(line) > maxLine {
		return false
	}
	activity, ok := o.activity(text.Clean(lastOverwrite(string(line))))
	if ok && activity != o.last {
		o.last = activity
		o.screen.Send(Doing{o.job, activity})
	}
	return ok
}

// print sends every line to the screen, also pieces of maxLine bytes.
func (o *output) print(p []byte) {
	for len(p) > 0 {
		piece, rest, whole := bytes.Cut(p, []byte{'\n'})
		if room := maxLine - len(o.rest); len(piece) > room {
			piece, rest, whole = p[:room], p[room:], false
		}
		o.rest, p = append(o.rest, piece...), rest
		if whole || len(o.rest) == maxLine {
			o.printLine()
		}
	}
}

func (o *output) printLine() {
	o.read(o.rest)
	o.screen.Send(Printed{o.job, string(o.rest)})
	o.rest = o.rest[:0]
}

// Close implements io.Closer.
func (o *output) Close() error {
	if o.screen.opts.Verbose && len(o.rest) > 0 {
		o.printLine()
	}
	return nil
}
