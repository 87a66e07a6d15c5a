// Package schedule decides when tasks run: after the tasks that they depend on,
// never two at once in one build tree or with one claim, and never more of them than a
// budget, which tasks that can run in parallel divide among themselves.
//
// It knows a task's Owner by a small interface, and nothing of CMake. A process has
// one Scheduler, because its CPUs are shared by all that runs in it.
package schedule

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/sourcegraph/conc/pool"
)

// Scheduler runs tasks. While there is any, one goroutine passes them to one conc
// pool. The pool's tasks never submit to the pool, which would block for ever when
// it is full.
type Scheduler struct {
	Leases *Leases

	mu        sync.Mutex
	changed   sync.Cond // a task became ready or ended, or an owner's context ended
	active    bool      // the dispatching goroutine runs
	waiting   int       // added tasks that are not ready
	ready     []*Task   // oldest first
	cancelled bool      // some ready task may have an owner whose context ended
	used      int       // the part of the budget in use
	unstarted int       // parallel tasks that have not been started
	begun     int       // tasks that have been started
	running   []*Task
	promised  int64 // the memory promised to those, in bytes
	withheld  bool  // some ready task waits for memory

	newest map[string]*Task // of each build tree
}

// New returns a scheduler.
func New() *Scheduler {
	s := &Scheduler{newest: map[string]*Task{}, Leases: newLeases()}
	s.changed.L = &s.mu
	return s
}

// Add makes t the newest task of its build tree. Every added task must be submitted: the
// tasks added after it in its build tree wait for it.
func (s *Scheduler) Add(t *Task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.scheduler, t.before = s, s.newest[t.Lease]
	s.newest[t.Lease] = t
	s.Leases.expect(t.Lease)
}

// Submit starts added tasks as soon as they may run. Among those that may, the order
// of submission counts. Several owners may add and submit in any order: every task waits
// only for tasks that were added before it, so no two wait for each other.
func (s *Scheduler) Submit(tasks []*Task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, t := range tasks {
		if i == 0 || t.Owner != tasks[i-1].Owner {
			context.AfterFunc(t.Owner.Context(), s.notice)
		}
		if t.Parallel {
			s.unstarted++
		}
		for _, earlier := range append(slices.Clip(t.After), t.before) {
			if earlier != nil && !earlier.Ended() {
				earlier.followed = append(earlier.followed, t)
				t.pending++
			}
		}
		if t.pending > 0 {
			s.waiting++
			continue
		}
		s.ready = append(s.ready, t)
	}
	s.changed.Signal()
	if !s.active && len(s.ready) > 0 {
		s.active = true
		go s.dispatch(pool.New().WithMaxGoroutines(s.ready[0].Owner.Limit()))
	}
}

// dispatch passes tasks to the pool until there are none. The pool's bound is that of
// the owner that found the scheduler idle; an owner with a smaller limit is held to
// that as well.
func (s *Scheduler) dispatch(p *pool.Pool) {
	s.mu.Lock()
	for {
		i := s.next()
		if i >= 0 && (s.used == 0 || s.used < min(p.MaxGoroutines(), s.ready[i].Owner.Limit())) {
			limit := min(p.MaxGoroutines(), s.ready[i].Owner.Limit())
			share := s.promise(s.ready[i], s.share(s.ready[i], limit), limit)
			t := s.begin(i, share)
			s.mu.Unlock()
			p.Go(func() { s.start(t, share) })
			s.mu.Lock()
			continue
		}
		if len(s.ready) == 0 && s.used == 0 && s.waiting == 0 {
			s.active = false
			s.mu.Unlock()
			p.Wait()
			return
		}
		if !s.cancelOne() {
			s.wait()
		}
	}
}

// patience is how often memory that is too little for a task is measured again, for others use it too.
const patience = time.Second

// wait waits until something changes. The caller holds the lock.
func (s *Scheduler) wait() {
	if s.withheld {
		defer time.AfterFunc(patience, s.changed.Signal).Stop()
	}
	s.changed.Wait()
}

// next returns the index of the ready task to start, -1 when none may run beside those
// that do. A task that waits for a name keeps it from those behind it, or it could wait
// for ever for two names at once.
func (s *Scheduler) next() int {
	alone := -1
	s.withheld = false
	before := slices.Clip(s.running)
	for i, t := range s.ready {
		switch {
		case t.claim.Alone:
			if alone < 0 {
				alone = i
			}
		case !slices.ContainsFunc(before, t.excludes):
			if s.fits(t) {
				return i
			}
			s.withheld = true
		case len(t.claim.Names) > 0:
			before = append(before, t)
		}
	}
	if len(s.running) > 0 {
		return -1
	}
	return alone
}

// fits reports whether one job of t has room in memory, or nothing else runs.
func (s *Scheduler) fits(t *Task) bool {
	if t.Fits == nil || len(s.running) == 0 {
		return true
	}
	fit, _ := t.Fits(1, s.promised)
	return fit > 0
}

// excludes reports whether t, which does not claim to be alone, must not run beside o.
func (t *Task) excludes(o *Task) bool {
	return o.claim.Alone || slices.ContainsFunc(t.claim.Names, func(name string) bool { return slices.Contains(o.claim.Names, name) })
}

// begin takes a task off the list of those that are ready.
func (s *Scheduler) begin(i, share int) *Task {
	t := s.ready[i]
	copy(s.ready[1:i+1], s.ready)
	s.ready[0] = nil // the array may live for long
	s.ready = s.ready[1:]
	t.beside = len(s.running) > 0
	s.begun++
	t.begun = s.begun
	s.running = append(s.running, t)
	s.used += share
	s.promised += t.promised
	if t.Parallel {
		s.unstarted--
	}
	return t
}

// release returns the share of a task that does not run any more. It is 0 for one that
// never ran.
func (s *Scheduler) release(t *Task, share int) {
	s.used -= share
	s.promised -= t.promised
	t.promised = 0
	if i := slices.Index(s.running, t); i >= 0 {
		s.running = slices.Delete(s.running, i, i+1)
	}
}

// share divides the free part of the budget among the parallel tasks that have not
// been started, those that are not ready included, and rounds up, so that the last of
// few projects are not built with one compiler while CPUs idle. A task that runs alone
// has all of it.
func (s *Scheduler) share(t *Task, limit int) int {
	if !t.Parallel || s.unstarted == 0 {
		return 1
	}
	free, others := limit-s.used, s.unstarted
	if t.claim.Alone {
		others = 1
	}
	share := (free + others - 1) / others
	if t.Most > 0 {
		share = min(share, t.Most)
	}
	return max(1, min(share, free))
}

// promise returns what memory leaves of a task's share, and promises it to the task. Memory is divided
// as the budget is, or a build with little to do would keep it from all others. One job always runs.
func (s *Scheduler) promise(t *Task, share, limit int) int {
	if t.Fits == nil {
		return share
	}
	others := max(1, s.unstarted)
	if t.claim.Alone {
		others = 1
	}
	fit, weight := t.Fits(max(1, min(share*others, limit-s.used)), s.promised)
	share = min(share, max(1, (fit+others-1)/others))
	t.promised = weight * int64(share)
	return share
}

// notice has dispatch look for tasks whose owner's context ended.
func (s *Scheduler) notice() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancelled = true
	s.changed.Signal()
}

// cancelOne ends a ready task whose owner's context has ended, without waiting for a
// part of the budget, and reports whether there was one: other tasks may go on for
// long, and the lock of its build tree is released only when it ends. The caller
// holds the lock.
func (s *Scheduler) cancelOne() bool {
	if !s.cancelled {
		return false
	}
	i := slices.IndexFunc(s.ready, func(t *Task) bool { return t.Owner.Context().Err() != nil })
	if i < 0 {
		s.cancelled = false
		return false
	}
	t := s.ready[i]
	s.ready = slices.Delete(s.ready, i, i+1)
	if t.Parallel {
		s.unstarted--
	}
	s.waiting++
	go func() { // its output may block
		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.waiting--
			s.changed.Signal()
		}()
		defer s.finish(t, 0)
		call(t, func() { _ = t.Owner.Perform(t, 0) })
	}()
	return true
}

// start performs a task that has a share of the budget, and parks or finishes it.
func (s *Scheduler) start(t *Task, share int) {
	var busy *Busy
	var claim *Claim
	defer func() {
		switch {
		case busy != nil:
			s.park(t, share, busy.Wait)
		case claim != nil:
			s.queue(t, share, *claim)
		default:
			s.finish(t, share)
		}
	}()
	call(t, func() {
		err := t.Owner.Perform(t, share)
		if !errors.As(err, &busy) {
			errors.As(err, &claim)
		}
	})
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

// queue makes a task ready again, under a claim.
func (s *Scheduler) queue(t *Task, share int, claim Claim) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.release(t, share)
	if t.Parallel {
		s.unstarted++
	}
	t.claim = claim
	s.ready = append(s.ready, t)
	s.cancelled = true
	s.changed.Signal()
}

// park takes a task that cannot begin out of the pool, so that others can, and makes
// it ready again after wait.
func (s *Scheduler) park(t *Task, share int, wait func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.release(t, share)
	if t.Parallel {
		s.unstarted++
	}
	s.waiting++
	s.changed.Signal()
	go func() {
		defer func() {
			_ = recover() // the next attempt panics again, in the pool
			s.mu.Lock()
			defer s.mu.Unlock()
			s.waiting--
			s.ready = append(s.ready, t)
			s.cancelled = true
			s.changed.Signal()
		}()
		wait()
	}()
}

// finish ends a task. Its owner is called first, so that a run whose tasks are all done
// has seen all of them.
func (s *Scheduler) finish(t *Task, share int) {
	defer s.settle(t, share)
	call(t, func() { t.Owner.Ended(t) })
}

// settle returns the share of a task that ended, and makes the tasks ready that waited
// for it.
func (s *Scheduler) settle(t *Task, share int) {
	s.Leases.leave(t.Lease)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.newest[t.Lease] == t {
		delete(s.newest, t.Lease)
	}
	for _, follower := range t.followed {
		if follower.pending--; follower.pending > 0 {
			continue
		}
		s.waiting--
		s.ready = append(s.ready, follower)
		s.cancelled = s.cancelled || follower.Owner.Context().Err() != nil
	}
	// A task that is remembered must not keep all that were before it.
	t.before, t.After, t.followed = nil, nil, nil
	close(t.done)
	s.release(t, share)
	s.changed.Signal()
}
