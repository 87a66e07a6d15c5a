package report

import "strings"

// failures groups the failed results by what failed, in the document's order.
func (d Document) failures() [][]Result {
	var groups [][]Result
	at := map[string]int{}
	for _, r := range d.Results {
		if !r.Bad() {
			continue
		}
		key := r.cause()
		if i, ok := at[key]; ok && key != "" {
			groups[i] = append(groups[i], r)
			continue
		}
		at[key] = len(groups)
		groups = append(groups, []Result{r})
	}
	return groups
}

// cause is equal for results that failed for the same cause, and "" where
// nobody can tell.
func (r Result) cause() string {
	if first, ok := r.first(); ok && !first.Summary && first.Same != "" {
		return r.Step + " " + first.Same
	}
	if r.LogFile == "" && r.Error != "" {
		return r.Step + " " + strings.TrimPrefix(r.Error, r.what()+": ")
	}
	return ""
}

// others names those that failed for the same cause as the first of a group,
// "" where there are none.
func others(group []Result) string {
	var names []string
	for _, r := range group[1:] {
		names = append(names, r.tree())
	}
	if len(names) == 0 {
		return ""
	}
	return "The same in " + plural(len(names), "further project") + ": " + cut(strings.Join(names, ", "), maxPageMessage)
}

// echoes says that a diagnostic tells of a test what one before it does: ctest's
// report that the test failed has its place from what the test printed.
func (r Result) echoes(i int) bool {
	d := r.Diagnostics[i]
	if d.Test == "" || d.Line == 0 {
		return false
	}
	for j, o := range r.Diagnostics[:i] {
		same := o.Test == d.Test && o.File == d.File && o.Line == d.Line
		if same && (o.Origin == "ctest") != (d.Origin == "ctest") && !r.echoes(j) {
			return true
		}
	}
	return false
}
