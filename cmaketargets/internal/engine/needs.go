package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/graph"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// needs are the needs of the projects of a session for each other.
type needs struct {
	settings *settings.Settings
	tree     func(model.Project, model.Variant) *plan.Tree // without a search path

	read  sync.Once
	graph *graph.Graph
	err   error // of a setting

	mu        sync.Mutex
	installed map[string]string // directory of the installed files of a build tree, see equip
}

// open reads the graph, once. notes is called with the lines for the user.
func (n *needs) open(projects []model.Project, note func(string)) error {
	n.read.Do(func() {
		n.graph, n.err = graph.Find(projects, graph.Options{Needs: n.settings.Needs, Jobs: n.settings.Jobs})
		if n.err != nil {
			return
		}
		for _, p := range projects {
			for _, v := range n.settings.Variants {
				for _, e := range treestate.Learned(n.tree(p, v).Dir) {
					if len(projects) > 1 && e.From == p.Path {
						n.graph.Learn(e)
					}
				}
			}
		}
		for _, line := range n.graph.Notes {
			note("note: " + line)
		}
	})
	return n.err
}

// order is the order in which the projects of a run begin.
type order struct {
	needs    *needs
	projects []model.Project // those of the run and all that they need, each after those that it needs
	selected map[string]bool // those of the run, by path
	needed   map[string]bool // those that another one needs
}

// order returns the order of projects for a chain of steps.
func (n *needs) order(projects []model.Project, chain []model.Step) (order, error) {
	o := order{n, projects, map[string]bool{}, map[string]bool{}}
	for _, p := range projects {
		o.selected[p.Path] = true
	}
	if !slices.Contains(chain, model.Configure) {
		return o, nil
	}
	var err error
	o.projects, err = n.graph.Order(projects)
	if circle := (*graph.CycleError)(nil); errors.As(err, &circle) {
		return o, &linesError{circle.Lines(n.settings.Show)}
	}
	for _, p := range o.projects {
		for _, e := range n.of(p) {
			o.needed[e.To] = true
		}
	}
	return o, err
}

// links returns the chain of steps in a build tree.
func (o order) links(t *plan.Tree, chain []model.Step) []plan.Link {
	return plan.Links(t, chain, o.selected[t.Project.Path], o.needed[t.Project.Path])
}

// edges returns the edges between the projects.
func (o order) edges() []model.Edge {
	var edges []model.Edge
	for _, p := range o.projects {
		edges = append(edges, o.needs.of(p)...)
	}
	return edges
}

// before returns the edges to the projects whose install steps a step comes after. A build comes after
// them, too: its configure step may have been done before.
func (o order) before(l plan.Link) []model.Edge {
	if l.Step != model.Configure && l.Step != model.Build || len(o.needed) == 0 {
		return nil
	}
	return o.needs.of(l.Tree.Project)
}

// of returns the edges from a project; none before open.
func (n *needs) of(p model.Project) []model.Edge {
	if n.graph == nil {
		return nil
	}
	return n.graph.Needs(p.Path)
}

// equip has the commands in a build tree search where the projects that its project needs are
// installed now. A project may set its install prefix itself, which is known once it is configured.
func (n *needs) equip(t *plan.Tree) {
	if len(n.of(t.Project)) == 0 {
		return
	}
	var prefixes []string
	seen := map[string]bool{}
	for _, p := range n.graph.All(t.Project.Path) {
		if dir := n.installation(n.tree(p, t.Variant)); !seen[dir] {
			seen[dir] = true
			prefixes = append(prefixes, dir)
		}
	}
	plan.SearchIn(t, prefixes, n.settings.VariantEnv(t.Variant))
}

// installation returns the directory in which other projects find the files of a build tree.
func (n *needs) installation(t *plan.Tree) string {
	key := t.Dir + "\x00" + t.Variant.Name
	n.mu.Lock()
	dir := n.installed[key]
	n.mu.Unlock()
	if dir == "" {
		dir = plan.Installation(t)
		n.mu.Lock()
		defer n.mu.Unlock()
		if n.installed == nil {
			n.installed = map[string]string{}
		}
		n.installed[key] = dir
	}
	return dir
}

// configured forgets where build trees are installed, after a configure step of one.
func (n *needs) configured() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.installed = nil
}

// learn returns the edge to the project that provides a package which another one has not found. ok
// reports that it is an edge now.
func (n *needs) learn(p model.Project, name string, optional bool) (e model.Edge, ok bool) {
	if e, ok = n.graph.Answer(p.Path, name); !ok {
		return e, false
	}
	e.Optional = optional
	return e, n.graph.Learn(e) || slices.ContainsFunc(n.of(p), func(known model.Edge) bool { return known.To == e.To })
}

// hint returns what to do about a package that a project misses and another one provides, or "".
func (n *needs) hint(t *plan.Tree, name string) string {
	e, ok := n.graph.Answer(t.Project.Path, name)
	switch {
	case !ok:
		return ""
	case n.graph.Cut(e):
		return e.To + " in this repository provides it; Config.Needs cuts that edge"
	case slices.ContainsFunc(n.graph.All(t.Project.Path), func(p model.Project) bool { return p.Path == e.To }):
		return fmt.Sprintf("%s in this repository provides it (%s), and is installed before", e.To, e.Answer.String(n.settings.Show))
	default:
		return fmt.Sprintf("%s in this repository may provide it: Needs: map[string][]string{%q: {%q}}", e.To, e.From, e.To)
	}
}

// lists returns the projects that one needs, and those that need it, for people.
func (n *needs) lists(p model.Project) (needed, neededBy string) {
	join := func(edges []model.Edge, end func(model.Edge) string) string {
		var paths []string
		for _, e := range edges {
			path := end(e)
			if e.Optional {
				path += "?"
			}
			paths = append(paths, path)
		}
		return strings.Join(paths, " ")
	}
	return join(n.graph.Needs(p.Path), func(e model.Edge) string { return e.To }), join(n.graph.NeededBy(p.Path), func(e model.Edge) string { return e.From })
}
