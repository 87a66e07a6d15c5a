package graph

import (
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// CycleError is the error of projects that need each other.
type CycleError struct {
	Edges []model.Edge // each From is the To of the one before
}

// Error implements error.
func (e *CycleError) Error() string {
	return strings.Join(e.Lines(func(path string) string { return path }), "; ")
}

// Lines returns the edges and the remedy, a line each. show shortens paths.
func (e *CycleError) Lines(show func(string) string) []string {
	lines := []string{"order projects: they need each other in a circle"}
	for _, edge := range e.Edges {
		lines = append(lines, edge.String(show))
	}
	first := e.Edges[0]
	return append(lines, `cut one of these with Config.Needs: map[string][]string{"`+first.From+`": {"!`+first.To+`"}}`)
}

// Order returns projects and all that they need, each after those that it needs. Edges that rest are
// left out. The error is a *CycleError.
func (g *Graph) Order(projects []model.Project, rests func(model.Edge) bool) ([]model.Project, error) {
	var order []model.Project
	const open, closed = 1, 2
	state := map[int]int{}
	var path []model.Edge
	var visit func(i int) error
	visit = func(i int) error {
		switch state[i] {
		case closed:
			return nil
		case open:
			start := len(path) - 1
			for path[start].From != g.projects[i].Path {
				start--
			}
			return &CycleError{append([]model.Edge(nil), path[start:]...)}
		}
		state[i] = open
		for _, e := range g.Needs(g.projects[i].Path) {
			if rests(e) {
				continue
			}
			path = append(path, e)
			if err := visit(g.index[e.To]); err != nil {
				return err
			}
			path = path[:len(path)-1]
		}
		state[i] = closed
		order = append(order, g.projects[i])
		return nil
	}
	for _, p := range projects {
		i, ok := g.index[p.Path]
		if !ok { // it is gone, and is cleaned
			order = append(order, p)
			continue
		}
		if err := visit(i); err != nil {
			return nil, err
		}
	}
	return order, nil
}

// Closure returns projects and all that they need, each once.
func (g *Graph) Closure(projects []model.Project) []model.Project {
	all := slices.Clone(projects)
	seen := map[string]bool{}
	for _, p := range projects {
		seen[p.Path] = true
	}
	for i := 0; i < len(all); i++ {
		for _, e := range g.Needs(all[i].Path) {
			if !seen[e.To] {
				seen[e.To] = true
				all = append(all, g.projects[g.index[e.To]])
			}
		}
	}
	return all
}

// Project returns the project with a path.
func (g *Graph) Project(path string) (p model.Project, ok bool) {
	i, ok := g.index[path]
	if ok {
		p = g.projects[i]
	}
	return p, ok
}

// Needs returns the edges from a project.
func (g *Graph) Needs(path string) []model.Edge {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.from[path]
}

// NeededBy returns the edges to a project.
func (g *Graph) NeededBy(path string) []model.Edge {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.to[path]
}

// All returns the projects that a project needs, directly or through others, nearest first.
func (g *Graph) All(path string) []model.Project {
	return g.walk(path, g.Needs, func(e model.Edge) string { return e.To })
}

// Dependents returns the projects that need a project, directly or through others, nearest first.
func (g *Graph) Dependents(path string) []model.Project {
	return g.walk(path, g.NeededBy, func(e model.Edge) string { return e.From })
}

// walk returns the projects at the other ends of the edges of a project, and of their edges.
func (g *Graph) walk(path string, edges func(string) []model.Edge, end func(model.Edge) string) []model.Project {
	var all []model.Project
	seen := map[string]bool{path: true}
	for queue := []string{path}; len(queue) > 0; queue = queue[1:] {
		for _, e := range edges(queue[0]) {
			if next := end(e); !seen[next] {
				seen[next] = true
				all = append(all, g.projects[g.index[next]])
				queue = append(queue, next)
			}
		}
	}
	return all
}
