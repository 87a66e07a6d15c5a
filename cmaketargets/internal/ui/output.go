package ui

import (
	"bytes"
	"io"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// maxLine bounds what is kept of a line whose end has not come, in bytes; one
// that is longer is shown in pieces.
const maxLine = 4096

// looked is how many lines of a piece of output are looked at for what a job
// does; a command that prints faster than that says nothing worth showing.
const looked = 16

// output is what a job writes to.
type output struct {
	screen *Screen
	job    *Job
	read   func(line string) (string, bool)
	rest   []byte // the beginning of a line
	last   string // what was being done
}

// Output returns a writer for the output of a job as it comes. It keeps what
// the job does now, which read finds in a line where the line says so, and
// under Options.Verbose it prints every line. One goroutine writes to it; who
// closes it prints a last line that has no end.
func (s *Screen) Output(job *Job, read func(line string) (string, bool)) io.WriteCloser {
	return &output{screen: s, job: job, read: read}
}

// Write implements io.Writer. It never fails.
func (o *output) Write(p []byte) (int, error) {
	n := len(p)
	if o.screen.opts.Verbose {
		o.print(p)
		return n, nil
	}
	end := bytes.LastIndexByte(p, '\n')
	if end < 0 {
		o.keep(p)
		return n, nil
	}
	whole := p[:end]
	for range looked {
		start := bytes.LastIndexByte(whole, '\n')
		line := whole[start+1:]
		if start < 0 {
			line = append(o.rest, line...)
		}
		if o.doing(line) || start < 0 {
			break
		}
		whole = whole[:start]
	}
	o.rest = o.rest[:0]
	o.keep(p[end+1:])
	return n, nil
}

func (o *output) keep(p []byte) {
	o.rest = append(o.rest, p[:min(len(p), maxLine-min(maxLine, len(o.rest)))]...)
}

// doing tells the screen if the line says what is being done.
func (o *output) doing(line []byte) bool {
	if len(line) > maxLine {
		return false
	}
	what, ok := o.read(text.Clean(lastOverwrite(string(line))))
	if ok && what != o.last {
		o.last = what
		o.screen.Send(Doing{o.job, what})
	}
	return ok
}

// print sends every whole line to the screen.
func (o *output) print(p []byte) {
	for len(p) > 0 {
		end := bytes.IndexByte(p, '\n')
		piece := p
		if end >= 0 {
			piece = p[:end]
		}
		room := maxLine - len(o.rest)
		whole := end >= 0 && len(piece) <= room
		if !whole {
			piece = piece[:min(len(piece), room)]
		}
		o.rest, p = append(o.rest, piece...), p[len(piece):]
		if whole {
			p = p[1:]
		}
		if whole || len(o.rest) == maxLine {
			o.line()
		}
	}
}

func (o *output) line() {
	o.doing(o.rest)
	o.screen.Send(Printed{o.job, string(o.rest)})
	o.rest = o.rest[:0]
}

// Close implements io.Closer.
func (o *output) Close() error {
	if o.screen.opts.Verbose && len(o.rest) > 0 {
		o.line()
	}
	return nil
}
