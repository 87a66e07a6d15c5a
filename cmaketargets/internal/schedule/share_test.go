//go:build unix

package schedule

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// A task that has more to do gets a larger share of the budget.
func TestShareFollowsTheWork(t *testing.T) {
	s := New()
	s.Tokens.Limit(32)
	tasks := []*Task{{Parallel: true, work: Work{Alone: 320 * time.Second}}}
	for range 31 {
		tasks = append(tasks, &Task{Parallel: true, work: Work{Alone: 4 * time.Second}})
	}
	for _, task := range tasks {
		s.unstarted.add(task, 1)
	}
	for i, want := range []int{24, 1, 1} {
		got := s.share(tasks[i], 32)
		if got != want {
			t.Errorf("task %d gets %d, want %d", i, got, want)
		}
		s.Tokens.Take(got, 1, 32)
		s.unstarted.add(tasks[i], -1)
	}
}

// Of tasks that may run, the one begins first after which most is to be done; without a memory, the one that became
// ready first.
func TestLongestWayBeginsFirst(t *testing.T) {
	for _, test := range []struct {
		expected map[string]time.Duration
		want     string
	}{
		{nil, "a1 b1 c1 a2 b2 c2"},
		{map[string]time.Duration{"a1": 1, "a2": 1, "b1": 1, "b2": 9, "c1": 5, "c2": 1}, "b1 b2 c1 a1 c2 a2"},
	} {
		s, o := New(), newOwner(t, 1)
		var began []string
		var jobs []*job
		for _, lease := range []string{"a", "b", "c"} {
			for n := 1; n <= 2; n++ {
				name := fmt.Sprint(lease, n)
				j := o.job(name, lease, func(int) error {
					began = append(began, name)
					return nil
				})
				j.Expected = test.expected[name]
				j.add(s)
				jobs = append(jobs, j)
			}
		}
		submit(s, jobs)
		await(t, jobs)
		if got := strings.Join(began, " "); got != test.want {
			t.Errorf("expected times %v: began %s, want %s", test.expected, got, test.want)
		}
		atRest(t, s)
	}
}

// A task that has joined keeps one token; others begin with those that its command does not take, and
// all are there when it has ended.
func TestJoin(t *testing.T) {
	s, o := New(), newOwner(t, 4)
	joined, over := make(chan struct{}), make(chan struct{})
	wide := o.job("wide", "a", nil)
	wide.do = func(share int) error {
		client, err := wide.Join()
		if err != nil {
			return err
		}
		defer client.Close()
		close(joined)
		<-over
		if share != 4 {
			return fmt.Errorf("its share was %d", share)
		}
		return nil
	}
	wide.Parallel = true
	wide.add(s)
	submit(s, []*job{wide})
	<-joined
	gate := newGate(t)
	var others []*job
	for i := range 3 {
		j := o.job(fmt.Sprint(i), fmt.Sprint(i), gate.pass)
		j.add(s)
		others = append(others, j)
	}
	submit(s, others)
	for range others {
		<-gate.begun // all at once, or it hangs
	}
	if used := s.Tokens.Used(); used != 4 {
		t.Errorf("%d tokens are in use, want 4", used)
	}
	gate.release()
	close(over)
	await(t, append(others, wide))
	if wide.err != nil {
		t.Error(wide.err)
	}
	atRest(t, s)
}

// A large build whose share stays as it is waits for those that run, as that gains more than it costs; a small one
// does not.
func TestRigidTaskWaitsForItsPart(t *testing.T) {
	for _, test := range []struct {
		work time.Duration
		want int
	}{{320 * time.Second, 2}, {time.Second, 1}} {
		s, o := New(), newOwner(t, 3)
		gate := newGate(t)
		var small []*job
		for i := range 2 {
			j := o.job(fmt.Sprint("small", i), fmt.Sprint(i), gate.pass)
			j.Parallel, j.Most, j.work = true, 1, Work{Alone: time.Second, Rigid: true}
			j.add(s)
			small = append(small, j)
		}
		submit(s, small)
		for range small {
			<-gate.begun
		}
		got, passed := 0, make(chan string, 2)
		large := o.job("large", "large", func(share int) error { got = share; return nil })
		large.Parallel = true
		configure := o.job("configure", "large", func(int) error {
			for _, next := range s.Followers(large.Before()) {
				s.Weigh(next, Work{Alone: test.work, Rigid: true})
			}
			return nil
		})
		configure.add(s)
		large.add(s)
		submit(s, []*job{configure, large})
		if test.want == 1 {
			await(t, []*job{large})
		}
		waits := func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return !large.until.IsZero()
		}
		for test.want > 1 && !waits() {
			time.Sleep(time.Millisecond)
		}
		var others []*job
		for i, expected := range []time.Duration{30 * time.Second, time.Millisecond} {
			j := o.job(fmt.Sprint("other", i), fmt.Sprint("other", i), func(int) error { passed <- fmt.Sprint("other", i); return nil })
			j.Expected = expected
			j.add(s)
			others = append(others, j)
		}
		submit(s, others)
		if test.want > 1 {
			if first := <-passed; first != "other1" {
				t.Errorf("%s passed the build that waits", first)
			}
		}
		gate.release()
		await(t, append(append(small, large), others...))
		if got < test.want || test.want == 1 && got != 1 {
			t.Errorf("%s of work get a share of %d, want %d", test.work, got, test.want)
		}
		atRest(t, s)
	}
}

// A large build waits a moment for the work of other builds, which running configure steps will show, and no longer.
func TestRigidTaskWaitsForOthersToBeKnown(t *testing.T) {
	for _, test := range []struct {
		known bool // in time
		want  int
	}{{true, 7}, {false, 4}} {
		s, o := New(), newOwner(t, 8)
		gate := newGate(t)
		other := o.job("other", "other", func(int) error { return nil })
		other.Parallel = true
		configure := o.job("configure", "other", func(int) error {
			gate.begun <- struct{}{}
			if test.known {
				time.Sleep(moment / 8)
				s.Weigh(other.Task, Work{Alone: time.Second, Rigid: true})
			} else {
				<-gate.open
			}
			return nil
		})
		configure.add(s)
		other.add(s)
		submit(s, []*job{configure, other})
		<-gate.begun
		share := 0
		large := o.job("large", "large", func(n int) error { share = n; return nil })
		large.Parallel = true
		large.SetWork(Work{Alone: 320 * time.Second, Rigid: true})
		large.add(s)
		submit(s, []*job{large})
		await(t, []*job{large})
		gate.release()
		await(t, []*job{configure, other})
		if share < test.want || !test.known && share > test.want {
			t.Errorf("others known: %v: its share is %d, want %d", test.known, share, test.want)
		}
		atRest(t, s)
	}
}

// A build waits for steps that end at once, whose part of the budget it would lose, some builds for all time; of several, the one with the most work begins first, however long its last build took.
func TestBuildWaitsForBriefTasks(t *testing.T) {
	for _, rigid := range []bool{true, false} {
		t.Run(fmt.Sprint("rigid ", rigid), func(t *testing.T) { testBuildWaitsForBriefTasks(t, rigid) })
	}
}

func testBuildWaitsForBriefTasks(t *testing.T, rigid bool) {
	t.Helper()
	s, o := New(), newOwner(t, 8)
	gate := newGate(t)
	var jobs []*job
	for i := range 4 {
		brief := o.job(fmt.Sprint("brief", i), fmt.Sprint(i), gate.pass)
		brief.Brief = true
		brief.add(s)
		jobs = append(jobs, brief)
	}
	submit(s, jobs)
	for range jobs {
		<-gate.begun
	}
	shares := make(chan string, 2)
	var builds []*job
	for name, work := range map[string]time.Duration{"small": time.Second, "large": 15 * time.Second} {
		build := o.job(name, name, func(share int) error { shares <- fmt.Sprint(name, share); return nil })
		build.Parallel, build.Expected = true, 20*time.Second-work
		build.SetWork(Work{Alone: work, Rigid: rigid})
		build.add(s)
		builds = append(builds, build)
	}
	submit(s, builds)
	select {
	case name := <-shares:
		t.Errorf("%s began beside steps that end at once", name)
	case <-time.After(50 * time.Millisecond):
	}
	gate.release()
	await(t, append(jobs, builds...))
	// The second one may have the tokens that the first has given back.
	if first := <-shares; first != "large8" {
		t.Errorf("%s began first", first)
	}
	atRest(t, s)
}

// The share of a build, which stays as it is, is the larger the longer its chain of commands is, so that it ends with the others.
func TestRigidShareWithChain(t *testing.T) {
	for name, test := range map[string]struct {
		chains []time.Duration // of builds of 64 minutes with one job
		want   int             // the share of the first one
		limit  int
	}{
		"alone":                 {[]time.Duration{time.Minute}, 64, 64},
		"equal":                 {[]time.Duration{0, 0}, 32, 64},
		"one is left":           {[]time.Duration{2 * time.Minute, 0}, 1, 2},
		"equal chains":          {[]time.Duration{time.Minute, time.Minute, time.Minute, time.Minute}, 16, 64},
		"longer":                {[]time.Duration{2 * time.Minute, time.Second}, 45, 64},
		"shorter":               {[]time.Duration{time.Second, 2 * time.Minute}, 19, 64},
		"longer than of most":   {[]time.Duration{4 * time.Minute, 0, 0, 0}, 31, 64},
		"shorter than of a few": {[]time.Duration{0, 0, 0, 4 * time.Minute}, 13, 64},
	} {
		s := New()
		s.Tokens.Limit(test.limit)
		var tasks []*Task
		for _, chain := range test.chains {
			task := &Task{Parallel: true, work: Work{Alone: 64 * time.Minute, Least: chain, Rigid: true}}
			s.unstarted.add(task, 1)
			tasks = append(tasks, task)
		}
		if got := s.share(tasks[0], test.limit); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
		if tasks[0].claim.Alone = true; s.share(tasks[0], test.limit) != min(test.limit, tasks[0].useful()) {
			t.Errorf("%s: a build that runs alone gets %d", name, s.share(tasks[0], test.limit))
		}
	}
}

// A build of commands that wait for each other begins first and with the jobs that it can use. Of the others, whose
// shares stay as they are, the last one waits for those before it where it would have one job now.
func TestRigidTasksBesideAChain(t *testing.T) {
	s, o := New(), newOwner(t, 8)
	gate, chained := newGate(t), newGate(t)
	shares := make(chan string, 5)
	var builds []*job
	for _, name := range []string{"wide", "wide", "wide", "wide", "chain"} {
		build := o.job(name, fmt.Sprint(name, len(builds)), func(share int) error {
			shares <- fmt.Sprint(name, share)
			if name == "chain" {
				return chained.pass(share)
			}
			return gate.pass(share)
		})
		build.Parallel = true
		build.SetWork(Work{Alone: 80 * time.Second, Least: 5 * time.Second, Rigid: true})
		if name == "chain" {
			build.SetWork(Work{Alone: 120 * time.Second, Least: 120 * time.Second, Rigid: true})
		}
		build.add(s)
		builds = append(builds, build)
	}
	submit(s, builds)
	began := []string{<-shares, <-shares, <-shares, <-shares}
	slices.Sort(began)
	s.mu.Lock()
	first := builds[4].begun
	s.mu.Unlock()
	if want := []string{"chain1", "wide2", "wide2", "wide2"}; !slices.Equal(began, want) || first != 1 {
		t.Errorf("%q began, the chain as number %d; want %q, and that first", began, first, want)
	}
	select {
	case name := <-shares:
		t.Fatalf("%s began, with a fourth of what it gets a little later", name)
	case <-time.After(50 * time.Millisecond):
	}
	gate.release()
	await(t, builds[:4])
	chained.release()
	await(t, builds)
	if got := <-shares; got < "wide3" {
		t.Errorf("%s began last, want a larger share", got)
	}
	atRest(t, s)
}
