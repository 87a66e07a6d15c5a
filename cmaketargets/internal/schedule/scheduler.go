// Package schedule decides when tasks run: after the tasks that they depend on,
// never two at once in one build tree or with one claim, and never more of them than a
// budget, which tasks that can run in parallel divide among themselves, once or, when they
// join the broker, all the time.
//
// Of the tasks that may run, the one comes first after which most is to be done.
//
// It uses a task's Owner by a small interface, and nothing of CMake. A process has
// one Scheduler, because its CPUs are shared by all that runs in it.
package schedule

import (
	"context"
	"errors"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sourcegraph/conc/pool"

	"github.com/magecmake/magecmake/cmaketargets/internal/jobserver"
)

// Scheduler runs tasks. While there is any, one goroutine passes them to one conc
// pool. The pool's tasks never submit to the pool, which would block for ever when
// it is full.
type Scheduler struct {
	Leases *Leases
	// Tokens is the budget.
	Tokens *jobserver.Broker

	mu        sync.Mutex
	changed   sync.Cond // a task became ready or ended, or an owner's context ended
	active    bool      // the dispatching goroutine runs
	waiting   int       // added tasks that are not ready
	ready     []*Task   // in the order of Task.precedes
	cancelled bool      // some ready task may have an owner whose context ended
	unstarted demand    // of parallel tasks that have not been started
	seen      demand    // of all parallel tasks
	queued    int       // tasks that became ready
	begun     int       // tasks that have been started
	running   []*Task
	promised  atomic.Int64 // the memory promised to those that have not joined, in bytes
	heaviest  atomic.Int64 // the memory that one job of those needs, for that which needs most
	withheld  bool         // some ready task waits for memory

	newest map[string]*Task // of each build tree
}

// New returns a scheduler.
func New() *Scheduler {
	s := &Scheduler{newest: map[string]*Task{}, Leases: newLeases(), Tokens: jobserver.New()}
	s.changed.L = &s.mu
	s.Tokens.Freed = s.wake
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

// Submit starts added tasks as soon as they may run. Among those that may, the one with the
// longest way to the end of the last task after it comes first, then the one that became ready first. Several owners may add and submit in any order: every task waits
// only for tasks that were added before it, so no two wait for each other.
func (s *Scheduler) Submit(tasks []*Task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, t := range tasks {
		if i == 0 || t.Owner != tasks[i-1].Owner {
			context.AfterFunc(t.Owner.Context(), s.notice)
		}
		s.unstarted.add(t, 1)
		s.seen.add(t, 1)
		t.submitted, t.way = true, t.length()
		for _, follower := range t.followed {
			if follower.submitted { // by another owner, before this one
				t.way = max(t.way, t.length()+follower.way)
			}
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
		s.enqueue(t)
	}
	for _, t := range slices.Backward(tasks) {
		t.lengthen()
	}
	sort.SliceStable(s.ready, func(i, j int) bool { return s.ready[i].precedes(s.ready[j]) })
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
	s.Tokens.Limit(p.MaxGoroutines())
	for {
		if t := s.begin(s.next(nil), p.MaxGoroutines()); t != nil {
			s.mu.Unlock()
			p.Go(func() { s.start(t) })
			s.mu.Lock()
			continue
		}
		if len(s.ready) == 0 && len(s.running) == 0 && s.waiting == 0 {
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
// that do, or none of those that among is true for. A task that waits for a name keeps it from those behind it, or it
// could wait for ever for two names at once.
func (s *Scheduler) next(among func(*Task) bool) int {
	alone := -1
	s.withheld = s.withheld && among != nil // else an earlier call has seen it
	before := slices.Clip(s.running)
	for i, t := range s.ready {
		switch {
		case t.claim.Alone:
			if alone < 0 {
				alone = i
			}
		case !slices.ContainsFunc(before, t.excludes):
			switch {
			case among != nil && !among(t):
			case s.fits(t):
				return i
			default:
				s.withheld = true
			}
		case len(t.claim.Names) > 0:
			before = append(before, t)
		}
	}
	if len(s.running) > 0 || among != nil {
		return -1
	}
	return alone
}

// fits reports whether one job of t has room in memory, or all that it has here beside others elsewhere, or nothing else runs.
func (s *Scheduler) fits(t *Task) bool {
	if t.Fits == nil || len(s.running) == 0 {
		return true
	}
	jobs := max(1, t.Local)
	fit, _ := t.Fits(jobs, s.promised.Load()+s.Tokens.Promised())
	return fit >= jobs
}

// excludes reports whether t, which does not claim to be alone, must not run beside o.
func (t *Task) excludes(o *Task) bool {
	return o.claim.Alone || slices.ContainsFunc(t.claim.Names, func(name string) bool { return slices.Contains(o.claim.Names, name) })
}

// begin takes a task off the list of those that are ready, or one that it lets pass. It returns nil when there is none, and
// when nothing of the budget is left for it.
func (s *Scheduler) begin(i, limit int) *Task {
	if i < 0 {
		s.Tokens.Unwanted()
		return nil
	}
	t := s.ready[i]
	if t.Parallel && !t.Brief && slices.ContainsFunc(s.running, func(o *Task) bool { return o.Brief }) {
		return nil
	}
	limit = min(limit, t.Owner.Limit())
	share := s.share(t, limit)
	wanted, weight := s.affordable(t, share, limit)
	least := s.least(t, limit)
	if wanted < share { // as memory has it
		least = min(least, wanted)
	}
	need := t.need(limit)
	need.Tokens, need.Least = wanted, least
	if share = s.Tokens.Acquire(need); share == 0 {
		if i := s.next(func(o *Task) bool { return passes(o, t) }); i >= 0 {
			return s.begin(i, limit)
		}
		return nil
	}
	t.local = need.Here(share)
	t.weight, t.promised = weight, weight*int64(need.Here(share))
	s.promised.Add(t.promised)
	s.heaviest.Store(max(s.heaviest.Load(), weight))
	copy(s.ready[1:i+1], s.ready)
	s.ready[0] = nil // the array may live for long
	s.ready = s.ready[1:]
	t.beside, t.share = len(s.running) > 0, share
	s.begun++
	t.begun, t.started = s.begun, time.Now()
	s.running = append(s.running, t)
	s.unstarted.add(t, -1)
	return t
}

// release returns the share of a task that does not run any more. It is 0 for one that
// never ran.
func (s *Scheduler) release(t *Task) {
	s.Tokens.Release(t.share, t.local)
	s.promised.Add(-t.promised)
	t.share, t.local, t.promised = 0, 0, 0
	if i := slices.Index(s.running, t); i >= 0 {
		s.running = slices.Delete(s.running, i, i+1)
	}
	heaviest := int64(0)
	for _, other := range s.running {
		heaviest = max(heaviest, other.weight)
	}
	s.heaviest.Store(heaviest)
}

// wake has dispatch try again to begin a task.
func (s *Scheduler) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed.Signal()
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
	s.unstarted.add(t, -1)
	s.waiting++
	s.Tokens.Unwanted()
	go func() { // its output may block
		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.waiting--
			s.changed.Signal()
		}()
		defer s.finish(t)
		call(t, func() { _ = t.Owner.Perform(t, 0) })
	}()
	return true
}

// start performs a task that has a share of the budget, and parks or finishes it.
func (s *Scheduler) start(t *Task) {
	var busy *Busy
	var claim *Claim
	defer func() {
		switch {
		case busy != nil:
			s.park(t, busy.Wait)
		case claim != nil:
			s.queue(t, *claim)
		default:
			s.finish(t)
		}
	}()
	call(t, func() {
		err := t.Owner.Perform(t, t.share)
		if !errors.As(err, &busy) {
			errors.As(err, &claim)
		}
	})
}

// queue makes a task ready again, under a claim.
func (s *Scheduler) queue(t *Task, claim Claim) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.release(t)
	s.unstarted.add(t, 1)
	t.claim = claim
	s.enqueue(t)
	s.cancelled = true
	s.changed.Signal()
}

// park takes a task that cannot begin out of the pool, so that others can, and makes
// it ready again after wait.
func (s *Scheduler) park(t *Task, wait func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.release(t)
	s.unstarted.add(t, 1)
	s.waiting++
	s.changed.Signal()
	go func() {
		defer func() {
			_ = recover() // the next attempt panics again, in the pool
			s.mu.Lock()
			defer s.mu.Unlock()
			s.waiting--
			s.enqueue(t)
			s.cancelled = true
			s.changed.Signal()
		}()
		wait()
	}()
}

// finish ends a task. Its owner is called first, so that a run whose tasks are all done
// has seen all of them.
func (s *Scheduler) finish(t *Task) {
	defer s.settle(t)
	call(t, func() { t.Owner.Ended(t) })
}

// settle returns the share of a task that ended, and makes the tasks ready that waited
// for it.
func (s *Scheduler) settle(t *Task) {
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
		s.enqueue(follower)
		s.cancelled = s.cancelled || follower.Owner.Context().Err() != nil
	}
	// A task that is remembered must not keep all that were before it.
	t.before, t.After, t.followed = nil, nil, nil
	s.release(t) // before the end, after which this process may exit with tokens of an outer jobserver
	close(t.done)
	s.changed.Signal()
}
