package schedule

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// claims counts the running tasks by their claims, for a test.
type claims struct {
	mu      sync.Mutex
	running []*claimant
	wrong   []string
}

// claimant is a job that claims something.
type claimant struct {
	*job

	claim  Claim
	first  bool // it works without the claim first, as a step that is done again
	pause  time.Duration
	others []string // that ran at any time while it did
}

// claimingOwner has a job that needs a claim ask for it.
type claimingOwner struct {
	*owner
	*claims
}

func (o claimingOwner) Perform(t *Task, share int) error {
	c := t.Value.(*job).claimant
	if o.ctx.Err() != nil {
		return o.owner.Perform(t, share)
	}
	if c.first && !t.Claims(c.claim) {
		o.work(c, Claim{})
		return fmt.Errorf("do %s again: %w", c.name, &c.claim)
	}
	if !t.Claims(c.claim) {
		return &c.claim
	}
	if len(c.parks) == 0 {
		o.work(c, c.claim)
	}
	return o.owner.Perform(t, share)
}

// work stands for the work of a job under a claim, and records the jobs that run beside it.
func (cl *claims) work(c *claimant, under Claim) {
	cl.mu.Lock()
	for _, other := range cl.running {
		shared := slices.ContainsFunc(under.Names, func(name string) bool { return slices.Contains(other.held().Names, name) })
		if under.Alone || other.held().Alone || shared {
			cl.wrong = append(cl.wrong, fmt.Sprintf("%s %v runs beside %s %v", c.name, under, other.name, other.held()))
		}
		other.others, c.others = append(other.others, c.name), append(c.others, other.name)
	}
	cl.running = append(cl.running, c)
	cl.mu.Unlock()
	time.Sleep(c.pause)
	cl.mu.Lock()
	cl.running = slices.DeleteFunc(cl.running, func(o *claimant) bool { return o == c })
	if len(c.others) > 0 && !c.Beside() {
		cl.wrong = append(cl.wrong, fmt.Sprintf("%s does not know that it runs beside %v", c.name, c.others))
	}
	c.others = nil
	cl.mu.Unlock()
}

// held is the claim that a job that works has.
func (c *claimant) held() Claim {
	if c.Claims(c.claim) {
		return c.claim
	}
	return Claim{}
}

// Whatever tasks claim: two that exclude each other never run at once, and all end, also
// when some wait for another process or for each other, or are cancelled.
func TestClaimProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, cl := New(), &claims{}
		var all []*job
		for i := range rapid.IntRange(1, 3).Draw(t, "owners") {
			o := newOwner(t, rapid.IntRange(1, 5).Draw(t, "limit"))
			var own []*job
			for n := range rapid.IntRange(0, 12).Draw(t, "jobs") {
				c := &claimant{
					first: rapid.Bool().Draw(t, "again"),
					pause: time.Duration(rapid.IntRange(0, 200).Draw(t, "µs")) * time.Microsecond,
				}
				c.claim.Names = rapid.SliceOfN(rapid.SampledFrom([]string{"port", "display", "db"}), 0, 2).Draw(t, "names")
				c.claim.Alone = rapid.IntRange(0, 5).Draw(t, "alone") == 0
				c.job = o.job(fmt.Sprint(i, "-", n), fmt.Sprint("tree", rapid.IntRange(0, 7).Draw(t, "tree")), nil)
				c.job.claimant = c
				c.job.Owner = claimingOwner{o, cl}
				c.job.Parallel = rapid.Bool().Draw(t, "parallel")
				c.job.parks = slices.Repeat([]func(){func() { time.Sleep(c.pause) }}, rapid.IntRange(0, 2).Draw(t, "parks"))
				for _, k := range some(t, "after", len(all)) {
					c.job.After = append(c.job.After, all[k].Task)
				}
				c.job.add(s)
				own, all = append(own, c.job), append(all, c.job)
			}
			if rapid.IntRange(0, 6).Draw(t, "cancelled") == 0 {
				time.AfterFunc(time.Duration(rapid.IntRange(0, 500).Draw(t, "until"))*time.Microsecond, func() { o.cancel(nil) })
			}
			submit(s, own)
		}
		await(t, all)
		atRest(t, s)
		for _, w := range cl.wrong {
			t.Error(w)
		}
		for _, j := range all {
			if j.ends != 1 || j.done > 1 || j.done == 0 && j.Owner.Context().Err() == nil {
				t.Errorf("%s was done %d times, and has ended %d times", j.name, j.done, j.ends)
			}
		}
	})
}

// Tasks that may run beside each other do: a claim costs no others their parallelism. A
// task that runs alone comes last, and has the whole budget.
func TestClaimDelaysNoOthers(t *testing.T) {
	s := New()
	o := newOwner(t, 3)
	g := newGate(t)
	var order []string
	claim := func(name string, c Claim, do func(int) error) *job {
		j := o.job(name, name, do)
		j.claimant = &claimant{job: j, claim: c}
		j.Owner = claimingOwner{o, &claims{}}
		j.Parallel = c.Alone
		return j
	}
	alone := func(share int) error {
		order = append(order, fmt.Sprint("alone with ", share))
		return nil
	}
	jobs := []*job{
		claim("alone 1", Claim{Alone: true}, alone),
		claim("alone 2", Claim{Alone: true}, alone),
		claim("port 1", Claim{Names: []string{"port"}}, g.pass),
		claim("port 2", Claim{Names: []string{"port"}}, func(int) error { order = append(order, "port 2"); return nil }),
		claim("display", Claim{Names: []string{"display"}}, g.pass),
		claim("none", Claim{}, g.pass),
	}
	for _, j := range jobs {
		j.add(s)
	}
	submit(s, jobs)
	for range 3 {
		<-g.begun // otherwise it hangs
	}
	g.release()
	await(t, jobs)
	if got := fmt.Sprint(order); got != "[port 2 alone with 3 alone with 3]" {
		t.Errorf("the tasks ran as %s", got)
	}
	atRest(t, s)
}

// A task that needs two names gets them, though others need one of them all the time.
func TestClaimOfTwoNames(t *testing.T) {
	s := New()
	o := newOwner(t, 2)
	var mu sync.Mutex
	var order []string
	var jobs []*job
	for i, names := range [][]string{{"a"}, {"a", "b"}, {"b"}, {"a"}, {"b"}, {"a"}, {"b"}, {"a"}} {
		j := o.job(fmt.Sprint(i), fmt.Sprint(i), func(int) error {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, fmt.Sprint(i))
			time.Sleep(time.Millisecond)
			return nil
		})
		j.claimant = &claimant{job: j, claim: Claim{Names: names}}
		j.Owner = claimingOwner{o, &claims{}}
		j.add(s)
		j.Task.claim = j.claimant.claim // all were asked for
		jobs = append(jobs, j)
	}
	submit(s, jobs)
	await(t, jobs)
	if order[1] != "1" {
		t.Errorf("the tasks ran in the order %v", order)
	}
	atRest(t, s)
}
