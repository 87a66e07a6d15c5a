package schedule

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/jobserver"
)

// demand is the part of the budget that tasks could use.
type demand struct {
	tasks   int
	unknown int           // of them, those whose work is not known
	weight  time.Duration // the work of the others
	chains  float64       // the sum of their work times their longest chains of commands, in square seconds
}

// add adds a task that is parallel, or removes it with a sign of -1.
func (d *demand) add(t *Task, sign int) {
	switch {
	case !t.Parallel:
	case t.work.Alone <= 0:
		d.tasks += sign
		d.unknown += sign
	default:
		d.tasks += sign
		work := min(t.work.Alone, maxWeight)
		d.weight += time.Duration(sign) * work
		d.chains += float64(sign) * work.Seconds() * t.work.Least.Seconds()
	}
}

// chainBeside is the longest chain of commands of the tasks but t, the mean by their work.
func (d demand) chainBeside(t *Task) time.Duration {
	d.add(t, -1)
	if d.weight <= 0 {
		return 0
	}
	return time.Duration(d.chains / d.weight.Seconds() * float64(time.Second))
}

// maxWeight keeps the sum of many weights from overflowing.
const maxWeight = 24 * time.Hour

// weight returns the weight of a task in the division of the budget: its work, where that is known, else the mean of
// the others. Expected is no measure of it: the more jobs the last build had, the shorter it was.
func (s *Scheduler) weight(t *Task) time.Duration {
	if t.work.Alone > 0 {
		return min(t.work.Alone, maxWeight)
	}
	return max(1, s.seen.weight/time.Duration(max(1, s.seen.tasks-s.seen.unknown)))
}

// weightUnstarted is the weight of all parallel tasks that have not been started.
func (s *Scheduler) weightUnstarted() time.Duration {
	return s.unstarted.weight + time.Duration(s.unstarted.unknown)*s.weight(&Task{})
}

// need returns the limits of the part of the budget that t takes.
func (t *Task) need(limit int) jobserver.Need {
	return jobserver.Need{Limit: limit, Remote: t.Remote, Local: min(t.Local, limit)}
}

// Widen sets Remote and Local of a task that was added and has not begun.
func (t *Task) Widen(remote, local int) {
	t.scheduler.mu.Lock()
	defer t.scheduler.mu.Unlock()
	t.Remote, t.Local = remote, local
}

// share divides the free part of the budget among the parallel tasks that have not
// been started, those that are not ready included, by their work. It rounds up, so that the last of few
// projects are not built with one compiler while CPUs idle, but to the better number where a share stays as
// it is. A task that runs alone has all of it.
func (s *Scheduler) share(t *Task, limit int) int {
	if !t.Parallel || s.unstarted.tasks == 0 {
		return 1
	}
	if t.Fixed > 0 {
		return min(t.Fixed, limit+t.Remote)
	}
	return t.shareOf(s, s.Tokens.Free(t.need(limit)))
}

// shareOf is the share of t if so much of the budget is free.
func (t *Task) shareOf(s *Scheduler, free int) int {
	part, others := s.weight(t), s.weightUnstarted()
	if t.claim.Alone {
		others = part
	}
	exact := float64(max(free, 0)) * float64(part) / float64(others)
	share := int(math.Ceil(exact))
	switch {
	case t.work.Rigid:
		share = min(t.balanced(exact, free, others-part, s.unstarted.chainBeside(t)), t.useful())
	case t.work.Ready > 0:
		share = min(share, t.work.Ready) // it takes more as soon as it can use them
	}
	if t.Most > 0 {
		share = min(share, t.Most)
	}
	return max(1, min(share, free))
}

// balanced is the share with which t and the others end first, whose work with one job and longest chain are given: one
// near its exact part, but a longer chain of commands, in which most of a share is idle, needs a larger one.
func (t *Task) balanced(exact float64, free int, others, chain time.Duration) int {
	beside := &Task{work: Work{Alone: others, Least: chain}}
	end := func(share int) time.Duration { return max(t.with(share), beside.with(free-share)) }
	share := max(1, int(exact))
	if float64(share) < exact && end(share+1) <= end(share) {
		share++
	}
	for share < free-1 && end(share+1) < end(share) {
		share++
	}
	for share > 1 && end(share-1) < end(share) {
		share--
	}
	return share
}

// affordable returns the part of a task's share that fits into memory, and the bytes to promise to each job.
// Memory is divided as the budget is, or a build with little to do would keep it from all others. One job
// always runs, and a number of jobs that the user has asked for is not changed, nor that of a task with jobs on other
// machines, which begins when there is room for those here.
func (s *Scheduler) affordable(t *Task, share, limit int) (affordable int, weight int64) {
	if t.Fits == nil {
		return share, 0
	}
	free := max(1, s.Tokens.Free(t.need(limit)))
	asked := min(free, limit)
	fit, weight := t.Fits(asked, s.promised.Load()+s.Tokens.Promised())
	if t.Fixed > 0 || t.Remote > 0 {
		return share, weight
	}
	return min(share, max(1, (fit*share+free-1)/free)), weight
}

// least returns how much of the budget a task needs to begin. One whose share stays as it is waits for tasks that run,
// when the tokens that they give back let it end clearly earlier than if it began now.
func (s *Scheduler) least(t *Task, limit int) int {
	if !t.work.Rigid || t.Fixed > 0 || s.Tokens.Outer != nil { // which may have fewer for all time
		return t.Fixed
	}
	if t.tooEarly(s, limit) {
		return limit + t.Remote
	}
	now := time.Now()
	if !t.until.IsZero() && !now.Before(t.until) {
		return 1 // they have not ended when they were expected to
	}
	after, share := t.waitFor(s, limit, now)
	if after > 0 && t.until.IsZero() {
		patience := after + after/4 // see passes
		t.until = now.Add(patience)
		time.AfterFunc(patience, s.wake)
	}
	return share
}

// waitFor returns after which time t, whose share stays as it is, would best begin, and with which share. It is 0
// unless that makes t end a tenth earlier than with the tokens that are free now.
func (t *Task) waitFor(s *Scheduler, limit int, now time.Time) (after time.Duration, share int) {
	type end struct {
		at   time.Duration
		jobs int
	}
	var ends []end
	for _, o := range s.running {
		if d, ok := o.remains(now); ok {
			ends = append(ends, end{d, o.share})
		}
	}
	slices.SortFunc(ends, func(a, b end) int { return cmp.Compare(a.at, b.at) })
	free := s.Tokens.Free(t.need(limit))
	earliest := t.with(t.shareOf(s, free)) * 9 / 10
	for i, e := range ends {
		free += e.jobs
		if i+1 < len(ends) && ends[i+1].at == e.at {
			continue
		}
		jobs := t.shareOf(s, min(free, limit+t.Remote))
		if at := e.at + t.with(jobs); at < earliest {
			earliest, after, share = at, e.at, jobs
		}
	}
	return after, share
}

// passes reports whether o may begin before t, which waits for a larger share: o will have ended when that is there.
func passes(o, t *Task) bool {
	return !o.Parallel && o.Expected > 0 && o.Expected < time.Until(t.until)*4/5
}

// moment is how long a task waits until more is known of the others, at most.
const moment = time.Second

// tooEarly reports whether a task whose share stays as it is had better wait a moment: tasks run after
// which others are known, fewer are known than there are jobs, and with all jobs it would end much earlier.
func (t *Task) tooEarly(s *Scheduler, limit int) bool {
	free := max(1, s.Tokens.Free(t.need(limit)))
	if limit < 4 || s.unstarted.unknown == 0 || s.seen.tasks-s.seen.unknown >= limit || t.work.Alone/time.Duration(free)-t.work.Alone/time.Duration(limit) < 2*moment {
		return false
	}
	if !slices.ContainsFunc(s.running, func(o *Task) bool { return !o.Parallel && len(o.followed) > 0 }) {
		return false
	}
	if t.early.IsZero() {
		t.early = time.Now().Add(moment)
		time.AfterFunc(moment, s.wake)
	}
	return time.Now().Before(t.early)
}

// Memory returns the memory, in bytes, that one job of the running tasks needs, for that which needs most, and what is
// promised to those that have not joined the broker. It may be called under the lock of that.
func (s *Scheduler) Memory() (heaviest, promised int64) { return s.heaviest.Load(), s.promised.Load() }

// Weigh sets the work of a task that was submitted. An unknown one changes nothing.
func (s *Scheduler) Weigh(t *Task, work Work) {
	if work.Alone == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unstarted.add(t, -1)
	s.seen.add(t, -1)
	before := t.length()
	t.SetWork(work)
	t.way += t.length() - before
	s.unstarted.add(t, 1)
	s.seen.add(t, 1)
}

// Followers returns the tasks that wait for t.
func (s *Scheduler) Followers(t *Task) []*Task {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Task{}, t.followed...)
}

// Share returns the share of t, which runs.
func (t *Task) Share() int {
	t.scheduler.mu.Lock()
	defer t.scheduler.mu.Unlock()
	return t.share
}

// loadOf returns the load of a task that joins the jobserver, as far as it is known.
func loadOf(s *Scheduler, t *Task) jobserver.Load {
	load := jobserver.Load{Time: t.Expected, Wide: t.work.Alone > 2*t.work.Least, Ready: t.work.Ready, Memory: t.weight}
	if s.seen.unknown < s.seen.tasks {
		load.Time, load.Alone = s.weight(t), true
	}
	return load
}

// Join returns a jobserver for t, which runs: from now on its share is one, and the command that it
// starts takes tokens for more. It must be closed when no process of the command is left.
func (t *Task) Join() (*jobserver.Client, error) {
	s := t.scheduler
	s.mu.Lock()
	defer s.mu.Unlock()
	need := t.need(t.Owner.Limit())
	need.Tokens = t.share - 1
	client, err := s.Tokens.Join(need, loadOf(s, t))
	if err == nil {
		if t.share = 1; t.Remote == 0 {
			t.local = 1
		}
		s.promised.Add(-t.promised) // the broker counts it
		t.promised = 0
	}
	return client, err
}

// precedes reports whether t comes before o when both are ready. A task of unknown length comes before all
// others if some wait for it: these may be long.
func (t *Task) precedes(o *Task) bool {
	if unknown := t.unknown(); unknown != o.unknown() {
		return unknown
	}
	if t.way != o.way {
		return t.way > o.way
	}
	return t.number < o.number
}

func (t *Task) unknown() bool { return t.Expected == 0 && t.work.Alone == 0 && len(t.followed) > 0 }

// enqueue makes a task ready.
func (s *Scheduler) enqueue(t *Task) {
	s.queued++
	t.number = s.queued
	i := sort.Search(len(s.ready), func(i int) bool { return t.precedes(s.ready[i]) })
	s.ready = append(s.ready, nil)
	copy(s.ready[i+1:], s.ready[i:])
	s.ready[i] = t
}

// lengthen makes the ways of the tasks that t waits for at least as long as they are with t. The owner of one that was not
// submitted may still change its length.
func (t *Task) lengthen() {
	for _, earlier := range append(t.After[:len(t.After):len(t.After)], t.before) {
		if earlier != nil && earlier.submitted {
			earlier.way = max(earlier.way, earlier.length()+t.way)
		}
	}
}
