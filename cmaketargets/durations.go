package cmaketargets

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// durationsFile says, in a tree's state directory, how long its steps took the
// last time: a line each, "build 12.3s". It serves the estimate on the screen
// and no decision, so nothing is lost when it is missing or damaged.
const durationsFile = "durations"

// lastDuration is how long a step took the last time, 0 when nobody knows.
func (t *tree) lastDuration(step Step) time.Duration { return t.durations()[step] }

func (t *tree) durations() map[Step]time.Duration {
	of := map[Step]time.Duration{}
	data, _ := os.ReadFile(filepath.Join(t.dir, stateDir, durationsFile))
	for line := range strings.Lines(string(data)) {
		step, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if d, err := time.ParseDuration(value); err == nil && d > 0 {
			of[Step(step)] = d
		}
	}
	return of
}

// keepDuration writes down how long a step took that went well.
func (t *tree) keepDuration(step Step, took time.Duration) {
	of := t.durations()
	of[step] = took.Round(time.Millisecond)
	var b strings.Builder
	for _, step := range slices.Sorted(maps.Keys(of)) {
		fmt.Fprintf(&b, "%s %s\n", step, of[step])
	}
	_ = os.WriteFile(filepath.Join(t.dir, stateDir, durationsFile), []byte(b.String()), 0o666)
}
