package retry

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Quarantine is documented at cmaketargets.Quarantine.
type Quarantine struct {
	Project string
	Tests   string
	Reason  string
	Until   string // the last day, "2026-01-31"
}

// CheckQuarantine returns an error for an entry that cannot be meant.
func CheckQuarantine(entries []Quarantine) error {
	for i, q := range entries {
		fault := ""
		if q.Project == "" && q.Tests == "" {
			fault = `has neither Project nor Tests; for all that there is, write the Project "**"`
		} else if strings.TrimSpace(q.Reason) == "" {
			fault = "has no Reason; name the problem, or where it is followed up"
		} else if _, err := time.Parse(time.DateOnly, q.Until); err != nil {
			fault = fmt.Sprintf(`has Until %s; write its last day, such as "2026-01-31"`, text.Quoted(q.Until))
		}
		if err := check("Quarantine", "entry", i, q.Project, q.Tests, fault); err != nil {
			return err
		}
	}
	return nil
}

// expired reports whether the last day of an entry is over, in UTC.
func (q Quarantine) expired(now time.Time) bool { return now.UTC().Format(time.DateOnly) > q.Until }

// String returns the entry in words: "test ^net of libs/*".
func (q Quarantine) String() string {
	var parts []string
	if q.Tests != "" {
		parts = append(parts, "tests "+text.Quoted(q.Tests))
	}
	if q.Project != "" {
		parts = append(parts, "project "+text.Quoted(q.Project))
	}
	return strings.Join(parts, " of ")
}

// why returns why the failure of a step, or of the test if that is not "", does not fail the run; "" where
// it does.
func why(entries []Quarantine, project, test string, now time.Time) string {
	for _, q := range entries {
		if !q.expired(now) && matches(q.Project, project) && (q.Tests == "" || test != "" && named(q.Tests, test)) {
			return fmt.Sprintf("in quarantine until %s, %s", q.Until, q.Reason)
		}
	}
	return ""
}

// Apply returns a result as the entries have it. A test step is quarantined if all tests that failed are.
func Apply(entries []Quarantine, res model.Result, now time.Time) model.Result {
	if len(entries) == 0 || !res.Status.Bad() {
		return res
	}
	whole := why(entries, res.Project.Path, "", now)
	res.QuarantinedTests = map[string]string{}
	for _, test := range res.FailedTests {
		if reason := why(entries, res.Project.Path, test, now); reason != "" {
			res.QuarantinedTests[test] = reason
		}
	}
	counts := func(test string) bool { return res.QuarantinedTests[test] == "" }
	if whole == "" && len(res.FailedTests) > 0 && !slices.ContainsFunc(res.FailedTests, counts) {
		var reasons []string
		for _, reason := range res.QuarantinedTests {
			reasons = append(reasons, reason)
		}
		whole = strings.Join(text.Unique(reasons), "; ")
	}
	if whole != "" {
		res.Status, res.Quarantine = model.Quarantined, whole
	}
	return res.Demote(model.CodeQuarantined, func(d model.Diagnostic) string {
		if reason := res.QuarantinedTests[d.Test]; reason != "" {
			return reason
		}
		return whole
	})
}

// Notes returns lines about entries that have expired, and about those that match nothing: no project, or
// no test in the results of all tests of the projects. narrowed reports that the run may have left out tests.
func Notes(entries []Quarantine, projects []model.Project, results []model.Result, narrowed bool, now time.Time) (lines []string) {
	for _, q := range entries {
		unmatched := func(what string) {
			lines = append(lines, fmt.Sprintf("warning: the quarantine of %s matches no %s; remove it from Config.Quarantine (%s)", q, what, q.Reason))
		}
		of := slices.DeleteFunc(slices.Clone(projects), func(p model.Project) bool { return !matches(q.Project, p.Path) })
		switch {
		case len(of) == 0:
			unmatched("project")
		case q.Tests != "" && !narrowed && matchesNoTest(q, of, results):
			unmatched("test")
		case q.expired(now):
			lines = append(lines, fmt.Sprintf("warning: the quarantine of %s has ended on %s: its failures count; mend it, or give it another date in Config.Quarantine (%s)", q, q.Until, q.Reason))
		}
	}
	return lines
}

// matchesNoTest reports whether the results have all tests of projects, and none that an entry names.
func matchesNoTest(q Quarantine, projects []model.Project, results []model.Result) bool {
	for _, p := range projects {
		ran := false
		for _, r := range results {
			if r.Step != model.Test || r.Project.Path != p.Path {
				continue
			}
			tests, err := cmake.ReadTests(cmake.JUnitOf(r.Args))
			if err != nil || len(tests) == 0 || slices.ContainsFunc(tests, func(t cmake.TestResult) bool { return named(q.Tests, t.Name) }) {
				return false
			}
			ran = true
		}
		if !ran {
			return false
		}
	}
	return true
}
