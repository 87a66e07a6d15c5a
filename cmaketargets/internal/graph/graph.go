// Package graph finds out which projects need which others. Nothing is started: it reads the CMake
// code of the projects, and package.xml where there is one.
//
// A project provides the packages whose configuration files, find modules or files of pkg-config it
// installs or exports. It needs the packages that it looks for by find_package(), find_dependency() or
// pkg_check_modules(). An edge whose need is under a condition that the code does not decide, or that
// is not REQUIRED, is optional: it orders, and its failure fails no other project.
package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/sourcegraph/conc/iter"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Options configures Find.
type Options struct {
	// Needs are the settings Config.Needs: patterns of project paths, and for each those of the
	// projects that they need, or with "!" in front do not need.
	Needs map[string][]string
	// Provides are the names of the package files that the configured build trees of a project install
	// or have, by project path. A project that is not in it may provide all that its code shows.
	Provides map[string][]string
	// Sources are those of discovery, which are not read again.
	Sources map[string]discover.Source
	// Jobs bounds the goroutines.
	Jobs int
}

// Graph holds the edges between the projects of a workspace.
type Graph struct {
	Edges []model.Edge // ordered by From and To, one for each pair
	// Notes are lines for the user: optional edges that would close a cycle, and packages of which more
	// than one project is the source.
	Notes []string

	projects []model.Project
	readings []reading
	sources  map[key][]source
	index    map[string]int // of projects by path
	cut      [][]string     // patterns by project, of Config.Needs
	asked    [][]string
	doubt    map[string]bool // packages of several projects that Find has noted, nil after it

	learning sync.Mutex // held while Learn compares and adds

	mu   sync.RWMutex // guards the rest, and Edges, from Find on
	from map[string][]model.Edge
	to   map[string][]model.Edge
}

// Find returns the graph of projects, which are ordered by path. The error is that of a setting.
func Find(projects []model.Project, o Options) (*Graph, error) {
	n := len(projects)
	g := &Graph{projects: projects, index: map[string]int{}, cut: make([][]string, n), asked: make([][]string, n), doubt: map[string]bool{}}
	for i, p := range projects {
		g.index[p.Path] = i
	}
	if len(projects) > 1 {
		g.readings = iter.Mapper[model.Project, reading]{MaxGoroutines: max(1, o.Jobs)}.Map(projects, func(p *model.Project) reading {
			source, ok := o.Sources[p.Path]
			return read(*p, source.ListFile, !ok || source.Manifest)
		})
	}
	g.show(o.Provides)
	edges, err := g.settings(o.Needs)
	if err != nil {
		return nil, err
	}
	g.join(append(edges, g.found()...))
	g.doubt = nil
	return g, nil
}

// settings returns the edges that Config.Needs adds, and records those that it cuts.
func (g *Graph) settings(needs map[string][]string) ([]model.Edge, error) {
	var edges []model.Edge
	match := func(pattern string) (matched []int) {
		for i, p := range g.projects {
			if discover.Match(pattern, p.Path) {
				matched = append(matched, i)
			}
		}
		return matched
	}
	for _, from := range text.SortedKeys(needs) {
		users := match(from)
		if len(users) == 0 {
			return nil, fmt.Errorf("read Config.Needs: %s matches no project", text.Quoted(from))
		}
		for _, to := range needs[from] {
			pattern, cut := strings.CutPrefix(to, "!")
			answers := match(pattern)
			if len(answers) == 0 {
				return nil, fmt.Errorf("read Config.Needs: %s of %s matches no project", text.Quoted(to), text.Quoted(from))
			}
			for _, i := range users {
				if cut {
					g.cut[i] = append(g.cut[i], pattern)
					continue
				}
				g.asked[i] = append(g.asked[i], pattern)
				for _, j := range answers {
					edges = append(edges, model.Edge{From: g.projects[i].Path, To: g.projects[j].Path, Need: model.Site{Text: "Config.Needs"}})
				}
			}
		}
	}
	return edges, nil
}

// source is a project that provides a package.
type source struct {
	project int
	site    model.Site
}

// found returns the edges that the code of the projects has.
func (g *Graph) found() []model.Edge {
	g.sources = map[key][]source{}
	for i, r := range g.readings {
		for k, site := range r.provides {
			g.sources[k] = append(g.sources[k], source{i, site})
		}
	}
	var edges []model.Edge
	for i, r := range g.readings {
		type pending struct {
			need
			optional bool
		}
		var queue []pending
		for _, n := range r.needs {
			queue = append(queue, pending{n, n.optional})
		}
		// The users of a package need the packages that its configuration file looks for.
		exported := map[int]bool{} // by project; whether the edge to it is required
		for ; len(queue) > 0; queue = queue[1:] {
			n := queue[0]
			from, ok := g.answer(i, n.keys)
			if !ok {
				continue
			}
			e := model.Edge{From: g.projects[i].Path, To: g.projects[from.project].Path, Need: n.site, Answer: from.site, Optional: n.optional}
			if n.name != "" {
				e.Packages = []string{n.name}
			}
			edges = append(edges, e)
			if required, done := exported[from.project]; done && (required || n.optional) {
				continue
			}
			exported[from.project] = !n.optional
			for _, further := range g.readings[from.project].exports {
				queue = append(queue, pending{further, n.optional || further.optional})
			}
		}
	}
	return edges
}

// join makes one edge of those between the same two projects: a required one where there is any, and
// leaves out those that are cut. It adds the optional ones as long as they close no cycle.
func (g *Graph) join(edges []model.Edge) {
	at := map[[2]string]int{}
	var joined []model.Edge
	for _, e := range edges {
		pair := [2]string{e.From, e.To}
		i, known := at[pair]
		switch {
		case e.From == e.To || g.Cut(e):
		case !known:
			at[pair] = len(joined)
			joined = append(joined, e)
		case joined[i].Optional && !e.Optional:
			e.Packages = together(e.Packages, joined[i].Packages)
			joined[i] = e
		default:
			joined[i].Packages = together(joined[i].Packages, e.Packages)
		}
	}
	text.SortStable(joined, func(a, b model.Edge) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	g.from, g.to = map[string][]model.Edge{}, map[string][]model.Edge{}
	for _, e := range joined {
		if !e.Optional {
			g.from[e.From] = append(g.from[e.From], e)
		}
	}
	for _, e := range joined {
		if e.Optional && g.reaches(e.To, e.From) {
			g.Notes = append(g.Notes, fmt.Sprintf("%s does not wait for %s, which needs it: %s is optional", e.From, e.To, e.Need.Text))
			continue
		} else if e.Optional {
			g.from[e.From] = append(g.from[e.From], e)
		}
		g.Edges = append(g.Edges, e)
		g.to[e.To] = append(g.to[e.To], e)
	}
}

// together returns the names in two lists, each once.
func together(a, b []string) []string {
	for _, name := range b {
		if !slices.Contains(a, name) {
			a = append(slices.Clip(a), name)
		}
	}
	return a
}

// reaches reports whether a project needs another one, through others or not.
func (g *Graph) reaches(from, to string) bool {
	return from == to || slices.ContainsFunc(g.All(from), func(p model.Project) bool { return p.Path == to })
}
