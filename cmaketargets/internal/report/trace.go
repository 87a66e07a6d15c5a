package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Trace writes the document in the Trace Event Format, which Perfetto and chrome://tracing open: a
// thread per worker, a span per step, and in it the spans of its tools. A step with several jobs
// occupies several threads; its own span is on the first.
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
func Trace(w io.Writer, d Document) error {
	t := newTimeline(d)
	events := []event{{Name: "process_name", Phase: "M", Args: map[string]any{"name": "cmaketargets"}}}
	for i := range t.lanes + t.extra {
		name := fmt.Sprintf("worker %d", i+1)
		if i >= t.lanes {
			name = fmt.Sprintf("beside the workers %d", i+1-t.lanes)
		}
		events = append(events, event{Name: "thread_name", Phase: "M", Thread: i + 1, Args: map[string]any{"name": name}},
			event{Name: "thread_sort_index", Phase: "M", Thread: i + 1, Args: map[string]any{"sort_index": i}})
	}
	for _, p := range t.steps {
		r := p.item
		args := map[string]any{
			"project": r.Project.Path, "status": r.Status, "reason": r.Reason, "jobs": max(1, r.Jobs),
			"critical path": slices.Contains(d.Summary.CriticalPath, r.pathStep()),
		}
		for name, value := range map[string]string{"variant": r.Variant.Name, "command": r.Command, "error": r.Error, "host": r.Host, "quarantine": r.Quarantine} {
			if value != "" {
				args[name] = value
			}
		}
		if n := len(r.Attempts); n > 0 {
			args["attempts"] = n
		}
		events = append(events, complete(p, r.stepName(), string(r.Step), args))
	}
	for _, p := range t.spans {
		var args map[string]any
		if p.item.Where != "" {
			args = map[string]any{"location": p.item.Where}
		}
		events = append(events, complete(p, oneLine(p.item.Name), p.item.Kind, args))
	}
	for _, c := range t.busy() {
		events = append(events, event{Name: "busy workers", Phase: "C", Category: "pool", At: micro(c.at), Args: map[string]any{"workers": c.workers}})
	}
	lines := make([]string, len(events)) // an event each
	for i, e := range events {
		e.Process = 1
		lines[i] = encode(e)
	}
	metadata := encode(traceMetadata{Producer: "cmaketargets", Start: t.start, Runs: d.Runs, Summary: d.Summary})
	_, err := fmt.Fprintf(w, `{"displayTimeUnit":"ms","metadata":%s,"traceEvents":[`+"\n%s\n]}\n", metadata, strings.Join(lines, ",\n"))
	return err
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

// encode returns v as JSON, or null when it has no JSON form, as no value here.
func encode(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(data)
}
