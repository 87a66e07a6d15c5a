package cmaketargets

import (
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/jstemmer/go-junit-report/v2/junit"
)

// WriteJUnit writes the report in the XML form that CI systems read: a suite
// per project, variant and step, and in it a case per test for a Test step
// that ctest wrote its results of (CMake 3.21 and later), else one case for
// the step itself.
func (r Report) WriteJUnit(w io.Writer) error {
	var all junit.Testsuites
	for _, res := range r {
		suite := junit.Testsuite{Name: res.junitName(), Time: fmt.Sprintf("%.3f", res.Duration.Seconds())}
		if !res.Start.IsZero() {
			suite.SetTimestamp(res.Start)
		}
		cases := res.junitTests()
		if len(cases) == 0 {
			cases = []junit.Testcase{res.junitCase()}
		}
		for _, c := range cases {
			suite.AddTestcase(c)
		}
		all.AddSuite(suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	return all.WriteXML(w)
}

func (r Result) junitName() string {
	name := r.Project.Path
	if r.Variant.Name != "" {
		name += " [" + r.Variant.Name + "]"
	}
	return name + " " + string(r.Step)
}

// junitCase is the step as a case. A step that was cancelled is an error, for
// a run in which it was not done did not pass.
func (r Result) junitCase() junit.Testcase {
	c := junit.Testcase{Name: string(r.Step), Classname: r.Project.Path, Time: fmt.Sprintf("%.3f", r.Duration.Seconds())}
	switch r.Status {
	case StatusFailed, StatusTimedOut:
		message := r.Err.Error()
		if len(r.Diagnostics) > 0 {
			message = r.Diagnostics[0].Message
		}
		c.Failure = &junit.Result{Message: message, Data: string(r.output)}
	case StatusCancelled:
		c.Error = &junit.Result{Message: r.Reason}
	case StatusSkipped, StatusPlanned:
		c.Skipped = &junit.Result{Message: r.Reason}
	}
	return c
}

// junitTests are the cases that ctest wrote in this very step.
func (r Result) junitTests() []junit.Testcase {
	if r.Step != StepTest || r.Status != StatusOK && r.Status != StatusFailed {
		return nil
	}
	data, err := os.ReadFile(filepath.Join(r.BuildDir, stateDir, junitFile))
	if err != nil {
		return nil
	}
	var suite junit.Testsuite
	if xml.Unmarshal(data, &suite) != nil {
		return nil
	}
	for i := range suite.Testcases {
		suite.Testcases[i].Classname = r.Project.Path
	}
	return suite.Testcases
}
