package graph

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Package returns the name of the package that a file with this name makes known, "" for none: a
// configuration file or its version, a find module, a file of pkg-config or of the common package
// specification.
func Package(file string) string {
	if filepath.Ext(file) == ".in" {
		return ""
	}
	return strings.TrimPrefix(strings.TrimLeft(string(provided(file)), "~?"), "pc:")
}

// IsConfiguration reports whether a file with this name is the configuration file of a package, and
// none of those that CPack has in each build tree.
func IsConfiguration(file string) bool {
	name, ok := strings.CutSuffix(file, "Config.cmake")
	return (ok || strings.HasSuffix(file, "-config.cmake")) && name != "CPack" && name != "CPackSource"
}

// show adds the packages that build trees have shown to those that the code shows.
func (g *Graph) show(files map[string][]string) {
	for i := range g.readings {
		r := &g.readings[i]
		names, known := files[g.projects[i].Path]
		if r.known, r.shown = known, map[key]bool{}; !known {
			continue
		}
		for _, name := range names {
			k := provided(name)
			r.shown[k] = true
			if _, inCode := r.provides[k]; !inCode && k != "" {
				r.provides[k] = model.Site{Text: name + " of its build tree"}
			}
		}
	}
}

// answer returns the source of a package that project i needs. A project that provides the package
// itself needs no other. One that Config.Needs cuts is the answer if there is no other.
func (g *Graph) answer(i int, keys []key) (best source, ok bool) {
	for _, k := range keys {
		if _, own := g.readings[i].provides[k]; own {
			return best, false
		}
	}
	for _, k := range keys {
		list := g.sources[k]
		open := slices.DeleteFunc(slices.Clone(list), func(s source) bool { return g.matches(g.cut[i], s) })
		if len(open) > 0 {
			return g.choose(i, k, open), true
		}
		if len(list) > 0 && !ok {
			best, ok = list[0], true
		}
	}
	return best, ok
}

func (g *Graph) matches(patterns []string, s source) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return discover.Match(p, g.projects[s.project].Path) })
}

// choose returns the source of a package for project i among several: one that Config.Needs names, else
// one whose build tree has the package, else one whose code shows it, and of these the nearest.
func (g *Graph) choose(i int, k key, list []source) source {
	if asked := slices.DeleteFunc(slices.Clone(list), func(s source) bool { return !g.matches(g.asked[i], s) }); len(asked) > 0 {
		return asked[0]
	}
	rank := func(s source) int {
		switch r := g.readings[s.project]; {
		case r.shown[k]:
			return 2
		case r.known:
			return 0
		}
		return 1
	}
	best := list[0]
	var all []string
	for _, s := range list {
		path := g.projects[s.project].Path
		if rank(s) > 0 {
			all = append(all, path)
		}
		a, b := near(g.projects[i].Path, g.projects[best.project].Path), near(g.projects[i].Path, path)
		if rank(s) > rank(best) || rank(s) == rank(best) && (b > a || b == a && s.project < best.project) {
			best = s
		}
	}
	if len(all) > 1 {
		g.doubted(i, k, best, all)
	}
	return best
}

// doubted notes, once for each package and choice, that several projects provide a package.
func (g *Graph) doubted(i int, k key, best source, all []string) {
	winner, user := g.projects[best.project].Path, g.projects[i].Path
	name := strings.TrimLeft(string(k), "~?")
	once := name + " " + winner
	if g.doubt == nil || g.doubt[once] || strings.HasPrefix(name, "xml:") {
		return
	}
	g.doubt[once] = true
	other := all[slices.IndexFunc(all, func(path string) bool { return path != winner })]
	g.Notes = append(g.Notes, fmt.Sprintf("package %s is provided by %s; %s takes that of %s, the nearest or first; Config.Needs names another one: map[string][]string{%q: {%q}}",
		strings.TrimPrefix(name, "pc:"), strings.Join(all, " and "), user, winner, user, other))
}

// near returns the length of the directory that two paths have in common.
func near(a, b string) int {
	n := 0
	for i := 0; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		if a[i] == '/' {
			n = i + 1
		}
	}
	return n
}
