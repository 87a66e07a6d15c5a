package ui

import (
	"slices"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// jobs is the progress of the runs of a Screen.
type jobs struct {
	began        time.Time // the first of the runs
	queued       map[*Job]struct{}
	running      []*runningJob // oldest first
	done, failed int
	estimate     estimate
}

// runningJob is a job that has its turn.
type runningJob struct {
	job      *Job
	since    time.Time
	host     string // "" for this machine
	activity string // in the words of its tool
}

func newJobs(now time.Time) *jobs {
	return &jobs{began: now, queued: map[*Job]struct{}{}, estimate: estimate{last: map[*Job]time.Duration{}}}
}

// add records an event. It ignores events of jobs that are unknown or over.
func (j *jobs) add(e Event, now time.Time) {
	switch e := e.(type) {
	case Queued:
		j.queued[e.Job] = struct{}{}
	case Began:
		r := j.start(e.Job, now)
		r.since, r.host, r.activity = now, "", ""
	case Waiting:
		j.start(e.Job, now).activity = "waits for " + text.Clean(e.For)
	case Placed:
		if i := j.index(e.Job); i >= 0 {
			j.running[i].host = text.Clean(e.Host)
		}
	case Doing:
		if i := j.index(e.Job); i >= 0 {
			j.running[i].activity = text.Clean(e.What)
		}
	case Ended:
		if i := j.index(e.Job); i >= 0 {
			j.estimate.ended(e.Job, now.Sub(j.running[i].since))
			j.running = slices.Delete(j.running, i, i+1)
		} else if _, ok := j.queued[e.Job]; !ok {
			return
		}
		delete(j.queued, e.Job)
		j.done++
		if e.Failed {
			j.failed++
		}
	}
}

// start moves a job to the running ones.
func (j *jobs) start(job *Job, now time.Time) *runningJob {
	delete(j.queued, job)
	if i := j.index(job); i >= 0 {
		return j.running[i]
	}
	r := &runningJob{job: job, since: now}
	j.running = append(j.running, r)
	return r
}

func (j *jobs) index(job *Job) int {
	return slices.IndexFunc(j.running, func(r *runningJob) bool { return r.job == job })
}
