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
	if heaviest, promised := s.Memory(); heaviest != 60 || promised != 70 {
		t.Errorf("one job of a and small needs %d bytes at most, both %d; want 60 and 70", heaviest, promised)
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

// A build that has joined is promised memory for the jobs that it has, not for those that it began with.
func TestMemoryFollowsTokens(t *testing.T) {
	s := New()
	memory := &room{size: 100}
	o := newOwner(t, 8)
	g, joined := newGate(t), make(chan struct{})
	build := o.job("build", "build", nil)
	build.do = func(share int) error {
		if share != 8 {
			t.Errorf("the build begins with %d jobs, want 8", share)
		}
		client, err := build.Join()
		if err != nil {
			t.Error(err)
		} else {
			defer client.Close()
		}
		if got := s.Tokens.Promised(); got != 10 {
			t.Errorf("%d bytes are promised to its one job, want 10", got)
		}
		close(joined)
		return g.pass(share)
	}
	build.Parallel, build.Fits = true, memory.of(10)
	test := o.job("test", "test", g.pass)
	test.Fits = memory.of(30)
	build.add(s)
	submit(s, []*job{build})
	<-joined
	test.add(s)
	submit(s, []*job{test})
	for range 2 {
		select {
		case <-g.begun:
		case <-time.After(watchdog):
			t.Fatal("a test waits for memory that a build without tokens does not use")
		}
	}
	g.release()
	await(t, []*job{build, test})
	atRest(t, s)
}

// Jobs on other machines need no memory here: a build with such begins with all of them, once there is room for its own.
func TestMemoryOfRemoteJobs(t *testing.T) {
	s := New()
	s.Tokens.Limit(16)
	memory := &room{size: 10}
	build := &Task{Parallel: true, Remote: 100, Local: 2, work: Work{Alone: time.Hour}, Fits: memory.of(1)}
	s.unstarted.add(build, 1)
	if got, _ := s.affordable(build, s.share(build, 16), 16); got != 116 {
		t.Errorf("it has %d jobs, want 116", got)
	}
	s.running = []*Task{{}}
	for promised, want := range map[int64]bool{8: true, 9: false} {
		s.promised.Store(promised)
		if s.fits(build) != want {
			t.Errorf("beside %d of 10 bytes there is room for it: %v", promised, !want)
		}
	}

	s, o := New(), newOwner(t, 16)
	j := o.job("build", "build", func(share int) error {
		if _, promised := s.Memory(); share != 116 || promised != 2 {
			t.Errorf("%d bytes are promised to %d jobs, want 2 to 116", promised, share)
		}
		return nil
	})
	j.Parallel, j.Remote, j.Local, j.Fits = true, 100, 2, memory.of(1)
	j.add(s)
	submit(s, []*job{j})
	await(t, []*job{j})
	atRest(t, s)
}

// A task that waits for memory is remembered while another one looks for a task that may pass it.
func TestWithheldIsRemembered(t *testing.T) {
	s := New()
	s.running, s.ready = []*Task{{}}, []*Task{{Fits: (&room{}).of(1)}}
	s.next(nil)
	s.next(func(*Task) bool { return false })
	if !s.withheld {
		t.Error("nothing measures memory again for a task that waits for it")
	}
	s.ready = nil
	if s.next(nil); s.withheld {
		t.Error("no task waits for memory")
	}
}
