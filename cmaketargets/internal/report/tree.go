package report

import (
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// buildTree holds the results of one variant of one project.
type buildTree struct {
	name  string
	steps []Result
}

// buildTrees returns the build trees: those with failures first, then those that were cancelled,
// then the others, each in the document's order.
func (d Document) buildTrees() []buildTree {
	var list []buildTree
	at := map[[2]string]int{}
	for _, r := range d.Results {
		key := [2]string{r.Project.Path, r.Variant.Name}
		i, ok := at[key]
		if !ok {
			i = len(list)
			at[key] = i
			list = append(list, buildTree{name: r.name()})
		}
		list[i].steps = append(list[i].steps, r)
	}
	text.SortStable(list, func(a, b buildTree) int { return a.rank() - b.rank() })
	return list
}

func (t buildTree) rank() int {
	switch {
	case slices.ContainsFunc(t.steps, func(r Result) bool { return r.Status.Bad() }):
		return 0
	case slices.ContainsFunc(t.steps, func(r Result) bool { return r.Status == model.Cancelled }):
		return 1
	}
	return 2
}

// state returns the outcome in words: "configure ok, build failed".
func (t buildTree) state() string {
	var list []string
	for _, r := range t.steps {
		list = append(list, string(r.Step)+" "+words(r.Status))
	}
	return strings.Join(list, ", ")
}

func (t buildTree) duration() Duration {
	var sum Duration
	for _, r := range t.steps {
		sum += r.Duration
	}
	return sum
}
