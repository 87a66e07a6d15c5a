package cmaketargets

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// durationsFile says, in a tree's state directory, how long its steps took the
// last time that they went well, and when: a line each, "build 12.3s
// 2026-01-31T12:00:00Z", with "failed" behind it when the step has failed since;
// "build 0s - failed" when it never went well. It serves the estimate on the
// screen and List, and no decision, so nothing is lost when it is missing or
// damaged.
const durationsFile = "durations"

// maxDurations bounds it, in bytes; it has a line for each step.
const maxDurations = 64 << 10

// maxTook bounds how long a step is believed to have taken, so that the sum of
// many can be told.
const maxTook = 1000 * time.Hour

// timing is when a step last ended well, how long it took, and whether it has
// failed since.
type timing struct {
	took   time.Duration
	at     time.Time // zero for never
	failed bool
}

// timings are those of the tree's steps, as far as anybody knows.
func (t *tree) timings() map[Step]timing {
	of := map[Step]timing{}
	data, _, _ := fsutil.Read(filepath.Join(t.dir, stateDir, durationsFile), maxDurations)
	for line := range strings.Lines(string(data)) {
		words := append(strings.Fields(line), "", "", "", "")
		took, err := time.ParseDuration(words[1])
		at, err2 := time.Parse(time.RFC3339, words[2])
		known := words[2] == "-" || err2 == nil
		if err == nil && known && 0 <= took && took <= maxTook {
			of[Step(words[0])] = timing{took, at, words[3] == "failed"}
		}
	}
	return of
}

// keepTime writes down how long a step took that went well, and just ended.
func (t *tree) keepTime(step Step, took time.Duration) {
	of := t.timings()
	of[step] = timing{took: took.Round(time.Millisecond), at: time.Now()}
	t.keepTimings(of)
}

// keepFailure writes down that a step failed.
func (t *tree) keepFailure(step Step) {
	of := t.timings()
	last := of[step]
	last.failed = true
	of[step] = last
	t.keepTimings(of)
}

func (t *tree) keepTimings(of map[Step]timing) {
	var b strings.Builder
	for _, step := range slices.Sorted(maps.Keys(of)) {
		last, at, failed := of[step], "-", ""
		if !last.at.IsZero() {
			at = last.at.UTC().Format(time.RFC3339)
		}
		if last.failed {
			failed = " failed"
		}
		fmt.Fprintf(&b, "%s %s %s%s\n", step, last.took, at, failed)
	}
	_ = writeFile(filepath.Join(t.dir, stateDir, durationsFile), []byte(b.String()))
}
