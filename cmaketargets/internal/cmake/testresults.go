package cmake

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// The outcomes of a [TestResult].
const (
	TestPassed   = "passed"
	TestFailed   = "failed"
	TestNotRun   = "not run" // ctest could not run it, and counts it as failed
	TestSkipped  = "skipped"
	TestDisabled = "disabled"
)

// TestResult is one test as `ctest --output-junit` tells of it.
type TestResult struct {
	Name     string
	Outcome  string
	Duration time.Duration
	// Message says how a test failed, "Timeout" or "SEGFAULT", or why it was
	// not run. ctest before 4.0 does not say how a test failed.
	Message string
	Output  string
}

// maxTestFile bounds the file that is read, in bytes.
const maxTestFile = 64 << 20

// ReadTests reads what `ctest --output-junit` wrote. A file that is not there
// has no tests; of one that ends early, as after a kill, those before the end
// are returned with the error.
func ReadTests(path string) ([]TestResult, error) {
	file, err := fsutil.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read test results: %w", err)
	}
	defer func() { _ = file.Close() }()
	tests, err := parseTests(io.LimitReader(file, maxTestFile))
	if err != nil {
		err = fmt.Errorf("read test results %s: %w", path, err)
	}
	return tests, err
}

func parseTests(r io.Reader) ([]TestResult, error) {
	var tests []TestResult
	dec := xml.NewDecoder(r)
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return tests, nil
		}
		if err != nil {
			return tests, err
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "testcase" {
			continue
		}
		var c ctestCase
		if err := dec.DecodeElement(&c, &start); err != nil {
			return tests, err
		}
		tests = append(tests, c.result())
	}
}

type ctestCase struct {
	Name    string `xml:"name,attr"`
	Time    string `xml:"time,attr"`
	Status  string `xml:"status,attr"`
	Failure *struct {
		Message string `xml:"message,attr"`
	} `xml:"failure"`
	Skipped *struct {
		Message string `xml:"message,attr"`
	} `xml:"skipped"`
	Output string `xml:"system-out"`
}

func (c ctestCase) result() TestResult {
	t := TestResult{Name: c.Name, Outcome: TestPassed, Output: c.Output}
	if seconds, err := strconv.ParseFloat(c.Time, 64); err == nil && seconds > 0 && seconds < 1e9 {
		t.Duration = time.Duration(seconds * float64(time.Second))
	}
	switch {
	case c.Failure != nil:
		t.Outcome, t.Message = TestFailed, c.Failure.Message
	case c.Status == "disabled":
		t.Outcome, t.Message = TestDisabled, "Disabled"
	case c.Skipped != nil && strings.HasPrefix(c.Skipped.Message, "SKIP_"):
		t.Outcome, t.Message = TestSkipped, c.Skipped.Message
	case c.Skipped != nil || c.Status == "notrun":
		// A program that is not there, or a fixture that failed: JUnit has no
		// word for it and ctest writes "skipped", but exits as after a failure.
		t.Outcome = TestNotRun
		if c.Skipped != nil {
			t.Message = c.Skipped.Message
		}
	}
	return t
}
