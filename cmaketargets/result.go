package cmaketargets

import (
	"encoding/json"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// Result is the outcome of one step of one variant of one project. Its JSON is that of
// Report.WriteJSON.
type Result struct {
	Project Project
	Variant Variant
	Step    Step
	Status  Status
	// Reason is why the step was done, or was not, in words.
	Reason string
	// BuildDir is the build tree, absolute.
	BuildDir string
	// Args are the command as it was run, without a shell: the program and its arguments.
	// Empty when none was run.
	Args []string
	// Start is the beginning of the step; zero when it did not begin.
	Start time.Time
	// Duration is its time, zero when it did not begin.
	Duration time.Duration
	// LogFile holds the output of the command, absolute; both ends of it when it is longer
	// than Config.LogLimit. A later run of the step replaces it.
	LogFile string
	// Host is the machine that the command ran on, with Config.Runner; else it is empty.
	Host string
	// Retried is set for a configure step or a build that failed while others ran, by signs
	// because they used one directory, or for lack of memory. It was done again alone, a build
	// with one job: why, and how that is avoided. With Config.Runner it is set for a step whose
	// machine was lost, which was done again on another one. Everything else in the Result is
	// about the second time.
	Retried string
	// Attempts are all attempts of a step that was tried again by Config.Retry, in order.
	Attempts []Attempt
	// Quarantine is why the failure of the step does not fail the run, by Config.Quarantine.
	Quarantine string
	// OutOfMemory reports that the step failed because a tool was refused memory, or was
	// killed, as the system does for lack of memory. The first of Diagnostics is about it,
	// and has the Code "out-of-memory".
	OutOfMemory bool
	// Detection is set for a configure step that started without a cache.
	Detection Detection
	// Launched is set for a build step whose Config.Launcher counts its compiles, as ccache does.
	Launched Launched
	// Diagnostics are the errors and warnings in the output: first the error that explains
	// the failure best, then all in the order of the log. Each is listed once however often
	// it was printed, and of thousands only the first few hundred; Errors and Warnings count
	// all. In a step that succeeded, and in the output of a command that Ninja reports as
	// successful, nothing is an error: an error that a tool printed is listed as a warning
	// when it names a line of a file, else as a note.
	Diagnostics []Diagnostic
	// Errors and Warnings count the different ones; Errors is 0 for a step that succeeded.
	Errors   int
	Warnings int
	// NewWarnings counts the Warnings that this step had not printed in this build tree
	// before, see Diagnostic.New.
	NewWarnings int
	// Targets are the project's targets, known after a configure step and carried by the
	// steps after it.
	Targets []Target
	// Err is a *StepError for a step that failed or was cancelled, else nil.
	Err error

	inner model.Result // as the engine made it
}

// Detection is the outcome of sharing compiler detection and the results of checks through Config.Store, in a
// configure step that started without a cache.
type Detection struct {
	// Reused are languages whose detection was taken from the store, Stored those whose
	// detection was added to it: "C", "CXX".
	Reused []string
	Stored []string
	// Note is why others were not shared, or "".
	Note string
	// Checks is the number of results of try_compile, which most check_* functions of CMake
	// use, that were taken from the store; StoredChecks is the number of those added to it.
	Checks       int
	StoredChecks int
	// Contradicted are the variables of checks for which the store has another result than
	// CMake; see EnvChecksAudit.
	Contradicted []string
}

// String returns the detection in words: "reused for C; stored for CXX". It is empty for
// the zero value.
func (d Detection) String() string { return model.Detection(d).String() }

// Launched has the counts of the launcher in a build step, see Config.Launcher.
type Launched struct {
	// Name is that of the launcher.
	Name string
	// Hits are compiles whose objects it had, Misses those that it had done by a compiler.
	Hits, Misses int
	// Remote counts those of Hits that came from remote storage.
	Remote int
	// Reasons counts all other calls by why the launcher had no part in them, and failures of remote
	// storage, in its words: "compile failed", "called for link".
	Reasons map[string]int
}

// String returns the counts in words: "ccache 12 hits, 1 miss". It is empty for the zero value.
func (l Launched) String() string { return model.Launched(l).String() }

// MarshalJSON implements json.Marshaler.
func (r Result) MarshalJSON() ([]byte, error) {
	return json.Marshal(report.New([]model.Result{r.model()}).Results[0])
}

// resultOf returns a result of the engine as it is documented.
func resultOf(m model.Result) Result {
	r := Result{
		Project: Project(m.Project), Variant: Variant(m.Variant), Step: Step(m.Step), Status: Status(m.Status), Reason: m.Reason,
		BuildDir: m.BuildDir, Args: m.Args, Start: m.Start, Duration: m.Duration, LogFile: m.LogFile, Host: m.Host, Retried: m.Retried, OutOfMemory: m.OutOfMemory, Detection: Detection(m.Detection), Launched: Launched(m.Launched),
		Quarantine: m.Quarantine, Errors: m.Errors, Warnings: m.Warnings, NewWarnings: m.NewWarnings, Err: stepErrorOf(m.Err), inner: m,
	}
	for _, d := range m.Diagnostics {
		r.Diagnostics = append(r.Diagnostics, diagnosticOf(d))
	}
	for _, a := range m.Attempts {
		r.Attempts = append(r.Attempts, Attempt{a.Failure, a.LogFile, a})
	}
	for _, t := range m.Targets {
		r.Targets = append(r.Targets, Target(t))
	}
	return r
}

// model returns r for the writers of reports, with the changes that a caller made.
func (r Result) model() model.Result {
	m := r.inner
	m.Project, m.Variant, m.Step, m.Status, m.Reason = model.Project(r.Project), model.Variant(r.Variant), model.Step(r.Step), model.Status(r.Status), r.Reason
	m.BuildDir, m.Args, m.Start, m.Duration, m.LogFile, m.Detection = r.BuildDir, r.Args, r.Start, r.Duration, r.LogFile, model.Detection(r.Detection)
	m.Launched, m.Retried, m.OutOfMemory, m.Errors, m.Warnings, m.NewWarnings, m.Err = model.Launched(r.Launched), r.Retried, r.OutOfMemory, r.Errors, r.Warnings, r.NewWarnings, r.Err
	m.Diagnostics, m.Targets, m.Attempts, m.Quarantine = nil, nil, nil, r.Quarantine
	for _, a := range r.Attempts {
		a.inner.Failure, a.inner.LogFile = a.Failure, a.LogFile
		m.Attempts = append(m.Attempts, a.inner)
	}
	for _, d := range r.Diagnostics {
		m.Diagnostics = append(m.Diagnostics, d.model())
	}
	for _, t := range r.Targets {
		m.Targets = append(m.Targets, model.Target(t))
	}
	return m
}
