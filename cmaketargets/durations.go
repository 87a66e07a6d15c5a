package cmaketargets

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/regular"
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

// times are those of the tree's steps, as far as anybody knows.
func (t *tree) times() map[Step]timing {
	of := map[Step]timing{}
	data, _, _ := regular.Read(filepath.Join(t.dir, stateDir, durationsFile), maxDurations)
	for line := range strings.Lines(string(data)) {
		words := append(strings.Fields(line), "", "", "")
		took, err := time.ParseDuration(words[1])
		at, err2 := time.Parse(time.RFC3339, words[2])
		failed := words[3] == "failed"
		if err == nil && (err2 == nil || failed) && 0 <= took && took <= maxTook {
			of[Step(words[0])] = timing{took, at, failed}
		}
	}
	return of
}

// keepTime writes down how long a step took that went well, and just ended.
func (t *tree) keepTime(step Step, took time.Duration) {
	times := t.times()
	times[step] = timing{took: took.Round(time.Millisecond), at: time.Now()}
	t.writeTimes(times)
}

// keepFailure writes down that a step failed.
func (t *tree) keepFailure(step Step) {
	times := t.times()
	last := times[step]
	last.failed = true
	times[step] = last
	t.writeTimes(times)
}

func (t *tree) writeTimes(times map[Step]timing) {
	var b strings.Builder
	for _, step := range slices.Sorted(maps.Keys(times)) {
		at, failed := "-", ""
		if last := times[step]; !last.at.IsZero() {
			at = last.at.UTC().Format(time.RFC3339)
		}
		if times[step].failed {
			failed = " failed"
		}
		fmt.Fprintf(&b, "%s %s %s%s\n", step, times[step].took, at, failed)
	}
	_ = writeFile(filepath.Join(t.dir, stateDir, durationsFile), []byte(b.String()))
}
