package report

import (
	"slices"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// timeline is a document laid out in lanes, one for each worker.
type timeline struct {
	start  time.Time
	length time.Duration
	lanes  int // of workers
	extra  int // below them, for commands beyond the jobs of their step
	steps  []placed[Result]
	spans  []placed[Span]
}

// placed is an item with its lanes, counted from 0, and its time since the timeline's start.
type placed[T any] struct {
	item       T
	lanes      []int
	start, end time.Duration
}

func (p placed[T]) took() Duration { return Duration(p.end - p.start) }

// newTimeline gives each step as many lanes as it had jobs, and each span in it one of those. Spans
// of a build tool that ran more commands at once get extra lanes below all others.
func newTimeline(d Document) timeline {
	var t timeline
	steps := slices.DeleteFunc(slices.Clone(d.Results), func(r Result) bool { return r.Start.IsZero() })
	text.SortStable(steps, func(a, b Result) int { return a.Start.Compare(b.Start) })
	if len(steps) == 0 {
		return t
	}
	t.start = steps[0].Start
	for _, r := range d.Runs {
		if !r.Start.IsZero() && r.Start.Before(t.start) {
			t.start = r.Start
		}
	}
	var workers lanes
	for _, r := range steps {
		p := placed[Result]{item: r, start: r.Start.Sub(t.start), end: r.end().Sub(t.start)}
		p.lanes = workers.take(max(1, r.Jobs), p.start, p.end)
		t.length = max(t.length, p.end)
		t.steps = append(t.steps, p)
	}
	t.lanes = len(workers)
	var beyond []placed[Span]
	for _, step := range t.steps {
		inside, outside := placeSpans(step)
		t.spans, beyond = append(t.spans, inside...), append(beyond, outside...)
	}
	text.SortStable(beyond, func(a, b placed[Span]) int { return int(a.start - b.start) })
	var below lanes
	for _, p := range beyond {
		p.lanes = below.take(1, p.start, p.end)
		p.lanes[0] += t.lanes
		t.spans = append(t.spans, p)
	}
	t.extra = len(below)
	return t
}

// lanes holds for each lane the end of its last item.
type lanes []time.Duration

// take returns the n lowest lanes that are free at start and occupies them until end. It adds lanes
// where there are too few.
func (l *lanes) take(n int, start, end time.Duration) []int {
	var taken []int
	for i := 0; len(taken) < n; i++ {
		if i == len(*l) {
			*l = append(*l, start)
		}
		if (*l)[i] <= start {
			(*l)[i] = end
			taken = append(taken, i)
		}
	}
	return taken
}

// placeSpans places the spans of a step in its lanes, and returns those that found no free lane.
func placeSpans(step placed[Result]) (inside, outside []placed[Span]) {
	spans := slices.Clone(step.item.Spans)
	// Spans come after those that contain them.
	text.SortStable(spans, func(a, b Span) int {
		if a.At != b.At {
			return int(a.At - b.At)
		}
		return int(b.Duration - a.Duration)
	})
	free := make([]time.Duration, len(step.lanes))
	for _, s := range spans {
		p := placed[Span]{item: s, start: step.start + time.Duration(s.At)}
		p.end = min(p.start+time.Duration(s.Duration), step.end)
		if p.start < step.start || p.start >= step.end {
			continue
		}
		i := 0
		if s.Kind != SpanProfile { // commands of the CMake language nest in one lane
			i = slices.IndexFunc(free, func(end time.Duration) bool { return end <= p.start })
		}
		if i < 0 {
			outside = append(outside, p)
			continue
		}
		free[i], p.lanes = p.end, step.lanes[i:i+1]
		inside = append(inside, p)
	}
	return inside, outside
}

// change is a moment at which the number of busy workers changed.
type change struct {
	at      time.Duration
	workers int
}

// busy returns the number of busy workers from each change on.
func (t *timeline) busy() []change {
	delta := map[time.Duration]int{}
	for _, p := range t.steps {
		delta[p.start] += len(p.lanes)
		delta[p.end] -= len(p.lanes)
	}
	var list []change
	for at, n := range delta {
		list = append(list, change{at, n})
	}
	text.SortStable(list, func(a, b change) int { return int(a.at - b.at) })
	for i := 1; i < len(list); i++ {
		list[i].workers += list[i-1].workers
	}
	return list
}
