package ui

import (
	"maps"
	"slices"
	"strings"
)

// group is what the steps of a project came to, for a log that folds: there
// a project is one group, shown when its last step is over.
type group struct {
	left   int // steps that are not over
	sum    ended
	blocks []Block
}

// groups are those of the projects that are not over, by their names.
type groups map[string]*group

// add takes in an event. It returns the group of a project that is over, nil
// when none is.
func (g groups) add(e Event) *group {
	switch e := e.(type) {
	case Queued:
		g.of(e.Job).left++
	case Ended:
		of := g.of(e.Job)
		of.sum.add(e)
		if !e.Quiet {
			of.blocks = append(of.blocks, e.Block)
		}
		if of.left--; of.left <= 0 {
			delete(g, e.Job.Name())
			return of
		}
	}
	return nil
}

func (g groups) of(job *Job) *group {
	of := g[job.Name()]
	if of == nil {
		of = &group{}
		g[job.Name()] = of
	}
	return of
}

// grouped says whether each project is a group.
func (s *Screen) grouped() bool { return s.opts.Fold != NoFold && s.live == nil && !s.opts.Verbose }

// group and flush are called with the lock held.
func (s *Screen) group(g *group) {
	printed := slices.ContainsFunc(g.blocks, func(b Block) bool { return len(b.Output) > 0 })
	if len(g.blocks) < 2 || !printed {
		for _, b := range g.blocks {
			s.block(b)
		}
		return
	}
	title, _ := g.sum.line()
	var out strings.Builder
	s.folds++
	out.WriteString(s.opts.Fold.open(title.head(0, s.style), s.folds, s.opts.Now()))
	for _, b := range g.blocks {
		out.WriteString(b.head(0, s.style) + "\n")
		s.output(&out, b)
	}
	out.WriteString(s.opts.Fold.close(s.folds, s.opts.Now()))
	s.print(out.String())
}

// flush shows the groups of projects that will have no end any more.
func (s *Screen) flush() {
	for _, name := range slices.Sorted(maps.Keys(s.groups)) {
		s.group(s.groups[name])
	}
	s.groups = groups{}
}
