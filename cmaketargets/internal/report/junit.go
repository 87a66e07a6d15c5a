package report

import (
	"encoding/xml"
	"io"

	"github.com/jstemmer/go-junit-report/v2/junit"
)

// JUnit writes the document in the XML form that CI systems read: a suite per
// project, variant and step, and in it a case per test where ctest told of
// them, else one case for the step itself. A run that could not start is a
// suite of its own with one error, so that nobody takes silence for success.
func JUnit(w io.Writer, d Document) error {
	var all junit.Testsuites
	for _, run := range d.Runs {
		if run.Error != "" && !d.holds(run) {
			suite := junit.Testsuite{Name: "run", Time: "0.000"}
			suite.SetTimestamp(run.Start)
			suite.AddTestcase(junit.Testcase{
				Name: "start", Classname: "run", Time: "0.000",
				Error: &junit.Result{Message: line(run.Error), Data: text(run.Error)},
			})
			all.AddSuite(suite)
		}
	}
	var took Duration
	for _, r := range d.Results {
		took += r.Duration
		all.AddSuite(r.suite())
	}
	for i := range all.Suites {
		all.Suites[i].ID = i
	}
	all.Time = took.Seconds()
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	return all.WriteXML(w)
}

// holds says whether the document has results of a run.
func (d Document) holds(run Run) bool {
	for _, r := range d.Results {
		if r.Run < len(d.Runs) && d.Runs[r.Run].Start.Equal(run.Start) {
			return true
		}
	}
	return false
}

func (r Result) suite() junit.Testsuite {
	suite := junit.Testsuite{Name: r.tree() + " " + r.Step, Time: r.Duration.Seconds()}
	if !r.Start.IsZero() {
		suite.SetTimestamp(r.Start)
	}
	bad := false
	for _, t := range r.Tests {
		suite.AddTestcase(t.testcase(line(r.Project.Path)))
		bad = bad || t.Bad()
	}
	// Tests may all have passed in a step that did not: ctest crashed, or ran
	// out of time.
	if len(r.Tests) == 0 || r.Status == Cancelled || r.Bad() && !bad {
		suite.AddTestcase(r.testcase())
	}
	return suite
}

// testcase is the step as a case. One that was cancelled or ran out of time
// is an error, for nobody knows whether it would have passed.
func (r Result) testcase() junit.Testcase {
	c := junit.Testcase{Name: r.Step, Classname: line(r.Project.Path), Time: r.Duration.Seconds()}
	switch r.Status {
	case Failed:
		message := r.Error
		if d, ok := r.first(); ok {
			message = d.Message
		}
		c.Failure = &junit.Result{Message: line(message), Data: text(r.Output)}
	case TimedOut, Cancelled:
		c.Error = &junit.Result{Message: line(r.Reason), Type: r.Status, Data: text(r.Output)}
	case Skipped, Planned:
		c.Skipped = &junit.Result{Message: line(r.Reason)}
	}
	return c
}

func (t Test) testcase(class string) junit.Testcase {
	c := junit.Testcase{Name: line(t.Name), Classname: class, Time: t.Duration.Seconds()}
	res := &junit.Result{Message: line(t.Message), Data: text(t.Output)}
	switch t.Status {
	case TestFailed:
		c.Failure = res
	case TestNotRun:
		c.Error = res
	case TestSkipped, TestDisabled:
		c.Skipped = res
		if res.Message == "" {
			res.Message = t.Status
		}
	}
	return c
}
