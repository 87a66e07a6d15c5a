package report

import (
	"strconv"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Test is one test of a project.
type Test struct {
	Name     string   `json:"name"`
	Status   string   `json:"status"` // as cmake.TestResult.Outcome, or one of those below
	Duration Duration `json:"duration"`
	Message  string   `json:"message,omitempty"` // "Timeout", "SEGFAULT"
	Output   string   `json:"output,omitempty"`  // of a test that did not pass
	// Failures are those of further attempts: of a test that passed on retry, all.
	Failures   []TestFailure `json:"failures,omitempty"`
	Quarantine string        `json:"quarantine,omitempty"` // why the failure does not fail the run
}

// The states of a [Test] that ctest does not have.
const (
	TestOnRetry     = "passed-on-retry"
	TestQuarantined = "quarantined" // it failed
)

// TestFailure is one attempt of a test that failed.
type TestFailure struct {
	Message string `json:"message,omitempty"`
	Output  string `json:"output,omitempty"`
}

// Bad reports whether a test should have passed and did not.
func (t Test) Bad() bool { return t.Status == cmake.TestFailed || t.Status == cmake.TestNotRun }

// The kinds of [Span].
const (
	SpanEdge    = "edge"    // a command of the build tool
	SpanProfile = "profile" // a command of the CMake language
)

// Span is a part of a step, timed by the clock of its tool.
type Span struct {
	Kind     string   `json:"kind"`
	Name     string   `json:"name"`
	Where    string   `json:"where,omitempty"` // the place of a command of the CMake language
	At       Duration `json:"at"`              // its start, counted from that of the step
	Duration Duration `json:"duration"`
}

// Duration is in JSON a number of seconds, exact to the microsecond.
type Duration time.Duration

// MarshalJSON implements json.Marshaler.
func (d Duration) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, time.Duration(d).Round(time.Microsecond).Seconds(), 'f', -1, 64), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (d *Duration) UnmarshalJSON(data []byte) error {
	seconds, err := strconv.ParseFloat(string(data), 64)
	*d = Duration(time.Duration(seconds * float64(time.Second)).Round(time.Microsecond))
	return err
}

// seconds returns d with three decimals: "0.031".
func (d Duration) seconds() string {
	return strconv.FormatFloat(time.Duration(d).Seconds(), 'f', 3, 64)
}

// String returns d for people.
func (d Duration) String() string { return text.Duration(time.Duration(d)) }
