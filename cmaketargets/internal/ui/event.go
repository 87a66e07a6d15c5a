package ui

import (
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Job is one step of one variant of one project. The pointer is its identity: two workspaces of one
// process may have jobs of the same names.
type Job struct {
	Step, Project, Variant string
	// Expected returns the duration of the last time, 0 when it is unknown. It may be nil, and is
	// called at most once, for an estimate.
	Expected func() time.Duration
}

// Name returns the project and its variant, cleaned: "libs/foo [Release]".
func (j *Job) Name() string { return text.Clean(model.Title(j.Project, j.Variant)) }

// String returns the step and the name, cleaned: "build libs/foo [Release]".
func (j *Job) String() string { return text.Clean(j.Step) + " " + j.Name() }

// Event is one of the types below.
type Event interface{ event() }

// RunBegan precedes the events of a run, and RunEnded follows them. Runs of one process may
// overlap; a Screen shows them as one.
type RunBegan struct{}

// RunEnded is the counterpart of RunBegan.
type RunEnded struct{}

// Stopping reports that running jobs are being stopped.
type Stopping struct{ Cause string }

// Queued reports that a job waits for its turn.
type Queued struct{ Job *Job }

// Began reports that a job has its turn.
type Began struct{ Job *Job }

// Waiting reports that a job has its turn, but waits for another process or for other jobs.
type Waiting struct {
	Job *Job
	For string // "process 4711, which builds"
}

// Placed reports the machine that a job runs on, where that is another one.
type Placed struct {
	Job  *Job
	Host string
}

// Doing reports the current activity of a job, in the words of its tool.
type Doing struct {
	Job  *Job
	What string // "[37/120] Building C object a.o"
}

// Printed is one line of a job's output, without its end.
type Printed struct {
	Job  *Job
	Line string
}

// Ended reports that a job is over, even if it never began.
type Ended struct {
	Job       *Job
	Failed    bool // the job counts as a failure
	Cancelled bool // the run ended before the job did
	Quiet     bool // the job gets no line
	Block     Block
}

func (RunBegan) event() {}
func (RunEnded) event() {}
func (Stopping) event() {}
func (Queued) event()   {}
func (Began) event()    {}
func (Waiting) event()  {}
func (Placed) event()   {}
func (Doing) event()    {}
func (Printed) event()  {}
func (Ended) event()    {}
