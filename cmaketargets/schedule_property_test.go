package cmaketargets

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// watchdog is how long a scheduler may take that is not blocked.
const watchdog = 30 * time.Second

// trial is a number of runs at once on one scheduler, and what their jobs saw.
type trial struct {
	s     *scheduler
	limit int // the highest of any run

	mu    sync.Mutex
	used  int
	peak  int
	busy  map[string]int // jobs that work in a tree
	began map[*job]int   // how often a job was done
	order map[string][]*job
	wrong []string
}

func (tr *trial) begin(j *job, share int) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tree := j.blank.BuildDir
	tr.used += share
	tr.peak = max(tr.peak, tr.used)
	if tr.busy[tree]++; tr.busy[tree] > 1 {
		tr.wrong = append(tr.wrong, "two jobs work in "+tree)
	}
	if share < 1 || share > 1 && !j.compiles || j.most > 0 && share > max(1, j.most) {
		tr.wrong = append(tr.wrong, fmt.Sprintf("%s has a share of %d", j.key.project, share))
	}
	tr.began[j]++
	tr.order[tree] = append(tr.order[tree], j)
}

func (tr *trial) end(j *job, share int) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.used -= share
	tr.busy[j.blank.BuildDir]--
}

// job makes up a job of a run.
func (tr *trial) job(t *rapid.T, r *run, name string, trees int) *job {
	fate := rapid.SampledFrom([]string{"ok", "ok", "ok", "fail", "panic", "cancel"}).Draw(t, "fate")
	j := bareJob(r, name, nil)
	j.blank.BuildDir = fmt.Sprint("tree", rapid.IntRange(0, trees-1).Draw(t, "tree"))
	j.compiles = rapid.Bool().Draw(t, "compiles")
	j.most = rapid.IntRange(0, 3).Draw(t, "most")
	j.do = func(_ context.Context, share int, res Result) Result {
		tr.begin(j, share)
		defer tr.end(j, share)
		time.Sleep(50 * time.Microsecond) // long enough to meet others
		switch fate {
		case "fail":
			return failure(res, errors.New("it fails"))
		case "panic":
			panic("it panics")
		case "cancel":
			r.cancel(context.Canceled)
		}
		res.Status = StatusOK
		return res
	}
	return j
}

// Whatever several runs bring at once, from goroutines of their own, and
// however they end: every job ends, once, as what was before it says.
func TestScheduleSurvivesEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr := &trial{s: newScheduler(), busy: map[string]int{}, began: map[*job]int{}, order: map[string][]*job{}}
		trees := rapid.IntRange(1, 5).Draw(t, "trees")
		var jobs [][]*job
		var runs []*run
		for i := range rapid.IntRange(1, 4).Draw(t, "runs") {
			r := bareRun(rapid.IntRange(1, 5).Draw(t, "limit"))
			r.FailFast = rapid.Bool().Draw(t, "fail-fast")
			tr.limit = max(tr.limit, r.limit)
			var own []*job
			last := map[string]*job{}
			for n := range rapid.IntRange(0, 15).Draw(t, "jobs") {
				j := tr.job(t, r, fmt.Sprint(i, "-", n), trees)
				if rapid.Bool().Draw(t, "needs") {
					j.need = last[j.blank.BuildDir]
				}
				last[j.blank.BuildDir] = j
				own = append(own, j)
			}
			runs, jobs = append(runs, r), append(jobs, own)
		}
		all := slices.Concat(jobs...)
		var watched [][2]int
		if len(all) > 0 {
			for range rapid.IntRange(0, 5).Draw(t, "watches") {
				watched = append(watched, [2]int{rapid.IntRange(0, len(all)-1).Draw(t, "job"), rapid.IntRange(0, len(runs)-1).Draw(t, "run")})
			}
		}

		var brought sync.WaitGroup
		for _, own := range jobs {
			brought.Go(func() {
				for _, j := range own {
					j.tree = tr.s.follow(j)
				}
				tr.s.submit(own)
			})
		}
		for _, w := range watched {
			brought.Go(func() { tr.s.watch(all[w[0]], runs[w[1]]) })
		}
		brought.Wait()
		over := time.After(watchdog)
		for _, j := range all {
			select {
			case <-j.done:
			case <-over:
				t.Fatalf("%s does not end", j.key.project)
			}
		}

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
		for i, r := range runs {
			failed := slices.ContainsFunc(jobs[i], func(j *job) bool { return j.result.Status == StatusFailed })
			if failed && r.FailFast && r.ctx.Err() == nil {
				t.Errorf("run %d goes on after a failure", i)
			}
		}
		tr.idle(t)
	})
}

// check looks at how a job ended.
func (tr *trial) check(t *rapid.T, j *job) {
	res, done := j.result, tr.began[j]
	switch res.Status {
	case StatusOK, StatusFailed:
		if done != 1 {
			t.Errorf("%s is %s, and was done %d times", j.key.project, res.Status, done)
		}
		if need := j.need; need != nil && need.result.Status != StatusOK {
			t.Errorf("%s was done, though what it needs is %s", j.key.project, need.result.Status)
		}
	case StatusSkipped:
		if done != 0 || j.need == nil || j.need.result.Status != StatusFailed && j.need.result.Status != StatusSkipped {
			t.Errorf("%s was skipped: %s", j.key.project, res.Reason)
		}
	case StatusCancelled:
		if done != 0 || j.owner.ctx.Err() == nil {
			t.Errorf("%s was cancelled, but not its run: %s", j.key.project, res.Reason)
		}
	default:
		t.Errorf("%s is %q", j.key.project, res.Status)
	}
	if before := j.tree; before != nil && done == 1 && tr.began[before] == 1 {
		order := tr.order[j.blank.BuildDir]
		if slices.Index(order, before) > slices.Index(order, j) {
			t.Errorf("%s was done before %s", j.key.project, before.key.project)
		}
	}
}

// idle fails unless the scheduler comes to rest with nothing left over.
func (tr *trial) idle(t *rapid.T) {
	for end := time.Now().Add(watchdog); ; time.Sleep(time.Millisecond) {
		tr.s.mu.Lock()
		left := fmt.Sprintf("%d used, %d waiting, %d ready, %d to compile, %d tails, %d trees held", tr.s.used, tr.s.waiting,
			len(tr.s.ready), tr.s.compile, len(tr.s.tails), len(tr.s.holds.of))
		active := tr.s.active
		tr.s.mu.Unlock()
		if left == "0 used, 0 waiting, 0 ready, 0 to compile, 0 tails, 0 trees held" && !active {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the scheduler is left with %s", left)
		}
	}
}

// Nothing of the budget lies idle while a job could use it.
func TestScheduleConservesWork(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr := &trial{s: newScheduler(), busy: map[string]int{}, began: map[*job]int{}, order: map[string][]*job{}}
		limit := rapid.IntRange(1, 6).Draw(t, "limit")
		gates := make(chan chan struct{}, 64) // of the jobs that have begun
		var jobs []*job
		for i := range rapid.IntRange(1, 3).Draw(t, "runs") {
			r := bareRun(limit)
			for n := range rapid.IntRange(1, 12).Draw(t, "jobs") {
				j := bareJob(r, fmt.Sprint(i, "-", n), func(int) {
					gate := make(chan struct{})
					gates <- gate
					<-gate
				})
				j.blank.BuildDir = fmt.Sprint("tree", rapid.IntRange(0, 7).Draw(t, "tree"))
				j.compiles = rapid.Bool().Draw(t, "compiles")
				j.tree = tr.s.follow(j)
				jobs = append(jobs, j)
			}
		}
		tr.s.submit(jobs)
		for range jobs {
			for end := time.Now().Add(watchdog); ; time.Sleep(20 * time.Microsecond) {
				tr.s.mu.Lock()
				used, ready := tr.s.used, len(tr.s.ready)
				tr.s.mu.Unlock()
				if ready == 0 || used == limit {
					break
				}
				if time.Now().After(end) {
					t.Fatalf("%d jobs wait while %d of %d are used", ready, used, limit)
				}
			}
			select {
			case gate := <-gates:
				close(gate)
			case <-time.After(watchdog):
				t.Fatal("no job begins")
			}
		}
		for _, j := range jobs {
			<-j.done
		}
		tr.idle(t)
	})
}
