package report

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Trace writes the document in the Trace Event Format, which Perfetto and chrome://tracing open: a
// thread per worker, a span per step, and in it the spans of its tools. A step with several jobs
// occupies several threads; its own span is on the first.
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
func Trace(w io.Writer, d Document) error {
	t := newTimeline(d)
	out := &traceWriter{w: w}
	out.printf(`{"displayTimeUnit":"ms","metadata":%s,"traceEvents":[`, encode(traceMetadata{
		Producer: "cmaketargets", Start: t.start, Runs: d.Runs, Summary: d.Summary,
	}))
	out.event(event{Name: "process_name", Phase: "M", Args: map[string]any{"name": "cmaketargets"}})
	for i := range t.lanes + t.extra {
		name := fmt.Sprintf("worker %d", i+1)
		if i >= t.lanes {
			name = fmt.Sprintf("beside the workers %d", i+1-t.lanes)
		}
		out.event(event{Name: "thread_name", Phase: "M", Thread: i + 1, Args: map[string]any{"name": name}})
		out.event(event{Name: "thread_sort_index", Phase: "M", Thread: i + 1, Args: map[string]any{"sort_index": i}})
	}
	critical := map[PathStep]bool{}
	for _, p := range d.Summary.CriticalPath {
		critical[p] = true
	}
	for _, p := range t.steps {
		r := p.item
		args := map[string]any{
			"project": r.Project.Path, "status": r.Status, "reason": r.Reason, "jobs": max(1, r.Jobs),
			"critical path": critical[PathStep{r.Project.Path, r.Variant.Name, r.Step, r.Duration}],
		}
		for name, value := range map[string]string{"variant": r.Variant.Name, "command": r.Command, "error": r.Error} {
			if value != "" {
				args[name] = value
			}
		}
		out.event(complete(p, r.stepName(), string(r.Step), args))
	}
	for _, p := range t.spans {
		var args map[string]any
		if p.item.Where != "" {
			args = map[string]any{"location": p.item.Where}
		}
		out.event(complete(p, oneLine(p.item.Name), p.item.Kind, args))
	}
	for _, c := range t.busy() {
		out.event(event{Name: "busy workers", Phase: "C", Category: "pool", At: micro(c.at), Args: map[string]any{"workers": c.workers}})
	}
	out.printf("\n]}\n")
	return out.err
}

type traceMetadata struct {
	Producer string    `json:"producer"`
	Start    time.Time `json:"start"` // times are counted from here
	Runs     []Run     `json:"runs"`
	Summary  Summary   `json:"summary"`
}

// event is one event; times are in microseconds.
type event struct {
	Name     string         `json:"name"`
	Phase    string         `json:"ph"`
	Category string         `json:"cat,omitempty"`
	Process  int            `json:"pid"`
	Thread   int            `json:"tid"`
	At       float64        `json:"ts"`
	Duration *float64       `json:"dur,omitempty"`
	Args     map[string]any `json:"args,omitempty"`
}

// complete returns a span, a "complete event" of the format.
func complete[T any](p placed[T], name, category string, args map[string]any) event {
	duration := micro(p.end - p.start)
	return event{Name: name, Phase: "X", Category: category, Thread: p.lanes[0] + 1, At: micro(p.start), Duration: &duration, Args: args}
}

func micro(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// traceWriter writes one event per line and keeps the first error.
type traceWriter struct {
	w         io.Writer
	separator string
	err       error
}

func (t *traceWriter) event(e event) {
	e.Process = 1
	t.printf("%s\n%s", t.separator, encode(e))
	t.separator = ","
}

func (t *traceWriter) printf(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format, args...)
	}
}

// encode returns v as JSON, or null when it has no JSON form, as no value here.
func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		return []byte("null")
	}
	return data
}
