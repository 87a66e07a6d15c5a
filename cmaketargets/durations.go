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
// 2026-01-31T12:00:00Z". It serves the estimate on the screen and List, and no
// decision, so nothing is lost when it is missing or damaged.
const durationsFile = "durations"

// maxDurations bounds it, in bytes; it has a line for each step.
const maxDurations = 64 << 10

// maxTook bounds how long a step is believed to have taken, so that the sum of
// many can be told.
const maxTook = 1000 * time.Hour

// timing is when a step last ended well, and how long it took.
type timing struct {
	took time.Duration
	at   time.Time
}

// lastTime is a step's, zero when nobody knows.
func (t *tree) lastTime(step Step) timing { return t.timings()[step] }

func (t *tree) timings() map[Step]timing {
	of := map[Step]timing{}
	data, _, _ := regular.Read(filepath.Join(t.dir, stateDir, durationsFile), maxDurations)
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) != 3 {
			continue
		}
		took, err := time.ParseDuration(words[1])
		at, err2 := time.Parse(time.RFC3339, words[2])
		if err == nil && err2 == nil && 0 <= took && took <= maxTook {
			of[Step(words[0])] = timing{took, at}
		}
	}
	return of
}

// keepTime writes down how long a step took that went well, and just ended.
func (t *tree) keepTime(step Step, took time.Duration) {
	of := t.timings()
	of[step] = timing{took.Round(time.Millisecond), time.Now()}
	var b strings.Builder
	for _, step := range slices.Sorted(maps.Keys(of)) {
		fmt.Fprintf(&b, "%s %s %s\n", step, of[step].took, of[step].at.UTC().Format(time.RFC3339))
	}
	_ = writeFile(filepath.Join(t.dir, stateDir, durationsFile), []byte(b.String()))
}
