package cmake

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// ProfileArgs are the arguments that make cmake write a profile of the
// configure step; it needs [Profiling].
func ProfileArgs(file string) []string {
	return []string{"--profiling-format=google-trace", "--profiling-output=" + file}
}

// ProfileSpan is a command of the CMake language and how long it took, with
// all that it called. Spans nest.
type ProfileSpan struct {
	Name     string // "find_package"
	Args     string // as the profile has them, "Threads REQUIRED"
	Location string // "/src/CMakeLists.txt:4"
	Start    time.Duration
	Duration time.Duration
}

// ReadProfile reads the profile in file and returns its spans that took at
// least so long, in the order in which they ended, the time counted from the
// first command. Of a profile that ends early, as after a kill, it returns
// what was finished. Memory does not grow with the file.
func ReadProfile(file string, least time.Duration) ([]ProfileSpan, error) {
	f, err := fsutil.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return readProfile(bufio.NewReader(f), least)
}

// profileEvent is an event in the form that CMake shares with Chrome: a begin
// "B" or an end "E", at a time in microseconds.
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

// maxProfile is the longest time that a profile is believed to tell of, in
// microseconds.
const maxProfile = 1e12

// maxSpans bounds what is kept of one profile.
const maxSpans = 20_000

func readProfile(r io.Reader, least time.Duration) ([]ProfileSpan, error) {
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
