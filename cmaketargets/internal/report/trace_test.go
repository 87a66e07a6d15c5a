package report_test

import (
	"cmp"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

type traceEvent struct {
	Name string         `json:"name"`
	Ph   string         `json:"ph"`
	Cat  string         `json:"cat"`
	Pid  *int           `json:"pid"`
	Tid  *int           `json:"tid"`
	Ts   *float64       `json:"ts"`
	Dur  *float64       `json:"dur"`
	Args map[string]any `json:"args"`
}

// Perfetto and chrome://tracing require the fields of each kind of event, and spans of a thread that
// nest or do not overlap.
func TestTraceRules(t *testing.T) {
	for name, d := range map[string]report.Document{"every": every(), "many": many(50), "empty": {}} {
		t.Run(name, func(t *testing.T) {
			var trace struct {
				Events []traceEvent `json:"traceEvents"`
				Unit   string       `json:"displayTimeUnit"`
			}
			if err := json.Unmarshal(render(t, report.Trace, d), &trace); err != nil {
				t.Fatal(err)
			}
			if trace.Unit != "ms" {
				t.Errorf("unit %q", trace.Unit)
			}
			spans := map[int][]traceEvent{}
			named := map[int]bool{}
			jobs := 0
			for _, e := range trace.Events {
				if e.Name == "" || e.Pid == nil || e.Tid == nil || e.Ts == nil || *e.Ts < 0 {
					t.Errorf("an event lacks something: %+v", e)
					continue
				}
				switch e.Ph {
				case "M":
					named[*e.Tid] = named[*e.Tid] || e.Name == "thread_name"
				case "X":
					if e.Dur == nil || *e.Dur < 0 {
						t.Errorf("a span without an end: %+v", e)
					}
					spans[*e.Tid] = append(spans[*e.Tid], e)
					if e.Args["status"] != nil {
						jobs++
					}
				case "C":
					if n, ok := e.Args["workers"].(float64); !ok || n < 0 {
						t.Errorf("a counter without a number: %+v", e)
					}
				default:
					t.Errorf("an event of another kind: %+v", e)
				}
			}
			began := 0
			for _, r := range d.Results {
				if !r.Start.IsZero() {
					began++
				}
			}
			if jobs != began {
				t.Errorf("%d steps in the trace, %d began", jobs, began)
			}
			for thread, list := range spans {
				if !named[thread] {
					t.Errorf("thread %d has no name", thread)
				}
				checkNesting(t, list)
			}
		})
	}
}

func checkNesting(t *testing.T, list []traceEvent) {
	t.Helper()
	slices.SortStableFunc(list, func(a, b traceEvent) int { return cmp.Or(cmp.Compare(*a.Ts, *b.Ts), cmp.Compare(*b.Dur, *a.Dur)) })
	var open []float64 // ends
	for _, e := range list {
		for len(open) > 0 && open[len(open)-1] <= *e.Ts {
			open = open[:len(open)-1]
		}
		if end := *e.Ts + *e.Dur; len(open) > 0 && end > open[len(open)-1]+0.001 {
			t.Errorf("%s ends after what it lies in", e.Name)
		}
		open = append(open, *e.Ts+*e.Dur)
	}
}

// A step of several jobs has as many lanes for its commands; further commands have extra lanes.
func TestTraceLanes(t *testing.T) {
	var trace struct {
		Events []traceEvent `json:"traceEvents"`
	}
	if err := json.Unmarshal(render(t, report.Trace, every()), &trace); err != nil {
		t.Fatal(err)
	}
	lane := map[string]int{}
	names := map[int]any{}
	for _, e := range trace.Events {
		if e.Ph == "X" {
			lane[e.Name] = *e.Tid
		}
		if e.Name == "thread_name" {
			names[*e.Tid] = e.Args["name"]
		}
	}
	if lane["CMakeFiles/a.dir/a.c.o"] == lane["CMakeFiles/a.dir/b.c.o"] {
		t.Error("two commands that ran at once share a lane")
	}
	if got := names[lane["CMakeFiles/a.dir/c.c.o"]]; got != "beside the workers 1" {
		t.Errorf("the third command of two jobs is in lane %v", got)
	}
	if lane["build libs/compile"] != lane["CMakeFiles/a.dir/b.c.o"] {
		t.Error("the first command of a build is not below it")
	}
	if lane["project(link C)"] != lane["configure libs/link [Release]"] {
		t.Error("a command of a profile is not below its step")
	}
}

func TestSummary(t *testing.T) {
	s := every().Summary
	want := report.Summary{
		Status: model.Failed, OK: 4, UpToDate: 1, Skipped: 2, Failed: 6, TimedOut: 1, Cancelled: 2, Planned: 1, OnRetry: 2, Quarantined: 2,
		Projects: 14, Errors: 7, Warnings: 5, NewWarnings: 1, TestsPassed: 2, TestsFailed: 5, TestsSkipped: 2, TestsOnRetry: 1, TestsQuarantined: 1,
	}
	path, wall, busy, idle := s.CriticalPath, s.Wall, s.Busy, s.Idle
	s.CriticalPath, s.Wall, s.Busy, s.Idle = nil, 0, 0, 0
	if !equalSummaries(s, want) {
		t.Errorf("summary %+v, want %+v", s, want)
	}
	second := report.Duration(time.Second)
	if wall != 2100*second/1000 || busy != 6341*second/1000 || busy+idle != 4*wall {
		t.Errorf("wall %v, busy %v, idle %v", time.Duration(wall), time.Duration(busy), time.Duration(idle))
	}
	if len(path) != 2 || path[0].Project != "libs/hangs" || path[1].Step != "test" {
		t.Errorf("critical path %+v", path)
	}
}

func equalSummaries(a, b report.Summary) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}
