package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
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

	sources map[string]discover.Source // until the graph is read

	read  sync.Once
	shown sync.Once // the notes
	graph *graph.Graph
	err   error // of a setting
	note  func(string)
	all   []model.Project

	mu        sync.Mutex
	installed map[string]string          // directory of the installed files of a build tree, see equip
	records   map[string]treestate.Needs // by build tree
	noted     map[string]bool            // keys of notes, see once
}

// open reads the graph, once. note is called with lines for the user.
func (n *needs) open(projects []model.Project, note func(string)) error {
	n.read.Do(func() {
		n.records, n.noted = map[string]treestate.Needs{}, map[string]bool{}
		n.note, n.all = note, projects
		o := graph.Options{Needs: n.settings.Needs, Sources: n.sources, Jobs: n.settings.Jobs}
		if len(projects) > 1 {
			o.Provides = n.recall(projects)
		}
		n.graph, n.err = graph.Find(projects, o)
		if n.sources = nil; n.err != nil {
			return
		}
		for _, p := range projects {
			for _, v := range n.settings.Variants {
				for _, e := range n.record(n.tree(p, v)).Learned {
					if e.From == p.Path {
						n.graph.Learn(e)
					}
				}
			}
		}
	})
	return n.err
}

// notes shows the lines of the graph for the user, once.
func (n *needs) notes() {
	n.shown.Do(func() {
		for _, line := range n.graph.Notes {
			n.note("note: " + line)
		}
	})
}

// order is the order in which the projects of a run begin.
type order struct {
	needs    *needs
	projects []model.Project // those of the run and all that they need, each after those that it needs
	selected map[string]bool // those of the run, by path
	needed   map[string]bool // those that another one needs
	current  map[string]bool // build trees whose configure step has nothing to do, of those where it matters
}

// order returns the order of projects for a chain of steps. current reports whether the configure step in
// a build tree has nothing to do.
func (n *needs) order(projects []model.Project, variants []model.Variant, chain []model.Step, current func(*plan.Tree) bool) (order, error) {
	o := order{n, projects, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, p := range projects {
		o.selected[p.Path] = true
	}
	if !slices.Contains(chain, model.Configure) {
		if slices.Contains(chain, model.Clean) {
			o.projects = n.backwards(projects)
		}
		return o, nil
	}
	var trees []*plan.Tree
	for _, p := range n.graph.Closure(projects) {
		for _, v := range variants {
			trees = append(trees, n.tree(p, v))
		}
	}
	if !slices.Contains(chain, model.Clean) {
		o.current = n.current(trees, current)
	}
	waits := map[[2]string]bool{} // pairs of projects
	for _, t := range trees {
		for _, e := range o.waits(t) {
			waits[[2]string{e.From, e.To}] = true
			o.needed[e.To] = true
		}
	}
	var err error
	o.projects, err = n.graph.Order(projects, func(e model.Edge) bool { return !waits[[2]string{e.From, e.To}] })
	if circle := (*graph.CycleError)(nil); errors.As(err, &circle) {
		return o, &linesError{circle.Lines(n.settings.Show)}
	}
	return o, err
}

// backwards returns projects, each before those that it needs, as far as these are known.
func (n *needs) backwards(projects []model.Project) []model.Project {
	if n.err != nil {
		return projects
	}
	all, err := n.graph.Order(projects, func(model.Edge) bool { return false })
	if err != nil {
		return projects
	}
	paths := model.Paths(projects)
	all = slices.DeleteFunc(all, func(p model.Project) bool { return !slices.Contains(paths, p.Path) })
	slices.Reverse(all)
	return all
}

// links returns the chain of steps in a build tree.
func (o order) links(t *plan.Tree, chain []model.Step) []plan.Link {
	return plan.Links(t, chain, o.selected[t.Project.Path], o.needed[t.Project.Path])
}

// edges returns the edges between the projects.
func (o order) edges() []model.Edge {
	var edges []model.Edge
	for _, p := range o.projects {
		edges = append(edges, o.needs.uses(p)...)
	}
	return edges
}

// waits returns the edges from the project of a build tree for which its configure step waits. Those whose
// packages the last one has not used rest while it has nothing to do.
func (o order) waits(t *plan.Tree) []model.Edge {
	edges := o.needs.of(t.Project)
	if !o.current[t.Dir] {
		return edges
	}
	record := o.needs.record(t)
	return slices.DeleteFunc(slices.Clone(edges), func(e model.Edge) bool { return slices.Contains(record.Unused, e.To) })
}

// rests returns the edges for which a configure step waits only if it has something to do.
func (o order) rests(l plan.Link) []model.Edge {
	if l.Step != model.Configure || !o.current[l.Tree.Dir] {
		return nil
	}
	record := o.needs.record(l.Tree)
	return slices.DeleteFunc(slices.Clone(o.needs.of(l.Tree.Project)), func(e model.Edge) bool { return !slices.Contains(record.Unused, e.To) })
}

// before returns the edges to the projects whose install steps a step comes after. A build comes after
// them, too: its configure step may have been done before.
func (o order) before(l plan.Link) []model.Edge {
	if l.Step != model.Configure && l.Step != model.Build || len(o.needed) == 0 {
		return nil
	}
	return o.waits(l.Tree)
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
		provider := n.tree(p, t.Variant)
		for _, dir := range append([]string{n.installation(provider)}, n.record(provider).Dirs...) {
			if !seen[dir] {
				seen[dir] = true
				prefixes = append(prefixes, dir)
			}
		}
	}
	plan.SearchIn(t, prefixes, n.settings.VariantEnv(t.Variant))
	t.Claimed = n.claimed(t)
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

// hint returns advice about a package that a project misses and another one provides, or "".
func (n *needs) hint(t *plan.Tree, name string) string {
	e, ok := n.graph.Answer(t.Project.Path, name)
	switch {
	case !ok:
		return ""
	case n.graph.Cut(e):
		return e.To + " in this repository provides it; Config.Needs cuts that edge"
	case slices.ContainsFunc(n.graph.All(t.Project.Path), func(p model.Project) bool { return p.Path == e.To }):
		if file := plan.FindsOnlyInRoots(t); file != "" {
			return fmt.Sprintf("%s in this repository provides it, and is installed before, but %s has CMake look only below CMAKE_FIND_ROOT_PATH; add to that file: "+
				"file(TO_CMAKE_PATH \"$ENV{CMAKE_PREFIX_PATH}\" prefixes) and list(APPEND CMAKE_FIND_ROOT_PATH ${prefixes})", e.To, n.settings.Show(file))
		}
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
			if e.Optional && n.use(e) != model.Used {
				path += "?"
			}
			paths = append(paths, path)
		}
		return strings.Join(paths, " ")
	}
	return join(n.graph.Needs(p.Path), func(e model.Edge) string { return e.To }), join(n.graph.NeededBy(p.Path), func(e model.Edge) string { return e.From })
}
