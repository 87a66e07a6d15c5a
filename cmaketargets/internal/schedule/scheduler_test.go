package schedule

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// The bound is reached, and never exceeded, also by two owners at once.
func TestBudgetIsReachedAndNeverExceeded(t *testing.T) {
	const limit = 3
	s := New()
	var running, peak atomic.Int64
	all := make(chan struct{}) // closed when the bound is reached
	var once sync.Once
	work := func(int) error {
		n := running.Add(1)
		for old := peak.Load(); n > old && !peak.CompareAndSwap(old, n); old = peak.Load() {
		}
		if n == limit {
			once.Do(func() { close(all) })
		}
		<-all // every job waits until so many run at once: without that, it hangs
		running.Add(-1)
		return nil
	}
	var jobs []*job
	for i := range 2 {
		o := newOwner(t, limit)
		var own []*job
		for n := range 20 {
			name := fmt.Sprint(i, "-", n)
			own = append(own, o.job(name, name, work))
			own[n].add(s)
		}
		submit(s, own)
		jobs = append(jobs, own...)
	}
	await(t, jobs)
	if peak.Load() != limit {
		t.Errorf("at most %d jobs ran at once, want %d", peak.Load(), limit)
	}
	atRest(t, s)
}

// A parallel task gets a share of the budget; the last ones get the rest.
func TestShare(t *testing.T) {
	for _, test := range []struct {
		limit, used, unstarted, most, want int
	}{
		{8, 0, 1, 0, 8}, // alone
		{7, 0, 3, 0, 3}, // rounded up ...
		{7, 3, 2, 0, 2}, // ... and the rest is divided again
		{7, 5, 1, 0, 2},
		{8, 1, 2, 0, 4},  // something else runs
		{8, 0, 20, 0, 1}, // more builds than jobs
		{8, 0, 2, 1, 1},  // CMAKE_BUILD_PARALLEL_LEVEL=1
		{1, 0, 5, 0, 1},
		{4, 4, 1, 0, 1}, // never less than one
	} {
		s := New()
		s.Tokens.Limit(test.limit)
		if test.used > 0 {
			s.Tokens.Take(test.used, 1, test.limit)
		}
		s.unstarted = demand{tasks: test.unstarted, unknown: test.unstarted}
		if got := s.share(&Task{Parallel: true, Most: test.most}, test.limit); got != test.want {
			t.Errorf("share(limit %d, used %d, %d unstarted, at most %d) = %d, want %d",
				test.limit, test.used, test.unstarted, test.most, got, test.want)
		}
	}
	if got := New().share(&Task{}, 8); got != 1 {
		t.Errorf("a task that is not parallel gets %d, want 1", got)
	}
}

// A panic in Perform or Ended fails that task alone, and so does the end of a goroutine.
func TestPanicFailsOneTask(t *testing.T) {
	s := New()
	o := newOwner(t, 2)
	shows := func(name string, show func()) *job {
		j := o.job(name, name, nil)
		j.show = show
		return j
	}
	tests := []struct {
		j   *job
		err string // "" for success
	}{
		{o.job("Perform panics", "a", func(int) error { panic("the panic") }), "panic: the panic"},
		{o.job("Perform exits", "b", func(int) error { runtime.Goexit(); return nil }), "panic: runtime.Goexit was called"},
		{o.job("Perform panics with nil", "c", func(int) error { panic(nil) }), "panic: panic called with nil argument"},
		{shows("Ended panics", func() { panic("the other panic") }), "panic: the other panic"},
		{shows("Ended exits", runtime.Goexit), "panic: runtime.Goexit was called"},
		{o.job("well", "d", nil), ""},
	}
	var jobs []*job
	for _, test := range tests {
		// One more in the same build tree: its task is not affected.
		next := o.job("after: "+test.j.name, test.j.Lease, nil)
		test.j.add(s)
		next.add(s)
		jobs = append(jobs, test.j, next)
	}
	submit(s, jobs)
	await(t, jobs)
	for i, test := range tests {
		switch j := test.j; {
		case test.err == "" && (j.state != ok || j.err != nil):
			t.Errorf("%s is %s (%v), want ok", j.name, j.state, j.err)
		case test.err != "" && (j.state != failed || j.err == nil || !strings.HasPrefix(j.err.Error(), test.err)):
			t.Errorf("%s is %s (%v), want failed (%s)", j.name, j.state, j.err, test.err)
		}
		if next := jobs[2*i+1]; next.state != ok {
			t.Errorf("%s is %s (%v), want ok", next.name, next.state, next.err)
		}
	}
	for _, j := range jobs {
		if j.ends != 1 {
			t.Errorf("Ended was called %d times for %s", j.ends, j.name)
		}
	}
	atRest(t, s)
}

// A wait that panics or exits makes the task ready again.
func TestBusyWaitPanics(t *testing.T) {
	s := New()
	j := newOwner(t, 1).job("busy", "tree", nil)
	j.parks = []func(){func() { panic("the wait") }, runtime.Goexit}
	j.add(s)
	submit(s, []*job{j})
	await(t, []*job{j})
	if j.state != ok || j.done != 1 {
		t.Errorf("it is %s (%v), and was done %d times", j.state, j.err, j.done)
	}
	atRest(t, s)
}

// A task that waits for another process leaves its part of the budget to others.
func TestBusyTaskLeavesItsShare(t *testing.T) {
	s := New()
	o := newOwner(t, 1)
	g := newGate(t)
	busy, other := o.job("busy", "a", nil), o.job("other", "b", nil)
	busy.parks = []func(){func() { <-g.open }}
	busy.add(s)
	other.add(s)
	submit(s, []*job{busy, other})
	await(t, []*job{other})
	if busy.Ended() {
		t.Error("the busy task has ended before it could begin")
	}
	g.release()
	await(t, []*job{busy})
	atRest(t, s)
}

// Tasks of an owner whose context ended do not wait for a part of the budget.
func TestCancelledTaskDoesNotWaitForTheBudget(t *testing.T) {
	for name, before := range map[string]bool{"before Submit": true, "after Submit": false} {
		t.Run(name, func(t *testing.T) {
			s := New()
			g := newGate(t)
			stays, over := newOwner(t, 1), newOwner(t, 1)
			long, late := stays.job("long", "a", g.pass), stays.job("late", "b", nil)
			first, second := over.job("first", "c", nil), over.job("second", "c", nil)
			first.Parallel = true
			for _, j := range []*job{long, late, first, second} {
				j.add(s)
			}
			submit(s, []*job{long, late})
			<-g.begun
			if before {
				over.cancel(context.Canceled)
			}
			submit(s, []*job{first, second})
			over.cancel(context.Canceled)
			await(t, []*job{first, second})
			if first.state != cancelled || second.state != cancelled || long.Ended() || late.Ended() {
				t.Errorf("first is %s, second %s; long ended: %t, late ended: %t", first.state, second.state, long.Ended(), late.Ended())
			}
			g.release()
			await(t, []*job{long, late})
			if late.state != ok {
				t.Errorf("late is %s", late.state)
			}
			atRest(t, s)
		})
	}
}

// Two owners add tasks in one build tree; the one that was second is the first to submit,
// and each waits for a task of the other.
func TestSubmissionInAnotherOrderThanAdd(t *testing.T) {
	s := New()
	a, b := newOwner(t, 1), newOwner(t, 1)
	var order []string
	note := func(name string) func(int) error {
		return func(int) error { order = append(order, name); return nil }
	}
	var jobs []*job
	for i, o := range []*owner{a, b, a, b} {
		name := fmt.Sprint(i)
		j := o.job(name, "tree", note(name))
		for _, earlier := range jobs {
			j.After = append(j.After, earlier.Task)
		}
		j.add(s)
		jobs = append(jobs, j)
	}
	submit(s, []*job{jobs[3], jobs[1]})
	submit(s, []*job{jobs[2]})
	if jobs[3].Ended() {
		t.Error("a task ended before one that it waits for was submitted")
	}
	submit(s, []*job{jobs[0]})
	await(t, jobs)
	if got := strings.Join(order, ""); got != "0123" {
		t.Errorf("the tasks ran in the order %s", got)
	}
	atRest(t, s)
}
