package treestate

import (
	"fmt"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// timingsFile has a line for each step: "build 12.3s 2026-01-31T12:00:00Z" for the
// last success, with "failed" at its end when the step has failed since, and
// "build 0s - failed" when it never succeeded. Only estimates and List use it, so a
// damaged file counts as an empty one.
const timingsFile = "durations"

const (
	maxTimingsFile = 64 << 10 // bytes
	// maxTook keeps the sum of many durations from overflowing.
	maxTook = 1000 * time.Hour
)

// Timing is the last success of a step.
type Timing struct {
	Took   time.Duration
	At     time.Time // its end; zero for none
	Failed bool      // the step has failed since
}

// Timings returns the timings of the steps in a build tree.
func Timings(buildDir string) map[model.Step]Timing {
	timings := map[model.Step]Timing{}
	data, _, _ := fsutil.Read(Path(buildDir, timingsFile), maxTimingsFile)
	for line := range strings.Lines(string(data)) {
		words := append(strings.Fields(line), "", "", "", "")
		took, err := time.ParseDuration(words[1])
		at, timeErr := time.Parse(time.RFC3339, words[2])
		if err == nil && (words[2] == "-" || timeErr == nil) && 0 <= took && took <= maxTook {
			timings[model.Step(words[0])] = Timing{took, at, words[3] == "failed"}
		}
	}
	return timings
}

// Succeeded records that a step succeeded just now.
func Succeeded(buildDir string, step model.Step, took time.Duration) {
	timings := Timings(buildDir)
	timings[step] = Timing{Took: took.Round(time.Millisecond), At: time.Now()}
	writeTimings(buildDir, timings)
}

// Failed records that a step failed.
func Failed(buildDir string, step model.Step) {
	timings := Timings(buildDir)
	last := timings[step]
	last.Failed = true
	timings[step] = last
	writeTimings(buildDir, timings)
}

func writeTimings(buildDir string, timings map[model.Step]Timing) {
	var b strings.Builder
	for _, step := range text.SortedKeys(timings) {
		last, at, failed := timings[step], "-", ""
		if !last.At.IsZero() {
			at = last.At.UTC().Format(time.RFC3339)
		}
		if last.Failed {
			failed = " failed"
		}
		fmt.Fprintf(&b, "%s %s %s%s\n", step, last.Took, at, failed)
	}
	_ = fsutil.WriteFile(Path(buildDir, timingsFile), []byte(b.String()))
}
