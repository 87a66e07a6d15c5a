package ui

import (
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// projects holds the projects with unfinished steps, by name. A live view has one line for each
// project, and a log that folds has one group.
type projects map[string]*project

// project is the outcome of the steps of a project so far.
type project struct {
	left      int // unfinished steps
	blocks    []Block
	last      *Block // of the step that matters most
	duration  time.Duration
	steps     []string // "configure 0.31s"
	cancelled bool     // a step was
	shown     bool     // its line is printed
}

// add records an event and returns the project of a step that ended, and whether it was the last
// one.
func (p projects) add(e Event) (of *project, finished bool) {
	switch e := e.(type) {
	case Queued:
		p.get(e.Job.Name()).left++
	case Ended:
		of = p.get(e.Job.Name())
		of.add(e)
		if of.left--; of.left <= 0 {
			delete(p, e.Job.Name())
		}
		return of, of.left <= 0
	}
	return nil, false
}

func (p projects) get(name string) *project {
	if p[name] == nil {
		p[name] = &project{}
	}
	return p[name]
}

func (p *project) add(e Ended) {
	p.cancelled = p.cancelled || e.Cancelled
	if e.Quiet {
		return
	}
	b := e.Block
	p.blocks = append(p.blocks, b)
	// A step that was skipped matters less than one that was done.
	if p.last == nil || b.Tone == Bad || b.Duration > 0 {
		p.last = &b
	}
	if b.Duration > 0 {
		p.duration += b.Duration
		p.steps = append(p.steps, text.Clean(e.Job.Step)+" "+text.Duration(b.Duration))
	}
}

// line returns the line of a project, once: about all steps when they succeeded, else about the
// step that did not, or the last one that was done.
func (p *project) line() (Block, bool) {
	if p.last == nil || p.shown {
		return Block{}, false
	}
	p.shown = true
	b := *p.last
	if len(p.steps) > 1 && b.Tone != Bad && !p.cancelled {
		b.Step, b.Duration = "", p.duration
		if b.Note == "" {
			b.Note = strings.Join(p.steps, ", ")
		}
	}
	return b, true
}

// grouped reports whether each project is a group.
func (s *Screen) grouped() bool { return s.opts.Fold != NoFold && s.live == nil && !s.opts.Verbose }

// group prints the steps of a project as one group, with Options.Quiet if one failed or was cancelled. The caller
// holds the lock.
func (s *Screen) group(p *project) {
	if s.opts.Quiet && !p.cancelled && !slices.ContainsFunc(p.blocks, func(b Block) bool { return b.Tone == Bad }) {
		return
	}
	hasOutput := slices.ContainsFunc(p.blocks, func(b Block) bool { return len(b.Output) > 0 })
	if len(p.blocks) < 2 || !hasOutput {
		for _, b := range p.blocks {
			s.block(b)
		}
		return
	}
	title, _ := p.line()
	var lines strings.Builder
	for _, b := range p.blocks {
		lines.WriteString(b.head(0, s.style) + "\n" + b.output(s.style))
	}
	s.folded(title.head(0, s.style), lines.String())
}

// flush prints the groups of unfinished projects. The caller holds the lock.
func (s *Screen) flush() {
	if s.grouped() {
		for _, name := range text.SortedKeys(s.projects) {
			s.group(s.projects[name])
		}
	}
	s.projects = projects{}
}
