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
	var all suites
	for i, run := range d.Runs {
		if run.Error == "" || slices.ContainsFunc(d.Results, func(r Result) bool { return r.Run == i }) {
			continue
		}
		s := suite{Testsuite: junit.Testsuite{Name: "run", Time: Duration(0).seconds()}}
		s.SetTimestamp(run.Start)
		s.add(testcase{Testcase: junit.Testcase{
			Name: "start", Classname: "run", Time: s.Time,
			Error: &junit.Result{Message: oneLine(run.Error), Data: clean(run.Error)},
		}})
		all.add(s)
	}
	for _, r := range d.Results {
		all.add(r.suite())
	}
	for i := range all.Suites {
		all.Suites[i].ID = i
	}
	all.Time = sum(d.Results).seconds()
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "\t")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// suites, suite and testcase are those of package junit with the failures of further attempts, as Maven's
// surefire writes them.
type suites struct {
	junit.Testsuites
	Suites []suite `xml:"testsuite,omitempty"`
}

type suite struct {
	junit.Testsuite
	Testcases []testcase `xml:"testcase,omitempty"`
}

type testcase struct {
	junit.Testcase
	FlakyFailures []again `xml:"flakyFailure,omitempty"` // of one that passed at last
	RerunFailures []again `xml:"rerunFailure,omitempty"` // of one that did not
}

type again struct {
	Message    string `xml:"message,attr"`
	Type       string `xml:"type,attr"`
	StackTrace string `xml:"stackTrace"`
}

func (s *suites) add(one suite) {
	s.Testsuites.AddSuite(one.Testsuite) // for the counts
	s.Suites = append(s.Suites, one)
}

func (s *suite) add(c testcase) {
	s.AddTestcase(c.Testcase)
	s.Testcases = append(s.Testcases, c)
}

func (r Result) suite() suite {
	suite := suite{Testsuite: junit.Testsuite{Name: r.name() + " " + string(r.Step), Time: r.Duration.seconds()}}
	if !r.Start.IsZero() {
		suite.SetTimestamp(r.Start)
	}
	if r.Retried != "" {
		suite.AddProperty("done again", oneLine(r.Retried))
	}
	if r.Status == model.OnRetry || r.Status == model.Quarantined {
		suite.AddProperty("status", string(r.Status))
	}
	for _, t := range r.Tests {
		suite.add(t.testcase(oneLine(r.Project.Path)))
	}
	// All tests may have passed in a step that failed: ctest crashed, or ran out of time.
	if len(r.Tests) == 0 || r.Status == model.Cancelled || r.Status.Bad() && !slices.ContainsFunc(r.Tests, Test.Bad) ||
		r.Status == model.Quarantined && !slices.ContainsFunc(r.Tests, func(t Test) bool { return t.Status == TestQuarantined }) {
		suite.add(r.testcase())
	}
	return suite
}

// testcase returns the step as a case. One that was cancelled or ran out of time is an error, not a
// failure: it might have passed.
func (r Result) testcase() testcase {
	c := testcase{Testcase: junit.Testcase{Name: string(r.Step), Classname: oneLine(r.Project.Path), Time: r.Duration.seconds()}}
	for _, a := range r.Attempts[:max(0, len(r.Attempts)-1)] {
		if failed := (again{Message: oneLine(a.Failure), Type: "attempt"}); r.Status == model.OnRetry {
			c.FlakyFailures = append(c.FlakyFailures, failed)
		} else if r.Status.Bad() {
			c.RerunFailures = append(c.RerunFailures, failed)
		}
	}
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
	case model.Quarantined:
		c.Skipped, c.SystemOut = &junit.Result{Message: oneLine(r.Quarantine), Type: string(r.Status)}, &junit.Output{Data: clean(r.Output)}
	case model.Skipped, model.Planned:
		c.Skipped = &junit.Result{Message: oneLine(r.Reason)}
	}
	return c
}

func (t Test) testcase(class string) testcase {
	c := testcase{Testcase: junit.Testcase{Name: oneLine(t.Name), Classname: class, Time: t.Duration.seconds()}}
	var failures []again
	for _, f := range t.Failures {
		failures = append(failures, again{oneLine(f.Message), t.Status, clean(f.Output)})
	}
	if t.Status == TestOnRetry {
		c.FlakyFailures = failures
	} else if t.Bad() {
		c.RerunFailures = failures
	}
	res := &junit.Result{Message: oneLine(t.Message), Data: clean(t.Output)}
	switch t.Status {
	case cmake.TestFailed:
		c.Failure = res
	case cmake.TestNotRun:
		c.Error = res
	case TestQuarantined:
		c.Skipped, c.SystemOut = &junit.Result{Message: oneLine(t.Quarantine), Type: t.Status}, &junit.Output{Data: res.Data}
	case cmake.TestSkipped, cmake.TestDisabled:
		c.Skipped = res
		if res.Message == "" {
			res.Message = t.Status
		}
	}
	return c
}
