package cmake

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// ProfileArgs returns the arguments with which cmake writes a profile of the configure step. They
// need [Profiling].
func ProfileArgs(file string) []string {
	return []string{"--profiling-format=google-trace", "--profiling-output=" + file}
}

// ProfileSpan is a command of the CMake language with its duration, which includes the commands
// that it calls. Spans nest.
type ProfileSpan struct {
	Name     string // "find_package"
	Args     string // "Threads REQUIRED"
	Location string // "/src/CMakeLists.txt:4"
	Start    time.Duration
	Duration time.Duration
}

const (
	// maxProfile bounds the times of a profile, in microseconds.
	maxProfile = 1e12
	// maxSpans bounds the spans of one profile.
	maxSpans = 20_000
)

// ReadProfile returns the spans of a profile that took at least so long, in the order in which they
// ended, with times counted from the first command. A profile that ends early, as after a kill, has
// those that had ended. Memory does not grow with the file.
func ReadProfile(file string, least time.Duration) ([]ProfileSpan, error) {
	f, err := fsutil.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return parseProfile(bufio.NewReader(f), least)
}

// profileEvent is an event in the format of Chrome's traces: a begin "B" or an end "E", at a time
// in microseconds.
// https://cmake.org/cmake/help/latest/manual/cmake.1.html#cmdoption-cmake-profiling-format
type profileEvent struct {
	Phase string  `json:"ph"`
	Name  string  `json:"name"`
	At    float64 `json:"ts"`
	Args  struct {
		Text     string `json:"functionArgs"`
		Location string `json:"location"`
	} `json:"args"`
}

func parseProfile(r io.Reader, least time.Duration) ([]ProfileSpan, error) {
	dec := json.NewDecoder(r)
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	var spans, open []ProfileSpan
	var first float64
	for begun := false; dec.More() && len(spans) < maxSpans; begun = true {
		var e profileEvent
		if err := dec.Decode(&e); err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) {
				return spans, nil
			}
			return spans, err
		}
		if !begun {
			first = e.At
		}
		if e.At < first || e.At-first >= maxProfile {
			continue
		}
		at := time.Duration((e.At - first) * float64(time.Microsecond))
		switch {
		case e.Phase == "B":
			open = append(open, ProfileSpan{Name: e.Name, Args: e.Args.Text, Location: e.Args.Location, Start: at})
		case e.Phase == "E" && len(open) > 0:
			s := open[len(open)-1]
			open = open[:len(open)-1]
			if s.Duration = at - s.Start; s.Duration >= least {
				spans = append(spans, s)
			}
		}
	}
	return spans, nil
}
