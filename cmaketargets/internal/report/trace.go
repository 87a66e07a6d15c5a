package report

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Trace writes the document in the Trace Event Format, which Perfetto and
// chrome://tracing open: a thread per worker, a span per step and inside it
// the spans that its tools tell of. What a step was given of the workers it
// has on several threads; its own span is on the first.
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
func Trace(w io.Writer, d Document) error {
	t := layOut(d)
	out := &traceWriter{w: w}
	out.printf(`{"displayTimeUnit":"ms","metadata":%s,"traceEvents":[`, encode(traceMetadata{
		Producer: "cmaketargets", Start: t.start, Runs: d.Runs, Summary: d.Summary,
	}))
	out.event(event{Name: "process_name", Phase: "M", Args: map[string]any{"name": "cmaketargets"}})
	for i := range t.lanes + t.more {
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
	for _, p := range t.jobs {
		r := p.what
		args := map[string]any{
			"project": r.Project.Path, "status": r.Status, "reason": r.Reason, "jobs": max(1, r.Jobs),
			"critical path": critical[PathStep{r.Project.Path, r.Variant.Name, r.Step, r.Duration}],
		}
		for name, value := range map[string]string{"variant": r.Variant.Name, "command": r.Command, "error": r.Error} {
			if value != "" {
				args[name] = value
			}
		}
		out.event(complete(r.what(), r.Step, p.lanes[0], p.start, p.end, args))
	}
	for _, p := range t.spans {
		var args map[string]any
		if p.what.Where != "" {
			args = map[string]any{"location": p.what.Where}
		}
		out.event(complete(line(p.what.Name), p.what.Kind, p.lanes[0], p.start, p.end, args))
	}
	for _, c := range t.busy() {
		out.event(event{Name: "busy workers", Phase: "C", Category: "pool", At: micro(c.at), Args: map[string]any{"workers": c.workers}})
	}
	out.printf("\n]}\n")
	return out.err
}

type traceMetadata struct {
	Producer string    `json:"producer"`
	Start    time.Time `json:"start"` // what times are counted from
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

// complete is a span, a "complete event".
func complete(name, category string, lane int, start, end time.Duration, args map[string]any) event {
	took := micro(end - start)
	return event{Name: name, Phase: "X", Category: category, Thread: lane + 1, At: micro(start), Duration: &took, Args: args}
}

func micro(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// traceWriter writes events one a line, and keeps the first error.
type traceWriter struct {
	w    io.Writer
	some bool
	err  error
}

func (t *traceWriter) event(e event) {
	e.Process = 1
	separator := ",\n"
	if !t.some {
		separator = "\n"
	}
	t.some = true
	t.printf("%s%s", separator, encode(e))
}

func (t *traceWriter) printf(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format, args...)
	}
}

// encode is JSON of what has one: no value here lacks it.
func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		return []byte("null")
	}
	return data
}
