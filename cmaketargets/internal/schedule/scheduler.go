// Package schedule decides when tasks run: after the tasks that they depend on,
// never two at once in one build tree, and never more of them than a budget, which
// tasks that can run in parallel divide among themselves.
//
// It knows a task's Owner by a small interface, and nothing of CMake. A process has
// one Scheduler, because its CPUs are shared by all that runs in it.
package schedule

import (
	"context"
	"errors"
	"slices"
	"sync"

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
	peak      int       // the highest value of used, for tests

	newest map[string]*Task // of each build tree
}

// New returns a scheduler.
func New() *Scheduler {
	s := &Scheduler{newest: map[string]*Task{}, Leases: newLeases()}
	s.changed.L = &s.mu
	return s
}

// Add makes t the newest task of its build tree. Every task must be added, and then
// submitted, in the same order within a build tree.
func (s *Scheduler) Add(t *Task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.before = s.newest[t.Lease]
	s.newest[t.Lease] = t
	s.Leases.expect(t.Lease)
}

// Submit starts added tasks as soon as they may run. Among those that may, the order
// of submission counts.
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
		for len(s.ready) > 0 && s.used > 0 && s.used >= min(p.MaxGoroutines(), s.ready[0].Owner.Limit()) {
			if !s.cancelOne() {
				s.changed.Wait()
			}
		}
		if len(s.ready) > 0 {
			t := s.ready[0]
			s.ready = s.ready[1:]
			share := s.share(t, min(p.MaxGoroutines(), t.Owner.Limit()))
			s.used += share
			if t.Parallel {
				s.unstarted--
			}
			s.peak = max(s.peak, s.used)
			s.mu.Unlock()
			p.Go(func() {
				var busy *Busy
				if errors.As(perform(t, share), &busy) {
					s.park(t, share, busy.Wait)
					return
				}
				s.finish(t, share)
			})
			s.mu.Lock()
			continue
		}
		if s.used == 0 && s.waiting == 0 {
			s.active = false
			s.mu.Unlock()
			p.Wait()
			return
		}
		s.changed.Wait()
	}
}

// share divides the free part of the budget among the parallel tasks that have not
// been started, those that are not ready included, and rounds up, so that the last of
// few projects are not built with one compiler while CPUs idle.
func (s *Scheduler) share(t *Task, limit int) int {
	if !t.Parallel || s.unstarted == 0 {
		return 1
	}
	free := limit - s.used
	share := (free + s.unstarted - 1) / s.unstarted
	if t.Most > 0 {
		share = min(share, t.Most)
	}
	return max(1, min(share, free))
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
		_ = perform(t, 0)
		s.finish(t, 0)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waiting--
		s.changed.Signal()
	}()
	return true
}

// perform runs a task. It does not panic: conc would raise a panic of a pool's task in
// another goroutine, and every result would be lost.
func perform(t *Task, share int) (err error) {
	defer func() {
		if v := recover(); v != nil {
			t.Owner.Panicked(t, v)
			err = nil
		}
	}()
	return t.Owner.Perform(t, share)
}

// end calls Owner.Ended, and does not panic either.
func end(t *Task) {
	defer func() {
		if v := recover(); v != nil {
			t.Owner.Panicked(t, v)
		}
	}()
	t.Owner.Ended(t)
}

// park takes a task that cannot begin out of the pool, so that others can, and makes
// it ready again after wait.
func (s *Scheduler) park(t *Task, share int, wait func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used -= share
	if t.Parallel {
		s.unstarted++
	}
	s.waiting++
	s.changed.Signal()
	go func() {
		func() {
			defer func() { _ = recover() }() // the next attempt panics again, in the pool
			wait()
		}()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waiting--
		s.ready = append(s.ready, t)
		s.cancelled = true
		s.changed.Signal()
	}()
}

// finish ends a task, returns its share and makes those that wait for it ready. Owner
// is called first, so that a run whose tasks are all done has seen all of them.
func (s *Scheduler) finish(t *Task, share int) {
	end(t)
	s.Leases.leave(t.Lease)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.newest[t.Lease] == t {
		delete(s.newest, t.Lease)
	}
	close(t.done)
	for _, follower := range t.followed {
		if follower.pending--; follower.pending > 0 {
			continue
		}
		s.waiting--
		s.ready = append(s.ready, follower)
		s.cancelled = s.cancelled || follower.Owner.Context().Err() != nil
	}
	t.followed = nil
	s.used -= share
	s.changed.Signal()
}
