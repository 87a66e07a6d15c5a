package cmaketargets

import (
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// Status says how a step of a project ended.
type Status string

// The ways a step can end.
const (
	// StatusOK: the step was done.
	StatusOK Status = "ok"
	// StatusUpToDate: there was nothing to do, and no process was started.
	StatusUpToDate Status = "up to date"
	// StatusSkipped: the step does not apply (a project without tests), or the
	// step before it did not succeed. Reason says which.
	StatusSkipped Status = "skipped"
	// StatusFailed: Err says how.
	StatusFailed Status = "failed"
	// StatusTimedOut: the step reached Config.Timeout and was stopped. It
	// counts as failed.
	StatusTimedOut Status = "timed out"
	// StatusCancelled: the run ended before the step did.
	StatusCancelled Status = "cancelled"
	// StatusPlanned: a dry run; Reason and Args say what would be done.
	StatusPlanned Status = "planned"
)

// failed says whether a step with this status failed.
func (s Status) failed() bool { return s == StatusFailed || s == StatusTimedOut }

// Result is what happened in one step of one variant of one project. In JSON it
// has the form that it has in Report.WriteJSON.
type Result struct {
	Project Project
	Variant Variant
	Step    Step
	Status  Status
	// Reason says in words why the step was done, or was not.
	Reason string
	// BuildDir is the build tree, absolute.
	BuildDir string
	// Args are the command as it was run: the program and its arguments, no
	// shell in between. Empty when none was run.
	Args []string
	// Start is when the step was begun; zero when it was not.
	Start time.Time
	// Duration is how long it took.
	Duration time.Duration
	// LogFile holds the output of the command, absolute; both ends of it when
	// it is longer than Config.LogLimit. A later run of the step replaces it.
	LogFile string
	// Detection says what became of compiler detection in a configure step
	// that started from nothing: "reused for C, CXX", "stored for C", or why
	// neither.
	Detection string
	// Diagnostics are the errors and warnings found in the output: first the
	// error that explains the failure best, then all in the order of the log.
	// Each is there once however often it was printed, and of thousands only
	// the first few hundred; Errors and Warnings count them all. In a step that
	// succeeded, and in what a command printed of which Ninja tells that it
	// did, nothing is an error: what a tool called one is a warning when it
	// names a line of a file, else a note.
	Diagnostics []Diagnostic
	// Errors and Warnings are how many different ones were printed; Errors is
	// 0 for a step that succeeded.
	Errors   int
	Warnings int
	// NewWarnings is how many of the Warnings this step of the build tree had
	// not printed before, see Diagnostic.New.
	NewWarnings int
	// Targets are the project's targets, known after a configure step and
	// carried by the steps after it.
	Targets []Target
	// Err is why the step failed or was cancelled, nil otherwise.
	Err error

	output []byte // the end of what the command printed, for the screen
	cut    bool   // output is not all of it
	shown  *ui.Job
	paste  []string // the command for a person, where it differs from Args
	facts  *facts   // of the run that made it; nil when none did
	jobs   int      // its part of the run's jobs

	ninja   cmake.NinjaMark // Ninja's log before a build step
	profile string          // the profile of a configure step, "" without one
}
