package graph

import (
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Answer returns the edge from a project to the one that provides a package which it looked for and
// did not find; ok reports that there is one. The edge may be one of Edges, or may have been cut. A
// project with the name of the package may provide it in a way that the code does not show.
func (g *Graph) Answer(from, name string) (e model.Edge, ok bool) {
	i, known := g.index[from]
	if !known || len(g.readings) == 0 {
		return e, false
	}
	keys := append(keysOf(name), pkgConfig(name))
	e = model.Edge{From: from, Need: model.Site{Text: "find_package(" + name + ")"}, Packages: []string{name}}
	if s, ok := g.answer(i, keys); ok {
		e.To, e.Answer = g.projects[s.project].Path, s.site
		return e, true
	}
	if slices.ContainsFunc(keys, func(k key) bool { _, own := g.readings[i].provides[k]; return own }) {
		return e, false
	}
	for j, p := range g.projects {
		if j != i && slices.ContainsFunc(g.readings[j].names, func(n string) bool { return strings.EqualFold(n, name) }) {
			e.To, e.Answer = p.Path, model.Site{File: g.readings[j].top, Text: "project(" + name + ")"}
			return e, true
		}
	}
	return e, false
}

// Cut reports whether Config.Needs cuts an edge.
func (g *Graph) Cut(e model.Edge) bool {
	return slices.ContainsFunc(g.cut[g.index[e.From]], func(pattern string) bool { return discover.Match(pattern, e.To) })
}

// Learn adds an edge that the code does not show. It reports false if there is one between the
// projects, directly or through others, if it is cut, and if it would close a cycle.
func (g *Graph) Learn(e model.Edge) bool {
	_, from := g.index[e.From]
	_, to := g.index[e.To]
	if !from || !to || g.Cut(e) {
		return false
	}
	g.learning.Lock()
	defer g.learning.Unlock()
	if g.reaches(e.To, e.From) || g.reaches(e.From, e.To) {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.Edges = append(g.Edges, e)
	g.from[e.From] = append(g.from[e.From], e)
	g.to[e.To] = append(g.to[e.To], e)
	return true
}
