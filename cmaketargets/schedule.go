package cmaketargets

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync"

	"github.com/sourcegraph/conc/pool"
)

// job is one step of one variant of one project, to be done once.
type job struct {
	key   jobKey
	owner *run // the run that brought it; others may wait for it too
	// tree is the job before this one in the same build tree: two never work
	// in one tree at a time. need is the job that has to have succeeded.
	tree, need *job
	// compiles says that the job can use more than one of the budget.
	compiles bool
	// most is how many it can use at most, 0 for any number.
	most int
	// blank is the result before anything happened; do fills it in, using so
	// many of the budget.
	blank Result
	do    func(ctx context.Context, jobs int, res Result) Result
	// glance says whether there is nothing to do, and needs no lock for that.
	glance func(res Result) (_ Result, nothing bool)
	// renew does again what the job needs where another process has undone it.
	// good says that the job can go on; else the result is the job's.
	renew func(ctx context.Context, seen *view, jobs int, res Result) (_ Result, good bool)
	// cleans makes the lock file of a tree that the job may remove, and
	// describes it. The error is fs.ErrNotExist when there is no such tree.
	cleans func() (fs.FileInfo, error)

	tries  int           // so far
	once   sync.Once     // shows the result
	done   chan struct{} // closed when result is there
	result Result

	// What follows is guarded by the scheduler.

	next    []*job // those whose tree this is
	heeders []*run // those that did not bring it and wait for it
}

// jobKey is the identity of a job in its workspace.
type jobKey struct {
	project, variant string
	step             Step
}

// finished says whether the result is there, without waiting.
func (j *job) finished() bool {
	select {
	case <-j.done:
		return true
	default:
		return false
	}
}

// scheduler decides when jobs run: after the job before them in their tree,
// in the order they became ready, and never more of them, weighted by their
// compilers, than the budget. There is one for the process, because the CPUs
// are the process's: two targets that run at once share it.
//
// While there is anything to do one goroutine hands jobs to one conc pool;
// pool tasks never submit to the pool, which would deadlock when it is full.
type scheduler struct {
	mu      sync.Mutex
	change  sync.Cond // something became ready or ended
	active  bool      // the handing goroutine runs
	waiting int       // jobs that are blocked
	ready   []*job    // jobs to start, oldest first
	over    bool      // some of those may be of a run that is over
	used    int       // how much of the budget runs
	compile int       // jobs with compiles set that have not been started
	peak    int       // the highest value of used, for tests

	tails map[string]*job // the newest job of each tree
	holds *holds
}

// budget is the process's scheduler.
var budget = newScheduler()

func newScheduler() *scheduler {
	s := &scheduler{tails: map[string]*job{}, holds: newHolds()}
	s.change.L = &s.mu
	return s
}

// follow makes j the newest job of its tree and returns the one before it.
func (s *scheduler) follow(j *job) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	dir := j.blank.BuildDir
	before := s.tails[dir]
	s.tails[dir] = j
	s.holds.expect(dir)
	return before
}

// submit adds jobs, in the order in which they should start. A job's tree
// must have been submitted before it or be finished.
func (s *scheduler) submit(jobs []*job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, j := range jobs {
		if i == 0 || j.owner != jobs[i-1].owner {
			context.AfterFunc(j.owner.ctx, s.look)
		}
		if j.compiles {
			s.compile++
		}
		if j.tree != nil && !j.tree.finished() {
			j.tree.next = append(j.tree.next, j)
			s.waiting++
			continue
		}
		s.ready = append(s.ready, j)
	}
	s.change.Signal()
	if !s.active && len(s.ready) > 0 {
		s.active = true
		go s.hand(pool.New().WithMaxGoroutines(s.ready[0].owner.limit))
	}
}

// watch lets a run heed the failure of a job that it waits for but did not
// bring.
func (s *scheduler) watch(j *job, r *run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if j.finished() {
		r.heed(j.result)
		return
	}
	j.heeders = append(j.heeders, r)
}

// behindAnother says whether a job that has not ended is another run's, or
// waits for one in its tree. For its part of the budget no job waits whose run
// is over.
func (s *scheduler) behindAnother(j *job, r *run) bool {
	for ; j != nil && !j.finished(); j = j.tree {
		if j.owner != r {
			return true
		}
	}
	return false
}

// hand gives jobs to the pool until there are none. The pool's bound is that
// of the run that found the process idle; a run with a smaller bound is held
// to its own as well.
func (s *scheduler) hand(p *pool.Pool) {
	s.mu.Lock()
	for {
		for len(s.ready) > 0 && s.used > 0 && s.used >= min(p.MaxGoroutines(), s.ready[0].owner.limit) {
			if !s.dismiss() {
				s.change.Wait()
			}
		}
		if len(s.ready) > 0 {
			j := s.ready[0]
			s.ready = s.ready[1:]
			share := s.share(j, min(p.MaxGoroutines(), j.owner.limit))
			s.used += share
			if j.compiles {
				s.compile--
			}
			s.peak = max(s.peak, s.used)
			s.mu.Unlock()
			p.Go(func() {
				r, err := j.perform(share)
				var busy *busyTree
				if errors.As(err, &busy) {
					s.park(j, share, busy.wait)
					return
				}
				s.finish(j, r, share)
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
		s.change.Wait()
	}
}

// look has the jobs found whose run is over.
func (s *scheduler) look() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	s.change.Signal()
}

// dismiss ends a job that waits for its part of the budget though its run is
// over, and returns whether there was one: others may go on for long, and its
// tree's lock is given back only when it ends. It is called with the lock held.
func (s *scheduler) dismiss() bool {
	if !s.over {
		return false
	}
	i := slices.IndexFunc(s.ready, func(j *job) bool { return j.owner.ctx.Err() != nil })
	if i < 0 {
		s.over = false
		return false
	}
	j := s.ready[i]
	s.ready = slices.Delete(s.ready, i, i+1)
	if j.compiles {
		s.compile--
	}
	s.waiting++
	go func() { // what it shows may block
		r, _ := j.perform(0)
		s.finish(j, r, 0)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waiting--
		s.change.Signal()
	}()
	return true
}

// share divides what is free of the budget among the jobs that compile and
// are not started, those yet to come included, and rounds up, so that the last
// of few projects are not built with one compiler while CPUs idle.
func (s *scheduler) share(j *job, limit int) int {
	if !j.compiles || s.compile == 0 {
		return 1
	}
	free := limit - s.used
	share := (free + s.compile - 1) / s.compile
	if j.most > 0 {
		share = min(share, j.most)
	}
	return max(1, min(share, free))
}

// perform runs the job. It never panics: a panic in a pool would surface in
// another goroutine and lose every result.
// The error is a *busyTree when another process keeps it from beginning.
func (j *job) perform(share int) (r Result, err error) {
	defer func() {
		if v := recover(); v != nil {
			r, err = j.owner.panicked(j, v), nil
		}
	}()
	return j.owner.perform(j, share)
}

// show hands the result to the run that brought the job, unless that one was
// over and did not wait for it. It never panics.
func (j *job) show(r Result) (shown Result) {
	defer func() {
		if v := recover(); v != nil {
			shown = j.owner.panicked(j, v)
		}
	}()
	j.once.Do(func() { j.owner.finished(r) })
	return r
}

// park takes a job that cannot begin out of the pool, so that others can, and
// makes it ready again after wait.
func (s *scheduler) park(j *job, share int, wait func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used -= share
	if j.compiles {
		s.compile++
	}
	s.waiting++
	s.change.Signal()
	go func() {
		func() {
			// A panic is met again, in the pool, by the next attempt.
			defer func() { _ = recover() }()
			wait()
		}()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waiting--
		s.ready = append(s.ready, j)
		s.over = true
		s.change.Signal()
	}()
}

// finish publishes a job's result, gives its share back and wakes what waits
// for it. share is 0 for a job that was never started.
func (s *scheduler) finish(j *job, r Result, share int) {
	// The screen comes first, so that a run that sees all of its jobs done
	// has shown all of them.
	r = j.show(r)
	s.holds.leave(j.blank.BuildDir)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publish(j, r)
	s.used -= share
	s.change.Signal()
}

// publish is called with the lock held.
func (s *scheduler) publish(j *job, res Result) {
	j.result = res
	if dir := j.blank.BuildDir; s.tails[dir] == j {
		delete(s.tails, dir)
	}
	close(j.done)
	for _, r := range j.heeders {
		r.heed(res)
	}
	for _, n := range j.next {
		s.waiting--
		s.ready = append(s.ready, n)
		s.over = s.over || n.owner.ctx.Err() != nil
	}
	j.next = nil
}
