package console

import (
	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// listed returns the entries of the digest about steps and tests that passed on retry, and about those in
// quarantine.
func (c *Console) listed(results []model.Result) []ui.Listed {
	retried, quarantined := ui.Listed{Title: "passed on retry"}, ui.Listed{Title: "quarantined"}
	for _, r := range results {
		title := string(r.Step) + " " + r.Title()
		if r.Status == model.OnRetry || len(r.TestsOnRetry) > 0 {
			retried.Lines = append(retried.Lines, title+": "+attempts(r)+"; log of the first: "+c.Show(r.Attempts[0].LogFile))
		}
		for _, test := range text.SortedKeys(r.QuarantinedTests) {
			quarantined.Lines = append(quarantined.Lines, title+": "+test+" "+r.QuarantinedTests[test]+"; log: "+c.Show(r.LogFile))
		}
		if r.Status == model.Quarantined && len(r.QuarantinedTests) == 0 {
			what := model.Cause(r.Err).Error() + "; " + r.Quarantine
			for _, d := range r.Diagnostics {
				if d.Code == model.CodeQuarantined {
					what = diagnose.Short(d) // begins with the reason
					break
				}
			}
			quarantined.Lines = append(quarantined.Lines, title+": "+what+"; log: "+c.Show(r.LogFile))
		}
	}
	var list []ui.Listed
	for _, l := range []ui.Listed{retried, quarantined} {
		if len(l.Lines) > 0 {
			list = append(list, l)
		}
	}
	return list
}

// attempts returns the attempts of a step in words: "flaky, 2 attempts", "network: could not resolve host, 2 attempts".
func attempts(r model.Result) string {
	what := r.Attempts[0].Failure
	if len(r.TestsOnRetry) > 0 {
		what = text.List(r.TestsOnRetry)
	}
	return what + ", " + text.Count(len(r.Attempts), "attempt")
}
