package schedule

import (
	"sync"
	"testing"
	"time"
)

// room is memory of so many bytes.
type room struct {
	mu   sync.Mutex
	size int64
}

// of returns a Task.Fits for jobs of so many bytes.
func (r *room) of(weight int64) func(int, int64) (int, int64) {
	return func(jobs int, promised int64) (int, int64) {
		r.mu.Lock()
		defer r.mu.Unlock()
		return int(max(0, min(int64(jobs), (r.size-promised)/weight))), weight
	}
}

// A task begins only while memory would hold it beside those that run, and has no more jobs than
// fit; a smaller one goes first, and one always runs.
func TestMemoryWithholdsTasks(t *testing.T) {
	s := New()
	memory := &room{size: 100}
	o := newOwner(t, 8)
	gates := map[string]chan struct{}{}
	type start struct {
		name  string
		share int
	}
	begun := make(chan start, 8)
	var jobs []*job
	for _, spec := range []struct {
		name   string
		weight int64
	}{{"a", 60}, {"b", 60}, {"small", 10}, {"huge", 1000}} {
		gate := make(chan struct{})
		j := o.job(spec.name, spec.name, func(share int) error {
			begun <- start{spec.name, share}
			<-gate
			return nil
		})
		j.Fits = memory.of(spec.weight)
		j.add(s)
		gates[spec.name], jobs = gate, append(jobs, j)
	}
	next := func(want string, share int) {
		t.Helper()
		select {
		case got := <-begun:
			if got.name != want || got.share != share {
				t.Fatalf("%s begins with %d, want %s with %d", got.name, got.share, want, share)
			}
		case <-time.After(watchdog):
			t.Fatalf("%s does not begin", want)
		}
	}
	submit(s, jobs)
	next("a", 1)
	next("small", 1)
	if got := s.Heaviest(); got != 60 {
		t.Errorf("one job of a and small needs %d bytes at most, want 60", got)
	}
	close(gates["a"])
	next("b", 1)
	close(gates["small"])
	close(gates["b"])
	next("huge", 1)
	close(gates["huge"])
	await(t, jobs)

	wide := o.job("wide", "wide", func(share int) error { begun <- start{"wide", share}; return nil })
	wide.Parallel, wide.Fits = true, memory.of(30)
	wide.add(s)
	submit(s, []*job{wide})
	next("wide", 3)
	await(t, []*job{wide})
	atRest(t, s)
}

// Memory is divided among builds as the budget is: the first has not all that is free.
func TestMemoryIsDivided(t *testing.T) {
	s := New()
	memory := &room{size: 100}
	o := newOwner(t, 8)
	g := newGate(t)
	var jobs []*job
	for _, name := range []string{"a", "b", "c"} {
		j := o.job(name, name, func(share int) error {
			if share != 1 && name != "c" { // which may begin when the others have ended
				t.Errorf("%s has %d jobs", name, share)
			}
			return g.pass(share)
		})
		j.Parallel, j.Fits = true, memory.of(45)
		j.add(s)
		jobs = append(jobs, j)
	}
	submit(s, jobs)
	for range 2 {
		select {
		case <-g.begun:
		case <-time.After(watchdog):
			t.Fatal("two of three do not run at once")
		}
	}
	g.release()
	await(t, jobs)
	atRest(t, s)
}

// Memory that another program gives back is noticed while nothing of ours ends.
func TestMemoryIsMeasuredAgain(t *testing.T) {
	s := New()
	memory := &room{size: 100}
	o := newOwner(t, 2)
	g := newGate(t)
	first, second := o.job("first", "a", g.pass), o.job("second", "b", g.pass)
	refused, once, fits := make(chan struct{}), sync.Once{}, memory.of(60)
	first.Fits = fits
	second.Fits = func(jobs int, promised int64) (int, int64) {
		fit, weight := fits(jobs, promised)
		if fit == 0 {
			once.Do(func() { close(refused) })
		}
		return fit, weight
	}
	first.add(s)
	second.add(s)
	submit(s, []*job{first, second})
	<-g.begun
	<-refused
	memory.mu.Lock()
	memory.size = 200
	memory.mu.Unlock()
	<-g.begun
	g.release()
	await(t, []*job{first, second})
	atRest(t, s)
}

// A large build among small ones has its share of the budget in memory, too.
func TestMemoryFollowsTheShare(t *testing.T) {
	for _, test := range []struct {
		jobs int64 // that memory holds
		want int
	}{{100, 7}, {8, 7}, {4, 4}, {0, 1}} {
		s := New()
		s.Tokens.Limit(8)
		memory := &room{size: test.jobs}
		large := &Task{Parallel: true, work: Work{Alone: 40 * time.Second}, Fits: memory.of(1)}
		s.unstarted.add(large, 1)
		for range 7 {
			s.unstarted.add(&Task{Parallel: true, work: Work{Alone: time.Second}}, 1)
		}
		if got, _ := s.affordable(large, s.share(large, 8), 8); got != test.want {
			t.Errorf("with memory for %d jobs it has %d, want %d", test.jobs, got, test.want)
		}
	}
}
