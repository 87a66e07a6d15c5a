package report

import (
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// failures returns the failed results, grouped by cause, in the document's order.
func (d Document) failures() [][]Result {
	failed := slices.DeleteFunc(slices.Clone(d.Results), func(r Result) bool { return !r.Status.Bad() })
	return Group(failed, Result.cause)
}

// Group groups results by cause, in the order of the first ones. cause returns the same key for
// results of the same group, and "" for a result that is a group of its own.
func Group[R any](results []R, cause func(R) string) [][]R {
	var groups [][]R
	at := map[string]int{}
	for _, r := range results {
		key := cause(r)
		if i, ok := at[key]; ok && key != "" {
			groups[i] = append(groups[i], r)
			continue
		}
		at[key] = len(groups)
		groups = append(groups, []R{r})
	}
	return groups
}

// Cause returns a key that is equal for results with the same cause of failure, or "" when the
// cause is unknown.
func Cause(r model.Result) string {
	i := slices.IndexFunc(r.Diagnostics, func(d model.Diagnostic) bool { return d.Severity == model.Error })
	switch {
	case i >= 0 && !r.Diagnostics[i].Summary && r.Diagnostics[i].Key != "":
		return string(r.Step) + " " + r.Diagnostics[i].Key
	case r.LogFile == "" && r.Err != nil:
		return string(r.Step) + " " + model.Cause(r.Err).Error()
	}
	return ""
}

// cause is Cause for a result of a document.
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

// others names the results after the first of a group; it returns "" when there are none.
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
