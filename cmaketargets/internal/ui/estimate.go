package ui

import "time"

// estimate guesses how long what is left will take: each job as long as the
// last time, corrected by how the jobs that are over compare with theirs.
// Nothing is decided by it.
type estimate struct {
	looks    int // how many more jobs may be looked up for this drawing
	known    map[*Job]time.Duration
	expected time.Duration // of the jobs that are over
	took     time.Duration
	width    int // the most that ran at once
}

// maxLooks bounds how many files are read for one drawing.
const maxLooks = 50

// of is how long a job took the last time, looked up once.
func (e *estimate) of(job *Job) time.Duration {
	d, ok := e.known[job]
	if !ok && job.Expected != nil && e.looks > 0 {
		e.looks--
		if e.known == nil {
			e.known = map[*Job]time.Duration{}
		}
		d = job.Expected()
		e.known[job] = d
	}
	return d
}

// ended takes in how long a job took, if anybody has asked for it before.
func (e *estimate) ended(job *Job, took time.Duration) {
	if d := e.known[job]; d > 0 {
		e.expected += d
		e.took += took
	}
	delete(e.known, job)
}

// remains returns 0 when less than half of the jobs are known.
func (e *estimate) remains(t *tally, now time.Time) time.Duration {
	e.width, e.looks = max(e.width, len(t.running)), maxLooks
	var sum, longest time.Duration
	known, all := 0, len(t.queued)+len(t.running)
	add := func(d time.Duration, elapsed time.Duration) {
		if d > 0 {
			known++
			d = max(d-elapsed, 0)
			sum, longest = sum+d, max(longest, d)
		}
	}
	for job := range t.queued {
		add(e.of(job), 0)
	}
	for _, r := range t.running {
		add(e.of(r.job), now.Sub(r.since))
	}
	if known == 0 || 2*known < all {
		return 0
	}
	left := time.Duration(float64(sum) * float64(all) / float64(known))
	left = max(left/time.Duration(max(e.width, 1)), longest)
	return time.Duration(float64(left) * e.pace())
}

// pace is how the jobs that are over compare with the last time: 0.5 when
// they took half of it. It counts as soon as they are a second's worth, and
// within bounds: builds with nothing to do take next to nothing.
func (e *estimate) pace() float64 {
	if e.expected < time.Second {
		return 1
	}
	return min(max(float64(e.took)/float64(e.expected), 0.1), 4)
}
