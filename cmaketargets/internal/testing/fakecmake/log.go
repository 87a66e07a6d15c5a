package fakecmake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
)

// An Event is one line of the log: a command began or ended. A command writes its begin after it
// started and its end before it exits, each with one appending write, so that the order of the lines
// is an order of events, and commands that overlap in the log did overlap.
type Event struct {
	Kind   string   `json:"kind"`             // "begin" or "end"
	Pid    int      `json:"pid"`              // of the command
	Step   string   `json:"step"`             // "configure", "build", "install", "test", "version", "child" or "other"
	Argv   []string `json:"argv"`             // the command's name and its arguments
	Source string   `json:"source,omitempty"` // the project's directory, where known
	Build  string   `json:"build,omitempty"`  // the build tree, where known
	Jobs   int      `json:"jobs,omitempty"`   // of its arguments; 1 without, 0 for a command that is no step
	Signal string   `json:"signal,omitempty"` // end: the signal that ended it; a KILL leaves no end at all
}

// steps are the commands that do a project's work, and so count against a job budget.
var steps = []string{"configure", "build", "install", "test"}

// ReadLog reads the file that FAKECMAKE_LOG names. A missing file is an empty log: nothing was started.
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

// Begun returns the begin events of the given steps, by default of configure, build, install and test.
func Begun(events []Event, of ...string) []Event {
	if len(of) == 0 {
		of = steps
	}
	return slices.DeleteFunc(slices.Clone(events), func(e Event) bool {
		return e.Kind != "begin" || !slices.Contains(of, e.Step)
	})
}

// Peak returns the highest number of the given steps that ran at once, with the default of [Begun]. A
// command without an end counts until the log ends.
func Peak(events []Event, of ...string) int {
	return peak(events, of, func(Event) int { return 1 })
}

// PeakJobs returns the highest sum of Jobs over the given steps that ran at once, as [Peak] does.
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

// write appends the event to the log, if there is one.
func (e Event) write(kind, signal string) error {
	path := os.Getenv("FAKECMAKE_LOG")
	if path == "" {
		return nil
	}
	e.Kind, e.Signal = kind, signal
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
