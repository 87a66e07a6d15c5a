package ui

import (
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Job is one step of one variant of one project. The pointer is its identity:
// two workspaces of one process may have jobs of the same names. Its fields
// come from outside and are cleaned where they are shown.
type Job struct {
	Step, Project, Variant string
	// Expected says how long the job took the last time, 0 when nobody knows.
	// It may be nil, is called at most once, and only for an estimate.
	Expected func() time.Duration
}

// Name is the project and its variant, "libs/foo [Release]".
func (j *Job) Name() string {
	if j.Variant == "" {
		return text.Clean(j.Project)
	}
	return text.Clean(j.Project) + " [" + text.Clean(j.Variant) + "]"
}

// String is the step and the name, "build libs/foo [Release]".
func (j *Job) String() string { return text.Clean(j.Step) + " " + j.Name() }

// Event is something that happened in a run; the types below are all there are.
type Event interface{ event() }

// RunBegan comes before the events of a run, RunEnded after them. Runs of one
// process may overlap; a Screen shows them as one.
type RunBegan struct{}

// RunEnded is the counterpart of RunBegan.
type RunEnded struct{}

// Stopping says that what runs is being ended, and why.
type Stopping struct{ Cause string }

// Queued says that a job waits for its turn.
type Queued struct{ Job *Job }

// Began says that a job has its turn.
type Began struct{ Job *Job }

// Waiting says that a job has its turn, but cannot begin before something ends
// that is not ours.
type Waiting struct {
	Job *Job
	For string // "process 4711, which builds"
}

// Doing says what a job does now, in the words of its tool.
type Doing struct {
	Job  *Job
	What string // "[37/120] Building C object a.o"
}

// Printed is a whole line of a job's output, without its end.
type Printed struct {
	Job  *Job
	Line string
}

// Ended says that a job is over, also one that never began.
type Ended struct {
	Job *Job
	// Failed counts the job among the failures.
	Failed bool
	// Cancelled says that the end of the run came before the job's own.
	Cancelled bool
	// Quiet says that the end is not worth a line.
	Quiet bool
	// Block is what is shown of it.
	Block Block
}

func (RunBegan) event() {}
func (RunEnded) event() {}
func (Stopping) event() {}
func (Queued) event()   {}
func (Began) event()    {}
func (Waiting) event()  {}
func (Doing) event()    {}
func (Printed) event()  {}
func (Ended) event()    {}
