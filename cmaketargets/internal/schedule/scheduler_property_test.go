package schedule

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Whatever is submitted, by however many owners: every task is done once, tasks of one
// build tree one after the other in their order, and the budget holds.
func TestScheduleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := New()
		limit := rapid.IntRange(1, 5).Draw(t, "limit")
		owners := rapid.IntRange(1, 3).Draw(t, "owners")
		trees := rapid.IntRange(1, 6).Draw(t, "trees")
		var mu sync.Mutex
		used, peak := 0, 0
		order := map[string][]string{}
		want := map[string][]string{}
		busy := map[string]bool{}
		var jobs []*job
		for i := range owners {
			o := newOwner(t, rapid.IntRange(1, limit).Draw(t, "own limit"))
			if i == 0 {
				o.limit = limit
			}
			over := rapid.IntRange(0, 4).Draw(t, "cancelled") == 0
			var own []*job
			for n := range rapid.IntRange(0, 12).Draw(t, "jobs") {
				tree := fmt.Sprint("tree", rapid.IntRange(0, trees-1).Draw(t, "tree"))
				name := fmt.Sprint(i, "-", n)
				j := o.job(name, tree, func(share int) error {
					mu.Lock()
					used += share
					peak = max(peak, used)
					if busy[tree] {
						t.Errorf("two tasks work in %s at once", tree)
					}
					busy[tree] = true
					order[tree] = append(order[tree], name)
					mu.Unlock()
					time.Sleep(200 * time.Microsecond) // long enough to meet others
					mu.Lock()
					used -= share
					busy[tree] = false
					mu.Unlock()
					return nil
				})
				j.Parallel = rapid.Bool().Draw(t, "parallel")
				j.Expected = time.Duration(rapid.IntRange(0, 9).Draw(t, "expected"))
				for _, k := range some(t, "after", len(jobs)) {
					j.After = append(j.After, jobs[k].Task)
				}
				j.add(s)
				if !over {
					want[tree] = append(want[tree], name)
				}
				own, jobs = append(own, j), append(jobs, j)
			}
			if over {
				o.cancel(context.Canceled)
			}
			submit(s, own)
		}
		await(t, jobs)
		if peak > limit {
			t.Errorf("%d of the budget were used, it is %d", peak, limit)
		}
		for i := range trees {
			tree := fmt.Sprint("tree", i)
			if fmt.Sprint(order[tree]) != fmt.Sprint(want[tree]) {
				t.Errorf("%s: tasks ran as %v, want %v", tree, order[tree], want[tree])
			}
		}
		atRest(t, s)
	})
}

// some draws up to four of the numbers below n.
func some(t *rapid.T, label string, n int) []int {
	if n == 0 {
		return nil
	}
	return rapid.SliceOfN(rapid.IntRange(0, n-1), 0, 4).Draw(t, label)
}

// trial is a number of owners at once on one scheduler, and the observations of their jobs.
type trial struct {
	s      *Scheduler
	limit  int // the highest of any owner
	owners []*owner

	mu    sync.Mutex
	added []*job
	used  int
	peak  int
	busy  map[string]*job // the job that has begun to work in a build tree
	order map[string][]*job
	wrong []string
}

// trialOwner checks each call of an owner.
type trialOwner struct {
	*owner
	*trial
}

func (o trialOwner) Perform(t *Task, share int) error {
	j := t.Value.(*job)
	o.begin(j, share)
	defer func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.used -= share
	}()
	return o.owner.Perform(t, share)
}

func (o trialOwner) Ended(t *Task) {
	o.mu.Lock()
	delete(o.busy, t.Lease)
	o.mu.Unlock()
	o.owner.Ended(t)
}

// begin checks an attempt to do a job.
func (tr *trial) begin(j *job, share int) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	bad := func(format string, args ...any) { tr.wrong = append(tr.wrong, j.name+fmt.Sprintf(format, args...)) }
	tr.used += share
	tr.peak = max(tr.peak, tr.used)
	switch other := tr.busy[j.Lease]; {
	case other == nil:
		tr.busy[j.Lease] = j
		tr.order[j.Lease] = append(tr.order[j.Lease], j)
	case other != j:
		bad(" begins while %s works in %s", other.name, j.Lease)
	}
	if share > 1 && !j.Parallel || j.Most > 0 && j.Fixed == 0 && share > j.Most || j.Fixed > 0 && share > j.Fixed || share < 0 || share == 0 && j.Owner.Context().Err() == nil {
		bad(" has a share of %d", share)
	}
	for _, earlier := range j.after {
		if !earlier.Ended() {
			bad(" begins before %s has ended", earlier.Value.(*job).name)
		}
	}
}

// job draws a job of an owner.
func (tr *trial) job(t *rapid.T, o *owner, name string, trees int) *job {
	fate := rapid.SampledFrom([]string{"ok", "ok", "ok", "fail", "panic", "panic later", "cancel"}).Draw(t, "fate")
	j := o.job(name, fmt.Sprint("tree", rapid.IntRange(0, trees-1).Draw(t, "tree")), func(int) error {
		time.Sleep(50 * time.Microsecond) // long enough to meet others
		switch fate {
		case "fail":
			return fmt.Errorf("%s fails", name)
		case "panic":
			panic("it panics")
		case "cancel":
			o.cancel(context.Canceled)
		}
		return nil
	})
	if fate == "panic later" {
		j.show = func() { panic("it panics") }
	}
	j.Owner = trialOwner{o, tr}
	j.Parallel = rapid.Bool().Draw(t, "parallel")
	j.Most = rapid.IntRange(0, 3).Draw(t, "most")
	if j.Parallel {
		j.Fixed = max(0, rapid.IntRange(-6, 3).Draw(t, "fixed"))
	}
	j.Expected = time.Duration(rapid.IntRange(0, 3).Draw(t, "expected"))
	for range rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "parks") {
		pause := time.Duration(rapid.IntRange(0, 100).Draw(t, "µs")) * time.Microsecond
		broken := rapid.IntRange(0, 9).Draw(t, "broken") == 0
		j.parks = append(j.parks, func() {
			select {
			case <-time.After(pause):
			case <-o.ctx.Done():
			}
			if broken {
				panic("the wait panics")
			}
		})
	}
	return j
}

// bring adds the jobs of an owner, while others do the same, and submits them in two
// parts. Each has tickets, which stand for some of all the jobs that were added so far.
func (tr *trial) bring(jobs []*job, tickets [][]int, submitted []*job, parts int) {
	for i, j := range jobs {
		tr.mu.Lock()
		for n, ticket := range tickets[i] {
			if len(tr.added) == 0 {
				break
			}
			earlier := tr.added[ticket%len(tr.added)]
			j.After = append(j.After, earlier.Task)
			if n%2 == 0 {
				j.needs = append(j.needs, earlier)
			}
		}
		tr.mu.Unlock()
		j.add(tr.s)
		tr.mu.Lock()
		tr.added = append(tr.added, j)
		tr.mu.Unlock()
	}
	submit(tr.s, submitted[:parts])
	submit(tr.s, submitted[parts:])
}

// Whatever several owners bring at once, from goroutines of their own, and however their
// tasks end: every task ends, once, after all that it waits for.
func TestScheduleSurvivesEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr := &trial{s: New(), busy: map[string]*job{}, order: map[string][]*job{}}
		trees := rapid.IntRange(1, 5).Draw(t, "trees")
		var jobs [][]*job
		var brought, watched sync.WaitGroup
		var bring []func()
		for i := range rapid.IntRange(1, 4).Draw(t, "owners") {
			o := newOwner(t, rapid.IntRange(1, 5).Draw(t, "limit"))
			o.failFast = rapid.Bool().Draw(t, "fail-fast")
			tr.limit = max(tr.limit, o.limit)
			var own []*job
			var tickets [][]int
			for n := range rapid.IntRange(0, 15).Draw(t, "jobs") {
				own = append(own, tr.job(t, o, fmt.Sprint(i, "-", n), trees))
				tickets = append(tickets, some(t, "tickets", 1000))
			}
			submitted := own
			if len(own) > 0 && rapid.Bool().Draw(t, "shuffled") {
				submitted = rapid.Permutation(own).Draw(t, "submitted")
			}
			parts := rapid.IntRange(0, len(own)).Draw(t, "parts")
			bring = append(bring, func() { tr.bring(own, tickets, submitted, parts) })
			tr.owners, jobs = append(tr.owners, o), append(jobs, own)
		}
		all := slices.Concat(jobs...)
		for _, k := range some(t, "watches", len(all)) { // as a run does with jobs of another
			o := tr.owners[rapid.IntRange(0, len(tr.owners)-1).Draw(t, "owner")]
			watched.Go(func() {
				<-all[k].Done()
				o.fail(all[k])
			})
		}
		for _, f := range bring {
			brought.Go(f)
		}
		brought.Wait()
		for _, j := range all {
			for _, o := range tr.owners {
				j.BehindOther(trialOwner{o, tr}) // while the scheduler works
			}
			j.Idle()
		}
		await(t, all)
		watched.Wait()
		atRest(t, tr.s)

		tr.mu.Lock()
		defer tr.mu.Unlock()
		for _, w := range tr.wrong {
			t.Error(w)
		}
		if tr.peak > tr.limit {
			t.Errorf("%d of the budget were used, it is %d", tr.peak, tr.limit)
		}
		for _, j := range all {
			tr.check(t, j)
		}
		for i, o := range tr.owners {
			if slices.ContainsFunc(jobs[i], func(j *job) bool { return j.state == failed }) && o.failFast && o.ctx.Err() == nil {
				t.Errorf("owner %d goes on after a failure", i)
			}
		}
	})
}

// check looks at how a job ended.
func (tr *trial) check(t *rapid.T, j *job) {
	need := func(states ...status) bool {
		return slices.ContainsFunc(j.needs, func(need *job) bool { return slices.Contains(states, need.state) })
	}
	later := j.show != nil // it ends as failed whatever it was before
	switch over := j.Owner.Context().Err() != nil; {
	case j.ends != 1 || j.done > 1:
		t.Errorf("%s was done %d times, and has ended %d times", j.name, j.done, j.ends)
	case later && j.state != failed:
		t.Errorf("%s is %s, though Ended panicked", j.name, j.state)
	case j.done == 1 && (need(failed, skipped, cancelled) || j.state != ok && j.state != failed):
		t.Errorf("%s was done, and is %s", j.name, j.state)
	case j.done == 0 && !over && !need(failed, skipped, cancelled):
		t.Errorf("%s was not done, and is %s", j.name, j.state)
	case j.done == 0 && !later && j.state == skipped && !need(failed, skipped):
		t.Errorf("%s was skipped", j.name)
	case j.done == 0 && !later && j.state != skipped && j.state != cancelled:
		t.Errorf("%s was not done, and is %s", j.name, j.state)
	case j.done == 1 && len(j.parks) > 0:
		t.Errorf("%s was done while it was busy", j.name)
	}
	order := tr.order[j.Lease]
	for _, earlier := range j.after {
		if earlier.Lease == j.Lease && slices.Index(order, earlier.Value.(*job)) > slices.Index(order, j) {
			t.Errorf("%s began before %s", j.name, earlier.Value.(*job).name)
		}
	}
	if j.Before() != nil || j.After != nil || j.followed != nil || j.pending != 0 {
		t.Errorf("%s keeps other tasks after its end", j.name)
	}
}

// Nothing of the budget lies idle while a task could use it.
func TestScheduleConservesWork(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := New()
		limit := rapid.IntRange(1, 6).Draw(t, "limit")
		gates := make(chan chan struct{}, 64) // of the jobs that have begun
		var jobs []*job
		for i := range rapid.IntRange(1, 3).Draw(t, "owners") {
			o := newOwner(t, limit)
			for n := range rapid.IntRange(1, 12).Draw(t, "jobs") {
				tree := fmt.Sprint("tree", rapid.IntRange(0, 7).Draw(t, "tree"))
				j := o.job(fmt.Sprint(i, "-", n), tree, func(int) error {
					gate := make(chan struct{})
					gates <- gate
					<-gate
					return nil
				})
				j.Parallel = rapid.Bool().Draw(t, "parallel")
				j.parks = slices.Repeat([]func(){func() {}}, rapid.IntRange(0, 2).Draw(t, "parks"))
				if rapid.Bool().Draw(t, "dependent") {
					for _, k := range some(t, "after", len(jobs)) {
						j.After = append(j.After, jobs[k].Task)
					}
				}
				j.add(s)
				jobs = append(jobs, j)
			}
		}
		submit(s, jobs)
		for range jobs {
			for end := time.Now().Add(watchdog); ; time.Sleep(20 * time.Microsecond) {
				s.mu.Lock()
				used, ready := s.Tokens.Used(), len(s.ready)
				s.mu.Unlock()
				if ready == 0 || used == limit {
					break
				}
				if time.Now().After(end) {
					t.Fatalf("%d tasks are ready while %d of %d are used", ready, used, limit)
				}
			}
			select {
			case gate := <-gates:
				close(gate)
			case <-time.After(watchdog):
				t.Fatal("no task begins")
			}
		}
		await(t, jobs)
		atRest(t, s)
	})
}
