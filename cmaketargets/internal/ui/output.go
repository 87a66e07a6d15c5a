package ui

import (
	"bytes"
	"io"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

const (
	maxLine = 4096 // bytes; a longer line is several
	// maxLinesRead bounds the lines of one write in which the activity is searched. That of a
	// command which prints faster cannot be read by people.
	maxLinesRead = 16
)

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
	n := len(p)
	if !o.screen.opts.Verbose {
		p = o.lastLines(p)
	}
	for len(p) > 0 {
		piece, rest, whole := bytes.Cut(p, []byte{'\n'})
		if room := maxLine - len(o.rest); len(piece) > room {
			piece, rest, whole = p[:room], p[room:], false
		}
		o.rest, p = append(o.rest, piece...), rest
		if whole || len(o.rest) == maxLine {
			o.show()
		}
	}
	return n, nil
}

// lastLines returns the last lines of p, as many as are searched.
func (o *output) lastLines(p []byte) []byte {
	start := len(p)
	for range maxLinesRead + 1 {
		if start = bytes.LastIndexByte(p[:start], '\n'); start < 0 {
			return p
		}
	}
	o.rest = o.rest[:0]
	return p[start+1:]
}

// show sends a line and the activity in it to the screen.
func (o *output) show() {
	activity, ok := o.activity(text.Clean(lastOverwrite(string(o.rest))))
	if ok && activity != o.last {
		o.last = activity
		o.screen.Send(Doing{o.job, activity})
	}
	if o.screen.opts.Verbose {
		o.screen.Send(Printed{o.job, string(o.rest)})
	}
	o.rest = o.rest[:0]
}

// Close implements io.Closer.
func (o *output) Close() error {
	if o.screen.opts.Verbose && len(o.rest) > 0 {
		o.show()
	}
	return nil
}
