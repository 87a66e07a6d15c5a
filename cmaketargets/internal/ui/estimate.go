package ui

import "time"

// estimate estimates the remaining time: each job takes as long as the last time, corrected by the
// ratio of the finished jobs to theirs. It is for display only.
type estimate struct {
	last     map[*Job]time.Duration // of the jobs that are not over, 0 when it is unknown
	expected time.Duration          // of the finished jobs
	actual   time.Duration          // of the same
	workers  int                    // the most jobs that ran at once
}

// maxLookups bounds the files read for one drawing.
const maxLookups = 50

// ended records the duration of a finished job.
func (e *estimate) ended(job *Job, actual time.Duration) {
	if d := e.last[job]; d > 0 {
		e.expected += d
		e.actual += actual
	}
	delete(e.last, job)
}

// remaining returns an estimate of the remaining time, 0 when less than half of the jobs are known.
func (j *jobs) remaining(now time.Time) time.Duration {
	e := &j.estimate
	e.workers = max(e.workers, len(j.running))
	var sum, longest time.Duration
	known, all, lookups := 0, len(j.queued)+len(j.running), 0
	add := func(job *Job, elapsed time.Duration) {
		d, ok := e.last[job]
		if !ok && job.Expected != nil && lookups < maxLookups {
			lookups++
			d = job.Expected()
			e.last[job] = d
		}
		if d > 0 {
			known++
			d = max(d-elapsed, 0)
			sum, longest = sum+d, max(longest, d)
		}
	}
	for job := range j.queued {
		add(job, 0)
	}
	for _, r := range j.running {
		add(r.job, now.Sub(r.since))
	}
	if known == 0 || 2*known < all {
		return 0
	}
	total := float64(sum) * float64(all) / float64(known)
	left := max(total/float64(max(e.workers, 1)), float64(longest))
	return time.Duration(left * e.ratio())
}

// ratio returns the duration of the finished jobs divided by that of the last time, within bounds:
// builds without work take almost no time. It is 1 until a second's worth of jobs has finished.
func (e *estimate) ratio() float64 {
	if e.expected < time.Second {
		return 1
	}
	return min(max(float64(e.actual)/float64(e.expected), 0.1), 4)
}
