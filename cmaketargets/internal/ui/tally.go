package ui

import (
	"slices"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// tally is how far the runs of a Screen are.
type tally struct {
	began    time.Time // the first of them
	queued   map[*Job]struct{}
	running  []*running // oldest first
	done     int
	failed   int
	estimate estimate
}

// running is a job that has its turn.
type running struct {
	job     *Job
	since   time.Time
	doing   string
	waiting string
}

// now is what a job does, or waits for.
func (r *running) now() string {
	if r.waiting != "" {
		return "waits for " + r.waiting
	}
	return r.doing
}

func newTally(now time.Time) *tally {
	return &tally{began: now, queued: map[*Job]struct{}{}}
}

// add takes in an event. Events of jobs that it does not know, or knows to be
// over, change nothing.
func (t *tally) add(e Event, now time.Time) {
	switch e := e.(type) {
	case Queued:
		t.queued[e.Job] = struct{}{}
	case Began:
		r := t.begin(e.Job, now)
		r.since, r.waiting = now, ""
	case Waiting:
		t.begin(e.Job, now).waiting = text.Clean(e.For)
	case Doing:
		if r := t.find(e.Job); r != nil {
			r.doing = text.Clean(e.What)
		}
	case Ended:
		if r := t.find(e.Job); r != nil {
			t.running = slices.DeleteFunc(t.running, func(r *running) bool { return r.job == e.Job })
			t.estimate.ended(e.Job, now.Sub(r.since))
		} else if _, ok := t.queued[e.Job]; !ok {
			return
		}
		delete(t.queued, e.Job)
		t.done++
		if e.Failed {
			t.failed++
		}
	}
}

// begin returns the running job, which it is from now on.
func (t *tally) begin(job *Job, now time.Time) *running {
	delete(t.queued, job)
	r := t.find(job)
	if r == nil {
		r = &running{job: job, since: now}
		t.running = append(t.running, r)
	}
	return r
}

func (t *tally) find(job *Job) *running {
	for _, r := range t.running {
		if r.job == job {
			return r
		}
	}
	return nil
}

// remains estimates how long the rest will take, from how long its jobs took
// before; 0 when too little is known.
func (t *tally) remains(now time.Time) time.Duration { return t.estimate.remains(t, now) }
