package cmaketargets

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// bareRun is a run without a workspace, for jobs that tests make up.
func bareRun(limit int) *run {
	r := &run{ground: &ground{settings: &settings{}, screen: ui.New(ui.Options{Out: io.Discard})}, limit: limit}
	r.ctx, r.cancel = context.WithCancelCause(context.Background())
	return r
}

func bareJob(r *run, name string, do func(jobs int)) *job {
	key := jobKey{project: name, step: StepConfigure}
	return &job{
		key: key, owner: r, done: make(chan struct{}),
		blank: Result{Project: Project{Path: name}, Step: StepConfigure},
		do: func(_ context.Context, jobs int, res Result) Result {
			do(jobs)
			res.Status = StatusOK
			return res
		},
	}
}

// The bound is reached, and never exceeded, also by two runs at once.
func TestBudgetIsReachedAndNeverExceeded(t *testing.T) {
	const limit = 3
	s := newScheduler()
	var running, peak atomic.Int64
	all := make(chan struct{}) // closed when the bound is reached
	var once sync.Once
	work := func(int) {
		if n := running.Add(1); n > peak.Load() {
			peak.Store(n)
		}
		if running.Load() == limit {
			once.Do(func() { close(all) })
		}
		<-all // every job waits until so many run at once: without that, it hangs
		running.Add(-1)
	}
	var jobs []*job
	for range 2 {
		r := bareRun(limit)
		var own []*job
		for i := range 20 {
			own = append(own, bareJob(r, fmt.Sprint(i), work))
		}
		s.submit(own)
		jobs = append(jobs, own...)
	}
	for _, j := range jobs {
		<-j.done
	}
	if peak.Load() != limit {
		t.Errorf("at most %d jobs ran at once, want %d", peak.Load(), limit)
	}
}

// A build gets a share of the budget; the last ones get what is left over.
func TestShare(t *testing.T) {
	for _, test := range []struct {
		limit, used, compile, most, want int
	}{
		{8, 0, 1, 0, 8}, // alone
		{7, 0, 3, 0, 3}, // rounded up ...
		{7, 3, 2, 0, 2}, // ... and the rest is divided anew
		{7, 5, 1, 0, 2},
		{8, 1, 2, 0, 4},  // something else runs
		{8, 0, 20, 0, 1}, // more builds than jobs
		{8, 0, 2, 1, 1},  // CMAKE_BUILD_PARALLEL_LEVEL=1
		{1, 0, 5, 0, 1},
		{4, 5, 1, 0, 1}, // never less than one
	} {
		s := newScheduler()
		s.used, s.compile = test.used, test.compile
		if got := s.share(&job{compiles: true, most: test.most}, test.limit); got != test.want {
			t.Errorf("share(limit %d, used %d, %d builds, at most %d) = %d, want %d", test.limit, test.used, test.compile, test.most, got, test.want)
		}
	}
	if got := newScheduler().share(&job{}, 8); got != 1 {
		t.Errorf("a job that does not compile gets %d, want 1", got)
	}
}

// Whatever is submitted, by however many runs: every job runs once, jobs of
// one tree one after the other in their order, and the budget holds.
func TestScheduleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newScheduler()
		limit := rapid.IntRange(1, 5).Draw(t, "limit")
		runs := rapid.IntRange(1, 3).Draw(t, "runs")
		trees := rapid.IntRange(1, 6).Draw(t, "trees")
		var mu sync.Mutex
		used, peak := 0, 0
		order := map[int][]int{}
		want := map[int][]int{}
		busy := map[int]bool{}
		tails := map[int]*job{}
		var jobs []*job
		for i := range runs {
			r := bareRun(rapid.IntRange(1, limit).Draw(t, "own limit"))
			if i == 0 {
				r.limit = limit
			}
			var own []*job
			for n := range rapid.IntRange(0, 12).Draw(t, "jobs") {
				tree := rapid.IntRange(0, trees-1).Draw(t, "tree")
				id := i*100 + n
				j := bareJob(r, fmt.Sprint(id), func(share int) {
					mu.Lock()
					used += share
					peak = max(peak, used)
					if busy[tree] {
						t.Errorf("two jobs work in tree %d at once", tree)
					}
					busy[tree] = true
					order[tree] = append(order[tree], id)
					mu.Unlock()
					time.Sleep(200 * time.Microsecond) // long enough to meet others
					mu.Lock()
					used -= share
					busy[tree] = false
					mu.Unlock()
				})
				j.compiles = rapid.Bool().Draw(t, "compiles")
				j.tree, tails[tree] = tails[tree], j
				want[tree] = append(want[tree], id)
				own = append(own, j)
			}
			if rapid.IntRange(0, 4).Draw(t, "cancelled") == 0 {
				r.cancel(context.Canceled)
				for _, j := range own {
					tree := j // its work is not done: take it out of what is wanted
					for k, ids := range want {
						for x, id := range ids {
							if fmt.Sprint(id) == tree.key.project {
								want[k] = append(ids[:x:x], ids[x+1:]...)
								break
							}
						}
					}
				}
			}
			s.submit(own)
			jobs = append(jobs, own...)
		}
		for _, j := range jobs {
			<-j.done
		}
		if peak > limit {
			t.Errorf("%d of the budget were used, it is %d", peak, limit)
		}
		for tree := range trees {
			if fmt.Sprint(order[tree]) != fmt.Sprint(want[tree]) {
				t.Errorf("tree %d: jobs ran as %v, want %v", tree, order[tree], want[tree])
			}
		}
	})
}

// A panic in our own code is one failed job, and no lost results.
func TestPanicIsAFailedJob(t *testing.T) {
	s := newScheduler()
	r := bareRun(2)
	bad := bareJob(r, "bad", func(int) { panic("the panic") })
	good := bareJob(r, "good", func(int) {})
	s.submit([]*job{bad, good})
	<-bad.done
	<-good.done
	if bad.result.Status != StatusFailed || bad.result.Err == nil || good.result.Status != StatusOK {
		t.Errorf("bad is %s (%v), good is %s", bad.result.Status, bad.result.Err, good.result.Status)
	}
}

func TestExpand(t *testing.T) {
	for _, test := range []struct{ asked, want []Step }{
		{[]Step{StepConfigure}, []Step{StepConfigure}},
		{[]Step{StepBuild}, []Step{StepConfigure, StepBuild}},
		{[]Step{StepTest, StepInstall}, []Step{StepConfigure, StepBuild, StepTest, StepInstall}},
		{[]Step{StepClean, StepConfigure, StepBuild}, []Step{StepClean, StepConfigure, StepBuild}},
		{[]Step{StepBuild, StepClean, StepBuild}, []Step{StepConfigure, StepBuild, StepClean, StepConfigure, StepBuild}},
		{[]Step{StepClean, StepClean}, []Step{StepClean}},
		{nil, nil},
	} {
		if got := expand(test.asked); fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("expand(%v) = %v, want %v", test.asked, got, test.want)
		}
	}
}

// A panic of ours, in a job or while its end is shown, fails that job alone.
func TestPanicFailsOneJob(t *testing.T) {
	s := newScheduler()
	r := bareRun(2)
	r.asked = []Step{StepConfigure}
	inJob := bareJob(r, "in the job", func(int) { panic("one") })
	well := bareJob(r, "well", func(int) {})
	shown := bareRun(2)
	shown.ground.screen = nil
	onScreen := bareJob(shown, "on the screen", func(int) {})
	s.submit([]*job{inJob, onScreen, well})
	for _, test := range []struct {
		j    *job
		want Status
	}{{inJob, StatusFailed}, {onScreen, StatusFailed}, {well, StatusOK}} {
		<-test.j.done
		if got := test.j.result; got.Status != test.want || (got.Err != nil) != (test.want == StatusFailed) {
			t.Errorf("%s: %s, %v; want %s", test.j.key.project, got.Status, got.Err, test.want)
		}
	}
}
