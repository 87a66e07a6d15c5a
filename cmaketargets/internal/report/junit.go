package report

import (
	"encoding/xml"
	"io"
	"slices"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// JUnit writes the document in the XML form that CI systems read: a suite per project, variant and
// step, with a case per test when ctest reported them, else with one case for the step. A run that
// could not start is a suite with one error, so that no result does not look like success.
func JUnit(w io.Writer, d Document) error {
	var all junit.Testsuites
	for i, run := range d.Runs {
		if run.Error == "" || slices.ContainsFunc(d.Results, func(r Result) bool { return r.Run == i }) {
			continue
		}
		suite := junit.Testsuite{Name: "run", Time: Duration(0).seconds()}
		suite.SetTimestamp(run.Start)
		suite.AddTestcase(junit.Testcase{
			Name: "start", Classname: "run", Time: suite.Time,
			Error: &junit.Result{Message: oneLine(run.Error), Data: clean(run.Error)},
		})
		all.AddSuite(suite)
	}
	for _, r := range d.Results {
		all.AddSuite(r.suite())
	}
	for i := range all.Suites {
		all.Suites[i].ID = i
	}
	all.Time = sum(d.Results).seconds()
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	return all.WriteXML(w)
}

func (r Result) suite() junit.Testsuite {
	suite := junit.Testsuite{Name: r.name() + " " + string(r.Step), Time: r.Duration.seconds()}
	if !r.Start.IsZero() {
		suite.SetTimestamp(r.Start)
	}
	if r.Retried != "" {
		suite.AddProperty("done again alone", oneLine(r.Retried))
	}
	for _, t := range r.Tests {
		suite.AddTestcase(t.testcase(oneLine(r.Project.Path)))
	}
	// All tests may have passed in a step that failed: ctest crashed, or ran out of time.
	if len(r.Tests) == 0 || r.Status == model.Cancelled || r.Status.Bad() && !slices.ContainsFunc(r.Tests, Test.Bad) {
		suite.AddTestcase(r.testcase())
	}
	return suite
}

// testcase returns the step as a case. One that was cancelled or ran out of time is an error, not a
// failure: it might have passed.
func (r Result) testcase() junit.Testcase {
	c := junit.Testcase{Name: string(r.Step), Classname: oneLine(r.Project.Path), Time: r.Duration.seconds()}
	switch r.Status {
	case model.Failed:
		message := r.Error
		if d, ok := r.firstError(); ok {
			message = d.Message
		}
		c.Failure = &junit.Result{Message: oneLine(message), Data: clean(r.Output)}
		if r.OutOfMemory {
			c.Failure.Type = model.OutOfMemory
		}
	case model.TimedOut, model.Cancelled:
		c.Error = &junit.Result{Message: oneLine(r.Reason), Type: string(r.Status), Data: clean(r.Output)}
	case model.Skipped, model.Planned:
		c.Skipped = &junit.Result{Message: oneLine(r.Reason)}
	}
	return c
}

func (t Test) testcase(class string) junit.Testcase {
	c := junit.Testcase{Name: oneLine(t.Name), Classname: class, Time: t.Duration.seconds()}
	res := &junit.Result{Message: oneLine(t.Message), Data: clean(t.Output)}
	switch t.Status {
	case cmake.TestFailed:
		c.Failure = res
	case cmake.TestNotRun:
		c.Error = res
	case cmake.TestSkipped, cmake.TestDisabled:
		c.Skipped = res
		if res.Message == "" {
			res.Message = t.Status
		}
	}
	return c
}
