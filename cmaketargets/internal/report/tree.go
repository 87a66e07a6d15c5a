package report

import (
	"slices"
	"strings"
)

// tree is what happened in one build tree: one variant of one project.
type tree struct {
	name  string
	steps []Result
}

// trees are those of the document, in its order but for the ones with
// failures, which come first, and those that were stopped, next.
func (d Document) trees() []tree {
	var list []tree
	at := map[[2]string]int{}
	for _, r := range d.Results {
		key := [2]string{r.Project.Path, r.Variant.Name}
		i, ok := at[key]
		if !ok {
			i = len(list)
			at[key] = i
			list = append(list, tree{name: r.tree()})
		}
		list[i].steps = append(list[i].steps, r)
	}
	slices.SortStableFunc(list, func(a, b tree) int { return a.rank() - b.rank() })
	return list
}

func (t tree) rank() int {
	switch {
	case slices.ContainsFunc(t.steps, Result.Bad):
		return 0
	case slices.ContainsFunc(t.steps, func(r Result) bool { return r.Status == Cancelled }):
		return 1
	}
	return 2
}

// state says in words what became of it: "configured, build failed".
func (t tree) state() string {
	var words []string
	for _, r := range t.steps {
		words = append(words, r.Step+" "+r.Status)
	}
	return strings.Join(words, ", ")
}

func (t tree) took() Duration {
	var sum Duration
	for _, r := range t.steps {
		sum += r.Duration
	}
	return sum
}
