package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// group groups results by key, in the order of the first ones. A result with an empty key is a
// group of its own.
func group(results []Result, key func(Result) string) [][]Result {
	var groups [][]Result
	at := map[string]int{}
	for _, r := range results {
		k := key(r)
		i, ok := at[k]
		if !ok || k == "" {
			i = len(groups)
			at[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	return groups
}

// failures returns the failed results, grouped by cause, in the document's order.
func (d Document) failures() [][]Result {
	return group(slices.DeleteFunc(slices.Clone(d.Results), func(r Result) bool { return !r.Status.Bad() }), Result.cause)
}

// cause returns a key that is equal for results that failed for the same cause, as diagnose.Group
// has it, or "" when the cause is unknown.
func (r Result) cause() string {
	first, _ := r.firstError()
	switch {
	case !first.Summary && first.Same != "":
		return string(r.Step) + " " + first.Same
	case r.LogFile == "" && r.Error != "":
		return string(r.Step) + " " + strings.TrimPrefix(r.Error, r.stepName()+": ")
	}
	return ""
}

// retried returns the results of steps that were done again, grouped by the reason.
func (d Document) retried() [][]Result {
	return group(slices.DeleteFunc(slices.Clone(d.Results), func(r Result) bool { return r.Retried == "" }), func(r Result) string { return r.Retried })
}

// notes returns a line about each test, and each other step, that passed on retry, and about each in
// quarantine.
func (d Document) notes() (onRetry, quarantined []string) {
	for _, r := range d.Results {
		tests := false
		for _, t := range r.Tests {
			tests = tests || t.Status == TestOnRetry || t.Status == TestQuarantined
			switch t.Status {
			case TestOnRetry:
				onRetry = append(onRetry, fmt.Sprintf("%s: %s, after %s", r.stepName(), t.Name, text.Count(len(t.Failures), "failure")))
			case TestQuarantined:
				quarantined = append(quarantined, fmt.Sprintf("%s: %s %s", r.stepName(), t.Name, t.Quarantine))
			}
		}
		if r.Status == model.OnRetry && !tests {
			note := r.stepName()
			if len(r.Attempts) > 0 { // which a document of another program may lack
				note += ": " + r.Attempts[0].Failure
			}
			onRetry = append(onRetry, note)
		}
		if r.Status == model.Quarantined && !tests {
			quarantined = append(quarantined, fmt.Sprintf("%s: %s", r.stepName(), r.Quarantine))
		}
	}
	return onRetry, quarantined
}

// names returns "build libs/foo, build libs/bar".
func names(group []Result) string {
	var list []string
	for _, r := range group {
		list = append(list, r.stepName())
	}
	return cut(strings.Join(list, ", "), maxPageMessage)
}

// others names the results after the first of a group, "" when there are none.
func others(group []Result) string {
	var names []string
	for _, r := range group[1:] {
		names = append(names, r.name())
	}
	if len(names) == 0 {
		return ""
	}
	return "The same in " + text.Count(len(names), "further project") + ": " + cut(strings.Join(names, ", "), maxPageMessage)
}

// buildTrees returns the results of each build tree: those with failures first, then those that
// were cancelled, then those in quarantine or on retry, then the others, each in the document's order.
func (d Document) buildTrees() [][]Result {
	trees := group(d.Results, Result.buildTree)
	text.SortStable(trees, func(a, b []Result) int { return rank(a) - rank(b) })
	return trees
}

// buildTree returns a key of the variant of the project.
func (r Result) buildTree() string { return r.Project.Path + "\x00" + r.Variant.Name }

func rank(tree []Result) int {
	switch {
	case slices.ContainsFunc(tree, func(r Result) bool { return r.Status.Bad() }):
		return 0
	case slices.ContainsFunc(tree, func(r Result) bool { return r.Status == model.Cancelled }):
		return 1
	case slices.ContainsFunc(tree, func(r Result) bool { return r.Status == model.Quarantined || r.Status == model.OnRetry }):
		return 2
	}
	return 3
}

// sum returns the durations of results together.
func sum(results []Result) Duration {
	var all Duration
	for _, r := range results {
		all += r.Duration
	}
	return all
}
