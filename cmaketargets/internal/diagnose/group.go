package diagnose

import "github.com/magecmake/magecmake/cmaketargets/internal/model"

// Group returns failed results in groups that failed for the same cause, in the order of the first
// of each.
func Group(failed []model.Result) [][]model.Result {
	var groups [][]model.Result
	at := map[string]int{}
	for _, res := range failed {
		key := failureKey(res)
		if i, ok := at[key]; ok && key != "" {
			groups[i] = append(groups[i], res)
			continue
		}
		at[key] = len(groups)
		groups = append(groups, []model.Result{res})
	}
	return groups
}

// failureKey returns a text that is equal for results that failed for the same cause, or "" when
// the cause is not known.
func failureKey(res model.Result) string {
	if d, ok := FirstError(res); ok && !d.Summary && d.Key != "" {
		return string(res.Step) + " " + d.Key
	}
	if res.LogFile == "" && res.Err != nil {
		return string(res.Step) + " " + model.Cause(res.Err).Error()
	}
	return ""
}

// FirstError returns the error to show first, the first one of the result.
func FirstError(res model.Result) (model.Diagnostic, bool) {
	for _, d := range res.Diagnostics {
		if d.Severity == model.Error {
			return d, true
		}
	}
	return model.Diagnostic{}, false
}

// FurtherErrors returns how many errors the results of a group have besides the first one, which is
// the same in all of them, and the names of the tests among these. An error that several results
// have counts once.
func FurtherErrors(group []model.Result) (more int, tests []string) {
	seen := map[identity]bool{}
	for _, res := range group {
		first, _ := FirstError(res)
		seen[identityOf(first)] = true
		listed := 0
		for _, d := range res.Diagnostics {
			// A summary refers to others, and an error in a test's output is the reason of the
			// test's.
			if d.Severity != model.Error || d.Summary || d.Test != "" && d.Origin != "ctest" {
				continue
			}
			listed++
			if id := identityOf(d); !seen[id] {
				seen[id] = true
				more++
				if d.Test != "" {
					tests = append(tests, d.Test)
				}
			}
		}
		more += max(res.Errors-listed, 0)
	}
	return more, tests
}
