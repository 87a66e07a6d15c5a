package schedule

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// Owner is the run that tasks belong to. Its methods may be called from several
// goroutines at once.
type Owner interface {
	// Context ends the owner's tasks that have not begun. Neither Context nor Limit may
	// call the scheduler, which holds its lock.
	Context() context.Context
	// Limit is the most of the budget that may be in use when a task of this owner
	// begins, at least 1.
	Limit() int
	// Perform does a task with share of the budget; share is 0 when the context has
	// ended before there was a share, and then Perform must not begin any work. A
	// *Busy error returns the task unbegun, a *Claim has Perform called again under that
	// claim; any other error is ignored.
	Perform(t *Task, share int) error
	// Panicked is called after a Perform or an Ended that panicked with value, or that
	// called runtime.Goexit. It must do neither.
	Panicked(t *Task, value any)
	// Ended is called once for each task when it has ended, before Done is closed.
	Ended(t *Task)
}

// errGoexit is the value of a Perform or an Ended that ended its goroutine.
var errGoexit = errors.New("runtime.Goexit was called")

// call calls f, a method of a task's owner. It does not panic: conc would raise a panic
// of a pool's task in another goroutine, and every result would be lost. It does not
// return after runtime.Goexit, which testing.T.FailNow calls, so callers defer the rest.
func call(t *Task, f func()) {
	returned := false
	defer func() {
		value := recover()
		if returned {
			return
		}
		if value == nil {
			value = errGoexit
		}
		t.Owner.Panicked(t, value)
	}()
	f()
	returned = true
}

// Busy is the error of a Perform that cannot begin yet. Wait blocks until it may
// begin, or until the owner's context ends.
type Busy struct{ Wait func() }

// Error implements error.
func (*Busy) Error() string { return "it cannot begin yet" }

// Claim is the error of a Perform that has to be called again, while other tasks do not
// run. Claims are held only while a task runs, not while it is Busy, so that no two tasks
// wait for each other.
type Claim struct {
	// Names: no other task runs whose claim has one of these names.
	Names []string
	// Alone: no other task runs at all. Such a task begins when no other can, so it delays
	// only those that depend on it.
	Alone bool
}

// Error implements error.
func (*Claim) Error() string { return "it must not run beside others" }

// Task is a node of the graph: something that is done once, after the tasks that it
// depends on.
type Task struct {
	Owner Owner
	// Lease is the build tree that the task works in. Tasks with the same lease are
	// done one after another, in the order of Scheduler.Add.
	Lease string
	// After are tasks that have to end, well or not, before this one begins. They
	// must have been passed to Scheduler.Add before it. From Add on the slice belongs to
	// the scheduler, which sets it to nil when the task ends.
	//
	// A task that waits for one in another build tree may hold its own build tree's lock
	// meanwhile. Two processes that do so never wait for each other if no build trees
	// depend on each other in a circle: each waits for the lock of a build tree further
	// down the graph. So no step comes after one of a project that needs its own.
	After []*Task
	// Parallel reports that the task can use more than one of the budget; Most bounds
	// that, 0 for no bound.
	Parallel bool
	Most     int
	// Fixed, when it is not zero, is the part of the budget that a parallel task uses, and without which it does not
	// begin.
	Fixed int
	// Remote is how many jobs beside its owner's limit a parallel task can use, as these are done elsewhere. Local
	// is the number of its jobs that may be done here at once, which are a part of the limit while it runs. A task
	// without Remote runs here with all of its jobs.
	Remote, Local int
	// Expected is how long the task will take, 0 when that is unknown.
	Expected time.Duration
	// Brief reports that the task ends at once. Parallel tasks that are not wait for those that run, and have the parts of the
	// budget that these give back.
	Brief bool
	// Fits, unless it is nil, returns how many of so many jobs of the task have room in memory
	// beside tasks that so many bytes were promised to, and the bytes to promise to each. It
	// must not call the scheduler, which holds its lock.
	Fits func(jobs int, promised int64) (fit int, weight int64)
	// Value belongs to the owner.
	Value any

	done      chan struct{}
	scheduler *Scheduler // from Add on

	// The scheduler's lock guards the rest.
	before   *Task   // the task before this one in its lease, nil when there was none and after the end
	pending  int     // of before and After, how many have not ended
	followed []*Task // tasks whose pending counts this one
	claim    Claim   // of its last Perform
	work     Work
	until    time.Time     // it waits for a larger share
	started  time.Time     // when it began to run
	early    time.Time     // it waits for more to be known of others
	share    int           // of the budget, while it runs
	local    int           // of that, and of its command's tokens, reserved of the limit
	weight   int64         // bytes of memory that one job of it needs
	promised int64         // bytes of memory, while it runs
	number   int           // in the order in which tasks became ready
	way      time.Duration // from its begin to the end of the last task after it
	beside   bool          // other tasks ran when it began
	begun    int           // the scheduler's begun when it began

	submitted bool
}

// NewTask returns a task of an owner in the build tree lease.
func NewTask(owner Owner, lease string) *Task {
	return &Task{Owner: owner, Lease: lease, done: make(chan struct{})}
}

// Work is the work of a parallel task. The zero value is one that is not known.
type Work struct {
	Alone time.Duration // with one job
	Least time.Duration // with any number of jobs
	Ready int           // jobs that it can begin with, 0 when that is not known
	Rigid bool          // its number of jobs stays as it is once it has begun
}

// SetWork is Scheduler.Weigh for a task that was not yet submitted.
func (t *Task) SetWork(work Work) {
	work.Least = min(work.Least, work.Alone)
	t.work = work
}

// length is how long a task is for the order in which tasks begin. The more jobs the last build had, the
// shorter it was, so that its work counts where that is known, as if it had the whole budget.
func (t *Task) length() time.Duration {
	if t.work.Alone > 0 {
		return t.with(t.Owner.Limit())
	}
	return t.Expected
}

// with is how long a task takes with so many jobs: no longer than its longest chain of commands, and the others
// divided among them (Brent, The Parallel Evaluation of General Arithmetic Expressions, 1974).
func (t *Task) with(jobs int) time.Duration {
	return t.work.Least + (t.work.Alone-t.work.Least)/time.Duration(max(1, jobs))
}

// useful is the number of jobs above which a task would end hardly earlier: with so many it takes at most a
// quarter longer than with any number.
func (t *Task) useful() int {
	least := t.work.Least
	if least <= 0 {
		return math.MaxInt
	}
	return max(1, int((4*(t.work.Alone-least)+least-1)/least))
}

// remains is how long a task will still run, as far as that is known.
func (t *Task) remains(now time.Time) (d time.Duration, ok bool) {
	length := t.Expected
	if t.work.Rigid {
		length = t.with(t.share)
	}
	length -= now.Sub(t.started)
	return length, length > 0
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

// Idle reports whether no unended task precedes t, which was added, in its build tree.
func (t *Task) Idle() bool {
	before := t.Before()
	return before == nil || before.Ended()
}

// Before returns the task before t, which was added, in its build tree. It is nil when
// all tasks there had ended, and when t has ended.
func (t *Task) Before() *Task {
	t.scheduler.mu.Lock()
	defer t.scheduler.mu.Unlock()
	return t.before
}

// Claims reports whether t runs under a claim that includes c.
func (t *Task) Claims(c Claim) bool {
	t.scheduler.mu.Lock()
	defer t.scheduler.mu.Unlock()
	missing := func(name string) bool { return !slices.Contains(t.claim.Names, name) }
	return t.claim.Alone || !c.Alone && !slices.ContainsFunc(c.Names, missing)
}

// Beside reports whether any other task ran since t, which runs, began.
func (t *Task) Beside() bool {
	t.scheduler.mu.Lock()
	defer t.scheduler.mu.Unlock()
	return t.beside || t.scheduler.begun > t.begun
}

// BehindOther reports whether t, which was added, has not ended because it, or a task
// that it waits for, belongs to another owner.
func (t *Task) BehindOther(owner Owner) bool {
	t.scheduler.mu.Lock()
	defer t.scheduler.mu.Unlock()
	seen := map[*Task]bool{}
	for queue := []*Task{t}; len(queue) > 0; {
		t, queue = queue[len(queue)-1], queue[:len(queue)-1]
		if t == nil || seen[t] || t.Ended() {
			continue
		}
		if t.Owner != owner {
			return true
		}
		seen[t] = true
		queue = append(append(queue, t.After...), t.before)
	}
	return false
}

// String returns a name for tests and panics.
func (t *Task) String() string { return fmt.Sprintf("task in %s", t.Lease) }
