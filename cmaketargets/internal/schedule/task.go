package schedule

import (
	"context"
	"fmt"
)

// Owner is the run that tasks belong to. Its methods may be called from several
// goroutines at once.
type Owner interface {
	// Context ends the owner's tasks that have not begun.
	Context() context.Context
	// Limit is the most of the budget that may be in use when a task of this owner
	// begins.
	Limit() int
	// Perform does a task with share of the budget; share is 0 when the context has
	// ended before there was a share, and then Perform must not begin any work. A
	// *Busy error returns the task unbegun.
	Perform(t *Task, share int) error
	// Panicked is called in place of a Perform or an Ended that panicked with value.
	Panicked(t *Task, value any)
	// Ended is called once for each task when it has ended, before Done is closed.
	Ended(t *Task)
}

// Busy is the error of a Perform that cannot begin yet. Wait blocks until it may
// begin, or until the owner's context ends.
type Busy struct{ Wait func() }

// Error implements error.
func (*Busy) Error() string { return "it cannot begin yet" }

// Task is a node of the graph: something that is done once, after the tasks that it
// depends on.
type Task struct {
	Owner Owner
	// Lease is the build tree that the task works in. Tasks with the same lease are
	// done one after another, in the order of Scheduler.Add.
	Lease string
	// After are tasks that have to end, well or not, before this one begins. They
	// must have been passed to Scheduler.Add before it.
	After []*Task
	// Parallel reports that the task can use more than one of the budget; Most bounds
	// that, 0 for no bound.
	Parallel bool
	Most     int
	// Value belongs to the owner.
	Value any

	done chan struct{}

	// The scheduler's lock guards the rest.
	before   *Task   // the task before this one in its lease, nil when there was none
	pending  int     // of before and After, how many have not ended
	followed []*Task // tasks whose pending counts this one
}

// NewTask returns a task of an owner in the build tree lease.
func NewTask(owner Owner, lease string) *Task {
	return &Task{Owner: owner, Lease: lease, done: make(chan struct{})}
}

// Done returns a channel that is closed when the task has ended.
func (t *Task) Done() <-chan struct{} { return t.done }

// Ended reports whether the task has ended.
func (t *Task) Ended() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// Idle reports whether no unended task precedes t in its build tree.
func (t *Task) Idle() bool { return t.before == nil || t.before.Ended() }

// Before returns the task before t in its build tree, nil when there was none.
func (t *Task) Before() *Task { return t.before }

// BehindOther reports whether t has not ended because it, or a task before it in its
// build tree, belongs to another owner.
func (t *Task) BehindOther(owner Owner) bool {
	for ; t != nil && !t.Ended(); t = t.before {
		if t.Owner != owner {
			return true
		}
	}
	return false
}

// String returns a name for tests and panics.
func (t *Task) String() string { return fmt.Sprintf("task in %s", t.Lease) }
