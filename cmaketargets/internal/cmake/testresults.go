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

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// The outcomes of a [TestResult].
const (
	TestPassed   = "passed"
	TestFailed   = "failed"
	TestNotRun   = "not-run" // ctest could not run it, and counts it as failed
	TestSkipped  = "skipped"
	TestDisabled = "disabled"
)

// TestResult is one test in the results of `ctest --output-junit`.
type TestResult struct {
	Name     string
	Outcome  string
	Duration time.Duration
	// Message is the way in which a test failed, "Timeout" or "SEGFAULT", or the reason why it was
	// not run. ctest before 4.0 writes none for a failure.
	Message string
	Output  string
}

// maxTestFile bounds the file, in bytes.
const maxTestFile = 64 << 20

// ReadTests reads a file of `ctest --output-junit`. A missing file has no tests. A file that ends
// early, as after a kill, gives an error and the tests before its end.
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
		var c junit.Testcase
		if err := dec.DecodeElement(&c, &start); err != nil {
			return tests, err
		}
		tests = append(tests, result(c))
	}
}

func result(c junit.Testcase) TestResult {
	t := TestResult{Name: c.Name, Outcome: TestPassed}
	if c.SystemOut != nil {
		t.Output = c.SystemOut.Data
	}
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
	case c.Skipped != nil:
		// A missing program or a failed fixture: JUnit has no such outcome, so ctest writes
		// "skipped", but exits as after a failure.
		t.Outcome, t.Message = TestNotRun, c.Skipped.Message
	case c.Status == "notrun":
		t.Outcome = TestNotRun
	}
	return t
}
