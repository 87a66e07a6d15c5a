// Package shard divides a selection of projects among several machines: balanced by remembered
// durations, which a file holds, and printed for CI systems.
package shard

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// group are projects that stay together.
type group struct {
	paths  []string
	weight time.Duration
}

// Divide returns the division of projects, which are ordered by path, into n shards. It depends on its
// arguments alone. Projects of which needs names one as needed by another, directly or through others,
// stay together. Groups are placed longest first, each into the shard with least to do. A project
// in a variant whose duration is unknown counts as the median of the others.
//
// The note is a line about the largest group when that is more than the share of a shard with projects, else "".
func Divide(projects, variants []string, needs func(path string) []string, known Durations, n int) (split model.Split, note string) {
	split.Version = model.SplitVersion
	for i := range n {
		split.Shards = append(split.Shards, model.Shard{Name: fmt.Sprintf("%d/%d", i+1, n), Projects: []string{}, Variants: variants})
	}
	weights, measured := weigh(projects, variants, known)
	groups := together(projects, needs)
	var total time.Duration
	for i, g := range groups {
		for _, path := range g.paths {
			groups[i].weight += weights[path]
		}
		total += groups[i].weight
	}
	text.SortStable(groups, func(a, b group) int { return cmp.Compare(b.weight, a.weight) })
	loads := make([]time.Duration, n)
	for _, g := range groups {
		least := slices.Index(loads, slices.Min(loads))
		loads[least] += g.weight
		split.Shards[least].Projects = append(split.Shards[least].Projects, g.paths...)
	}
	for i := range split.Shards {
		sort.Strings(split.Shards[i].Projects)
		if measured {
			split.Shards[i].Expected = seconds(loads[i])
		}
	}
	if n > 1 && len(groups) > 0 && groups[0].weight > total/time.Duration(min(n, len(groups))) {
		note = large(groups[0], total, len(projects), n, measured)
	}
	return split, note
}

// large returns the line about a group that is more than its share.
func large(g group, total time.Duration, projects, n int, measured bool) string {
	name := g.paths[0] + " is"
	if len(g.paths) > 1 {
		name = fmt.Sprintf("%d projects that need each other (%s) are", len(g.paths), text.List(g.paths))
	}
	size := fmt.Sprintf("%d of %s", len(g.paths), text.Count(projects, "project"))
	if measured {
		size = fmt.Sprintf("%s of %s", text.Duration(g.weight), text.Duration(total))
	}
	return fmt.Sprintf("note        %s larger than one of %d shards should be: %s", name, n, size)
}

// weigh returns the weights of projects, at least 1 each. measured reports that some are known.
func weigh(projects, variants []string, known Durations) (weights map[string]time.Duration, measured bool) {
	var all []time.Duration
	for _, path := range projects {
		for _, v := range variants {
			if took := known.of(path, v); took > 0 {
				all = append(all, took)
			}
		}
	}
	median := time.Second
	if measured = len(all) > 0; measured {
		text.SortStable(all, cmp.Compare)
		median = all[len(all)/2]
	}
	weights = map[string]time.Duration{}
	for _, path := range projects {
		for _, v := range variants {
			weights[path] += cmp.Or(known.of(path, v), median)
		}
	}
	return weights, measured
}

// together returns the projects in groups: the connected parts of the needs among them. Both the
// groups, by their first projects, and the projects in each keep their order.
func together(projects []string, needs func(path string) []string) []group {
	root := map[string]string{}
	for _, path := range projects {
		root[path] = path
	}
	find := func(path string) string {
		for root[path] != path {
			root[path] = root[root[path]]
			path = root[path]
		}
		return path
	}
	for _, path := range projects {
		for _, needed := range needs(path) {
			if _, selected := root[needed]; selected {
				root[find(needed)] = find(path)
			}
		}
	}
	var groups []group
	index := map[string]int{}
	for _, path := range projects {
		r := find(path)
		i, ok := index[r]
		if !ok {
			i = len(groups)
			index[r], groups = i, append(groups, group{})
		}
		groups[i].paths = append(groups[i].paths, path)
	}
	return groups
}
