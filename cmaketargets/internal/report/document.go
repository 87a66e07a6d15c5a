package report

import (
	"strconv"
	"time"
)

// Version is that of the JSON form. It grows when a reader of an older one
// would misread a newer one; new fields alone do not count.
const Version = 1

// Document is all that a report says. The JSON form is this, field for field.
type Document struct {
	Version int      `json:"version"`
	Runs    []Run    `json:"runs"`
	Summary Summary  `json:"summary"`
	Results []Result `json:"results"`
}

// Run is one call of Run, or one target of mage.
type Run struct {
	Root string `json:"root"` // absolute
	// Repository is the working copy that the root lies in, absolute; "" when
	// it lies in none.
	Repository string    `json:"repository,omitempty"`
	Start      time.Time `json:"start"`
	End        time.Time `json:"end,omitzero"` // zero while it goes on
	Steps      []string  `json:"steps"`        // as asked for
	Jobs       int       `json:"jobs"`         // the most that runs at once
	Host       Host      `json:"host"`
	CMake      Tool      `json:"cmake,omitzero"`
	CTest      string    `json:"ctest,omitempty"` // its path
	Ninja      string    `json:"ninja,omitempty"` // its path
	// Error says why the run could not start, or what ended it early.
	Error string `json:"error,omitempty"`
}

// Host is the machine of a run.
type Host struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	CPUs int    `json:"cpus"`
}

// Tool is a program and its version.
type Tool struct {
	Path    string `json:"path"`
	Version string `json:"version"`
}

// Result is one step of one variant of one project.
type Result struct {
	Run     int     `json:"run"` // index of its run
	Project Project `json:"project"`
	Variant Variant `json:"variant"`
	Step    string  `json:"step"`
	Status  string  `json:"status"`
	Reason  string  `json:"reason"`
	Error   string  `json:"error,omitempty"`

	BuildDir string   `json:"buildDir"`          // absolute
	LogFile  string   `json:"logFile,omitempty"` // absolute
	Args     []string `json:"args,omitempty"`
	// Command is what to paste into a shell to do the same by hand.
	Command   string    `json:"command,omitempty"`
	Start     time.Time `json:"start,omitzero"` // zero when it was not begun
	Duration  Duration  `json:"duration"`
	Jobs      int       `json:"jobs,omitempty"` // its part of the run's
	Detection string    `json:"detection,omitempty"`

	// Errors and Warnings are how many there were, Diagnostics those of them
	// that were kept. A step that succeeded has no errors.
	Errors      int          `json:"errors,omitempty"`
	Warnings    int          `json:"warnings,omitempty"`
	NewWarnings int          `json:"newWarnings,omitempty"` // of these
	Diagnostics []Diagnostic `json:"diagnostics,omitempty"`
	Targets     []Target     `json:"targets,omitempty"`
	Tests       []Test       `json:"tests,omitempty"`
	// Spans are what was done inside the step, as far as its tools tell.
	Spans []Span `json:"spans,omitempty"`
	// Output is the end of what a step printed that did not succeed.
	Output string `json:"output,omitempty"`
	// OutputCut says that the log has more.
	OutputCut bool `json:"outputCut,omitempty"`
}

// Project is a project: Path, relative to the root and with slashes, is its
// identity.
type Project struct {
	Path string `json:"path"`
	Dir  string `json:"dir"`
	Name string `json:"name,omitempty"`
}

// Variant is one configuration of every project.
type Variant struct {
	Name      string            `json:"name,omitempty"`
	Preset    string            `json:"preset,omitempty"`
	Generator string            `json:"generator,omitempty"`
	BuildType string            `json:"buildType,omitempty"`
	Toolchain string            `json:"toolchain,omitempty"`
	Defines   map[string]string `json:"defines,omitempty"`
	Args      []string          `json:"args,omitempty"`
}

// Diagnostic is something that a tool reported.
type Diagnostic struct {
	Severity string `json:"severity"` // "error", "warning" or "note"
	// File is as the tool named it, unless Inside says that it is relative to
	// the run's repository, or to its root where it has none, with slashes. Line
	// and Column count from 1.
	File    string `json:"file,omitempty"`
	Inside  bool   `json:"inside,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
	Code    string `json:"code,omitempty"`
	Origin  string `json:"origin,omitempty"`
	Missing string `json:"missing,omitempty"` // what has to be installed
	Hint    string `json:"hint,omitempty"`    // what to do
	Test    string `json:"test,omitempty"`    // the test that failed
	// Stack is how one got there, the nearest first; Notes are what the tool
	// added.
	Stack []Frame `json:"stack,omitempty"`
	Notes []Frame `json:"notes,omitempty"`
	// LogFirst and LogLast are its lines of the log, counted from 1.
	LogFirst int `json:"logFirst,omitempty"`
	LogLast  int `json:"logLast,omitempty"`
	// Summary means that it only says that a command failed, not why.
	Summary bool `json:"summary,omitempty"`
	// New means a warning that the step had not printed in this tree before.
	New bool `json:"new,omitempty"`
	// Same is equal for the same failure in several projects.
	Same string `json:"same,omitempty"`
	// Source is the line and those around it; of a report without one, the
	// first lines of the log.
	Source []SourceLine `json:"source,omitempty"`
	// FromLog says that Source is from the log.
	FromLog bool `json:"fromLog,omitempty"`
}

// Frame is a place, and what is said about it. File and Inside are as those of
// a [Diagnostic].
type Frame struct {
	File   string `json:"file,omitempty"`
	Inside bool   `json:"inside,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Text   string `json:"text,omitempty"`
}

// SourceLine is a line of a file.
type SourceLine struct {
	Number int    `json:"number"`
	Text   string `json:"text"`
}

// Target is what a project builds.
type Target struct {
	Name      string   `json:"name"`
	Type      string   `json:"type"`
	Config    string   `json:"config,omitempty"`
	Artifacts []string `json:"artifacts,omitempty"`
	SourceDir string   `json:"sourceDir"`
}

// The outcomes of a [Test].
const (
	TestPassed   = "passed"
	TestFailed   = "failed"
	TestNotRun   = "not run" // it should have been, and counts as a failure
	TestSkipped  = "skipped"
	TestDisabled = "disabled"
)

// Test is one test of a project.
type Test struct {
	Name     string   `json:"name"`
	Status   string   `json:"status"`
	Duration Duration `json:"duration"`
	Message  string   `json:"message,omitempty"` // how it failed: "Timeout", "SEGFAULT"
	Output   string   `json:"output,omitempty"`  // of one that did not pass
}

// Bad says that a test should have passed and did not.
func (t Test) Bad() bool { return t.Status == TestFailed || t.Status == TestNotRun }

// The kinds of [Span].
const (
	SpanEdge    = "edge"    // a command of the build tool
	SpanProfile = "profile" // a command of the CMake language
)

// Span is a part of a step, from its tool's own clock.
type Span struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Where is the place of a command of the CMake language.
	Where string `json:"where,omitempty"`
	// At is when it began, after the step did.
	At       Duration `json:"at"`
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

// Seconds is the duration with three decimals, "0.031".
func (d Duration) Seconds() string {
	return strconv.FormatFloat(time.Duration(d).Seconds(), 'f', 3, 64)
}
