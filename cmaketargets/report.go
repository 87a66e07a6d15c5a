package cmaketargets

import (
	"cmp"
	"slices"
)

// Report is what happened: one Result per project, variant and step, ordered
// by project path, by variant as configured, and by step as done (clean,
// configure, build, test, install).
type Report []Result

// Failed returns the results of the steps that failed, those that reached
// their time limit included.
func (r Report) Failed() Report {
	return r.filter(func(res Result) bool { return res.Status.failed() })
}

// With returns the results that have a status.
func (r Report) With(s Status) Report {
	return r.filter(func(res Result) bool { return res.Status == s })
}

// errs are the errors of the steps that failed.
func (r Report) errs() []error {
	var errs []error
	for _, res := range r.Failed() {
		errs = append(errs, res.Err)
	}
	return errs
}

// Of returns the results of a step.
func (r Report) Of(s Step) Report {
	return r.filter(func(res Result) bool { return res.Step == s })
}

// Project returns the results of the project at a path.
func (r Report) Project(path string) Report {
	return r.filter(func(res Result) bool { return res.Project.Path == path })
}

func (r Report) filter(keep func(Result) bool) Report {
	var out Report
	for _, res := range r {
		if keep(res) {
			out = append(out, res)
		}
	}
	return out
}

// sort orders the report; variants is the order of their names.
func (r Report) sort(variants []string) {
	slices.SortStableFunc(r, func(a, b Result) int {
		return cmp.Or(
			cmp.Compare(a.Project.Path, b.Project.Path),
			cmp.Compare(slices.Index(variants, a.Variant.Name), slices.Index(variants, b.Variant.Name)),
			cmp.Compare(a.Step.order(), b.Step.order()),
		)
	})
}
