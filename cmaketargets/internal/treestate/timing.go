package treestate

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// timingsFile has a line for each step: "build 12.3s 2026-01-31T12:00:00Z" for the
// last success, with "failed" behind it when the step has failed since, and
// "build 0s - failed" when it never succeeded; "peak=734003200" at its end is Peak. Only estimates and List use it, so a
// damaged file counts as an empty one.
const timingsFile = "durations"

const (
	maxTimingsFile = 64 << 10 // bytes
	// maxTook keeps the sum of many durations from overflowing.
	maxTook = 1000 * time.Hour
	// maxPeak keeps that of many peaks from it.
	maxPeak = 1 << 45 // bytes
)

// Timing is the last success of a step.
type Timing struct {
	Took   time.Duration
	At     time.Time // its end; zero for none
	Failed bool      // the step has failed since
	// Peak is the most memory that one process of the step had, ever, in bytes: that of a build with
	// little to do does not predict the next one. 0 where it is unknown.
	Peak int64
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
			last := Timing{Took: took, At: at, Failed: words[3] == "failed"}
			for _, word := range words[3:] {
				if peak, ok := strings.CutPrefix(word, "peak="); ok {
					last.Peak, _ = strconv.ParseInt(peak, 10, 64)
				}
			}
			last.Peak = max(0, min(last.Peak, maxPeak))
			timings[model.Step(words[0])] = last
		}
	}
	return timings
}

// Succeeded records that a step succeeded just now, with the memory that it needed.
func Succeeded(buildDir string, step model.Step, took time.Duration, peak int64) {
	timings := Timings(buildDir)
	timings[step] = Timing{Took: took.Round(time.Millisecond), At: time.Now(), Peak: max(peak, timings[step].Peak)}
	writeTimings(buildDir, timings)
}

// Failed records that a step failed, with the memory that it had until then.
func Failed(buildDir string, step model.Step, peak int64) {
	timings := Timings(buildDir)
	last := timings[step]
	last.Failed, last.Peak = true, max(peak, last.Peak)
	timings[step] = last
	writeTimings(buildDir, timings)
}

func writeTimings(buildDir string, timings map[model.Step]Timing) {
	var b strings.Builder
	var steps []string
	for step := range timings {
		steps = append(steps, string(step))
	}
	for _, step := range text.Unique(steps) {
		last, at, failed := timings[model.Step(step)], "-", ""
		if !last.At.IsZero() {
			at = last.At.UTC().Format(time.RFC3339)
		}
		if last.Failed {
			failed = " failed"
		}
		fmt.Fprintf(&b, "%s %s %s%s", step, last.Took, at, failed)
		if last.Peak > 0 {
			fmt.Fprintf(&b, " peak=%d", last.Peak)
		}
		b.WriteByte('\n')
	}
	_ = fsutil.WriteFile(Path(buildDir, timingsFile), []byte(b.String()))
}
