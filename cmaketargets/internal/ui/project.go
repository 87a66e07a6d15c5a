package ui

import (
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// projects gathers what the steps of each project came to, for the live view:
// there a project has one line, when its last step is over or one has failed.
type projects struct {
	left map[string]int // steps that are not over, by the name of the project
	of   map[string]*ended
}

// ended is what became of the steps of a project so far.
type ended struct {
	last  *Block
	took  time.Duration
	steps []string // "configure 0.31s"
	short bool     // the end of the run came before that of a step
	told  bool     // it has its line
}

func newProjects() *projects { return &projects{map[string]int{}, map[string]*ended{}} }

// add takes in an event. It returns the line of a project that is over.
func (p *projects) add(e Event) (Block, bool) {
	switch e := e.(type) {
	case Queued:
		p.left[e.Job.Name()]++
	case Ended:
		name := e.Job.Name()
		of := p.of[name]
		if of == nil {
			of = &ended{}
			p.of[name] = of
		}
		of.add(e)
		if p.left[name]--; p.left[name] <= 0 {
			delete(p.left, name)
			delete(p.of, name)
		} else if !e.Failed {
			return Block{}, false
		}
		return of.line()
	}
	return Block{}, false
}

func (e *ended) add(of Ended) {
	e.short = e.short || of.Cancelled
	if of.Quiet {
		return
	}
	b := of.Block
	// What was skipped says less than what was done.
	if e.last == nil || b.Mood == Bad || b.Duration > 0 {
		e.last = &b
	}
	if b.Duration > 0 {
		e.took += b.Duration
		e.steps = append(e.steps, text.Clean(of.Job.Step)+" "+text.Duration(b.Duration))
	}
}

// line is about all steps of the project when all went well, else about the one
// that did not, or the last that did.
func (e *ended) line() (Block, bool) {
	if e.last == nil || e.told {
		return Block{}, false
	}
	e.told = true
	b := *e.last
	if len(e.steps) > 1 && b.Mood != Bad && !e.short {
		b.Step, b.Duration = "", e.took
		if b.Note == "" {
			b.Note = strings.Join(e.steps, ", ")
		}
	}
	return b, true
}
