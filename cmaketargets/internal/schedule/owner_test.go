package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// watchdog is how long a scheduler may take that is not blocked.
const watchdog = 30 * time.Second

// status is how a test's task ended.
type status string

const (
	ok        status = "ok"
	failed    status = "failed"
	skipped   status = "skipped"
	cancelled status = "cancelled"
)

// owner is a run whose tasks are jobs. Like a real one, it skips a job whose needs did not
// succeed, and cancels its context after a failure when failFast is set.
type owner struct {
	ctx      context.Context
	cancel   context.CancelCauseFunc
	limit    int
	failFast bool
}

func newOwner(t cleaner, limit int) *owner {
	o := &owner{limit: limit}
	o.ctx, o.cancel = context.WithCancelCause(context.Background())
	t.Cleanup(func() { o.cancel(nil) })
	return o
}

// cleaner is a testing.T or a rapid.T.
type cleaner interface{ Cleanup(f func()) }

// job is the Value of a test's task.
type job struct {
	*Task
	name  string
	do    func(share int) error // nil does nothing
	needs []*job                // of After, those that have to succeed
	after []*Task               // as After and Before are before the task has ended
	parks []func()              // the waits of as many *Busy errors
	show  func()                // called by Ended, may be nil

	claimant *claimant // of a test of claims

	// The task guards the rest until it has ended.
	done  int // calls of do
	ends  int // calls of Ended
	state status
	err   error
}

func (o *owner) job(name, lease string, do func(share int) error) *job {
	j := &job{Task: NewTask(o, lease), name: name, do: do}
	j.Value = j
	return j
}

// add adds a job.
func (j *job) add(s *Scheduler) {
	s.Add(j.Task)
	j.after = append(slices.Clone(j.After), j.Before())
	j.after = slices.DeleteFunc(j.after, func(t *Task) bool { return t == nil })
}

// submit submits jobs.
func submit(s *Scheduler, jobs []*job) {
	var tasks []*Task
	for _, j := range jobs {
		tasks = append(tasks, j.Task)
	}
	s.Submit(tasks)
}

func (o *owner) Context() context.Context { return o.ctx }

func (o *owner) Limit() int { return o.limit }

func (o *owner) Perform(t *Task, share int) error {
	j := t.Value.(*job)
	if o.ctx.Err() != nil {
		j.state = cancelled
		return nil
	}
	for _, need := range j.needs {
		switch need.state {
		case failed, skipped:
			j.state = skipped
			return nil
		case cancelled:
			j.state = cancelled
			return nil
		}
	}
	if len(j.parks) > 0 {
		wait := j.parks[0]
		j.parks = j.parks[1:]
		return fmt.Errorf("begin %s: %w", j.name, &Busy{wait})
	}
	j.done++
	j.state = ok
	if j.do != nil {
		j.err = j.do(share)
	}
	if j.err != nil {
		j.state = failed
	}
	return nil
}

func (o *owner) Panicked(t *Task, value any) {
	j := t.Value.(*job)
	j.state, j.err = failed, errors.Join(j.err, fmt.Errorf("panic: %v", value))
	o.fail(j)
}

func (o *owner) Ended(t *Task) {
	j := t.Value.(*job)
	j.ends++
	o.fail(j)
	if j.show != nil {
		j.show()
	}
}

// fail cancels the owner after a failure.
func (o *owner) fail(j *job) {
	if j.state == failed && o.failFast {
		o.cancel(j.err)
	}
}

// await fails the test unless all jobs end.
func await(t failer, jobs []*job) {
	t.Helper()
	over := time.After(watchdog)
	for _, j := range jobs {
		select {
		case <-j.Done():
		case <-over:
			t.Fatalf("%s does not end", j.name)
		}
	}
}

// failer is a testing.T or a rapid.T.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// atRest fails the test unless the scheduler comes to rest with nothing left over.
func atRest(t failer, s *Scheduler) {
	t.Helper()
	const none = "0 used, 0 waiting, 0 ready, 0 unstarted, 0 newest, 0 leases, 0 locks, 0 promised, 0 heaviest"
	for end := time.Now().Add(watchdog); ; time.Sleep(time.Millisecond) {
		s.mu.Lock()
		s.Leases.mu.Lock()
		left := fmt.Sprintf("%d used, %d waiting, %d ready, %d unstarted, %d newest, %d leases, %d locks, %d promised, %d heaviest",
			s.Tokens.Used(), s.waiting, len(s.ready), s.unstarted.tasks+int(s.unstarted.weight), len(s.newest), len(s.Leases.of), s.Leases.held, s.promised.Load(), s.heaviest.Load())
		active := s.active
		s.Leases.mu.Unlock()
		s.mu.Unlock()
		if left == none && !active {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the scheduler is left with %s, active %t", left, active)
		}
	}
}

// gate blocks jobs until it is opened.
type gate struct {
	open  chan struct{}
	begun chan struct{} // receives one value for each job that has begun
	once  sync.Once
}

func newGate(t *testing.T) *gate {
	g := &gate{open: make(chan struct{}), begun: make(chan struct{}, 100)}
	t.Cleanup(g.release)
	return g
}

func (g *gate) release() { g.once.Do(func() { close(g.open) }) }

func (g *gate) pass(int) error {
	g.begun <- struct{}{}
	<-g.open
	return nil
}
