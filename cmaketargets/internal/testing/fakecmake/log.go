package fakecmake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"
)

// An Event is one line of the log: a command began or ended.
//
// A command writes its begin after it started and its end before it exits, each with one appending write, so the
// order of the file is an order in which things happened and what overlaps in the log did overlap.
type Event struct {
	Kind    string   `json:"kind"`              // "begin" or "end"
	Time    int64    `json:"time"`              // wall clock, nanoseconds since 1970
	Pid     int      `json:"pid"`               // of the command; with Time of its begin, unique
	Step    string   `json:"step"`              // "configure", "build", "install", "test", "version", "child" or "other"
	Argv    []string `json:"argv"`              // the command's name and its arguments as it got them
	Dir     string   `json:"dir"`               // its working directory
	Source  string   `json:"source,omitempty"`  // the project's directory, where known
	Build   string   `json:"build,omitempty"`   // the build tree, where known
	Jobs    int      `json:"jobs,omitempty"`    // how many jobs it may run at once; a configure or install is one
	Exit    int      `json:"exit,omitempty"`    // end: exit status
	Signal  string   `json:"signal,omitempty"`  // end: the signal that ended it; a KILL leaves no end at all
	Elapsed int64    `json:"elapsed,omitempty"` // end: nanoseconds since its begin
}

// steps are the commands that do a project's work, and so count against a job budget.
var steps = []string{"configure", "build", "install", "test"}

// ReadLog reads the file that FAKECMAKE_LOG named. A file that is not there is an empty log: nothing was started.
func ReadLog(path string) ([]Event, error) {
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	var events []Event
	for line := range bytes.Lines(data) {
		var e Event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("read log %s: line %d: %w", path, len(events)+1, err)
		}
		events = append(events, e)
	}
	return events, nil
}

// Begun returns the begin events of the given steps, or of configure, build, install and test if none is given.
func Begun(events []Event, of ...string) []Event {
	if len(of) == 0 {
		of = steps
	}
	var begun []Event
	for _, e := range events {
		if e.Kind == "begin" && slices.Contains(of, e.Step) {
			begun = append(begun, e)
		}
	}
	return begun
}

// Peak returns the highest number of the given steps that ran at once, or of configure, build, install and test if
// none is given. A command without an end counts until the log ends.
func Peak(events []Event, of ...string) int {
	return peak(events, of, func(Event) int { return 1 })
}

// PeakJobs returns the highest sum of Jobs over the given steps that ran at once, with the same default as [Peak].
func PeakJobs(events []Event, of ...string) int {
	return peak(events, of, func(e Event) int { return e.Jobs })
}

func peak(events []Event, of []string, weight func(Event) int) int {
	if len(of) == 0 {
		of = steps
	}
	sum, highest := 0, 0
	for _, e := range events {
		switch {
		case !slices.Contains(of, e.Step):
		case e.Kind == "begin":
			sum += weight(e)
			highest = max(highest, sum)
		default:
			sum -= weight(e)
		}
	}
	return highest
}

// logBegin appends e as begun now, and returns the function that appends its end. Without a log it does nothing.
func logBegin(path string, e Event) (end func(exit int, signal string), err error) {
	if path == "" {
		return func(int, string) {}, nil
	}
	began := time.Now()
	e.Kind, e.Time = "begin", began.UnixNano()
	if err := logAppend(path, e); err != nil {
		return nil, err
	}
	return func(exit int, signal string) {
		now := time.Now()
		e.Kind, e.Time, e.Elapsed, e.Exit, e.Signal = "end", now.UnixNano(), int64(now.Sub(began)), exit, signal
		_ = logAppend(path, e) // nobody is left to tell
	}, nil
}

func logAppend(path string, e Event) error {
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	defer f.Close()
	if _, err := f.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	return nil
}
