package report

import (
	"slices"
	"time"
)

// lane is a row of the timeline: what one worker did.
type lane struct {
	free time.Time // the end of what it did last
}

// take gives n lanes that are free at start to something until end, the
// lowest ones, and makes more where there are too few.
func take(lanes []lane, n int, start, end time.Time) (more []lane, taken []int) {
	for i := 0; len(taken) < n; i++ {
		if i == len(lanes) {
			lanes = append(lanes, lane{})
		}
		if !lanes[i].free.After(start) {
			lanes[i].free = end
			taken = append(taken, i)
		}
	}
	return lanes, taken
}

// timeline is the document laid out in lanes.
type timeline struct {
	start time.Time
	took  time.Duration
	lanes int // of workers; those above are of what ran beside them
	more  int
	jobs  []placed[Result]
	spans []placed[Span]
}

// placed is something in the lanes where it is shown.
type placed[T any] struct {
	what       T
	lanes      []int
	start, end time.Duration // since the timeline's start
}

// layOut gives every step as many lanes as it had jobs, and what was done
// inside it lanes among those. A build tool that ran more at once than it was
// given gets further lanes, below all others.
func layOut(d Document) timeline {
	var t timeline
	steps := slices.Clone(d.Results)
	steps = slices.DeleteFunc(steps, func(r Result) bool { return r.Start.IsZero() })
	slices.SortStableFunc(steps, func(a, b Result) int { return a.Start.Compare(b.Start) })
	if len(steps) == 0 {
		return t
	}
	t.start = steps[0].Start
	for _, r := range d.Runs {
		if !r.Start.IsZero() && r.Start.Before(t.start) {
			t.start = r.Start
		}
	}
	var lanes []lane
	for _, r := range steps {
		var p placed[Result]
		lanes, p.lanes = take(lanes, max(1, r.Jobs), r.Start, r.End())
		p.what, p.start, p.end = r, r.Start.Sub(t.start), r.End().Sub(t.start)
		t.took = max(t.took, p.end)
		t.jobs = append(t.jobs, p)
	}
	t.lanes = len(lanes)
	var over []placed[Span]
	for _, job := range t.jobs {
		inside, outside := t.inside(job)
		t.spans, over = append(t.spans, inside...), append(over, outside...)
	}
	slices.SortStableFunc(over, func(a, b placed[Span]) int { return int(a.start - b.start) })
	var below []lane
	for _, p := range over {
		below, p.lanes = take(below, 1, t.start.Add(p.start), t.start.Add(p.end))
		p.lanes[0] += t.lanes
		t.spans = append(t.spans, p)
	}
	t.more = len(below)
	return t
}

// inside places the spans of a step in its own lanes, and returns those for
// which they are too few.
func (t *timeline) inside(job placed[Result]) (in, out []placed[Span]) {
	spans := slices.Clone(job.what.Spans)
	// What encloses others comes before them.
	slices.SortStableFunc(spans, func(a, b Span) int {
		if a.At != b.At {
			return int(a.At - b.At)
		}
		return int(b.Duration - a.Duration)
	})
	free := make([]time.Duration, len(job.lanes))
	for _, s := range spans {
		p := placed[Span]{what: s, start: job.start + time.Duration(s.At)}
		p.end = min(p.start+time.Duration(s.Duration), job.end)
		if p.start < job.start || p.start >= job.end {
			continue
		}
		if s.Kind == SpanProfile { // these nest
			p.lanes = job.lanes[:1]
			in = append(in, p)
			continue
		}
		i := slices.IndexFunc(free, func(end time.Duration) bool { return end <= p.start })
		if i < 0 {
			out = append(out, p)
			continue
		}
		free[i], p.lanes = p.end, job.lanes[i:i+1]
		in = append(in, p)
	}
	return in, out
}

// busy is how many workers worked, at each moment when that changed.
func (t *timeline) busy() []change {
	delta := map[time.Duration]int{}
	for _, p := range t.jobs {
		delta[p.start] += len(p.lanes)
		delta[p.end] -= len(p.lanes)
	}
	var list []change
	for at, n := range delta {
		list = append(list, change{at, n})
	}
	slices.SortFunc(list, func(a, b change) int { return int(a.at - b.at) })
	for i := 1; i < len(list); i++ {
		list[i].workers += list[i-1].workers
	}
	return list
}

type change struct {
	at      time.Duration
	workers int
}
