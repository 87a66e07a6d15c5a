package model

import (
	"fmt"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Launched has the counts of a compile launcher in a build, or in several.
type Launched struct {
	Name   string `json:"name"`             // "ccache"
	Hits   int    `json:"hits"`             // compiles that it answered
	Misses int    `json:"misses"`           // compiles that it had to do, and can answer next time
	Remote int    `json:"remote,omitempty"` // of Hits, those from remote storage
	// Reasons counts the other calls by the reason why the cache had no part in them, and the
	// failures of remote storage, in the launcher's words: "compile failed".
	Reasons map[string]int `json:"reasons,omitempty"`
}

// String returns the counts in words: "ccache 12 hits, 1 miss, 2 compile failed". It is empty for the zero
// value.
func (l Launched) String() string {
	if l.Name == "" {
		return ""
	}
	hits := text.Count(l.Hits, "hit")
	if l.Remote > 0 {
		hits += fmt.Sprintf(" (%d remote)", l.Remote)
	}
	misses := "1 miss"
	if l.Misses != 1 {
		misses = fmt.Sprintf("%d misses", l.Misses)
	}
	parts := []string{l.Name + " " + hits, misses}
	for _, reason := range text.SortedKeys(l.Reasons) {
		parts = append(parts, fmt.Sprintf("%d %s", l.Reasons[reason], reason))
	}
	return strings.Join(parts, ", ")
}

// Since returns the counts without those of an earlier time, zero for none. Counts that are less than then
// have begun again.
func (l Launched) Since(before Launched) Launched {
	again := l.Hits < before.Hits || l.Misses < before.Misses || l.Remote < before.Remote
	for reason, n := range before.Reasons {
		again = again || l.Reasons[reason] < n
	}
	if again {
		before = Launched{}
	}
	since := Launched{Name: l.Name, Hits: l.Hits - before.Hits, Misses: l.Misses - before.Misses, Remote: l.Remote - before.Remote}
	since.add(l.Reasons, 1)
	since.add(before.Reasons, -1)
	if since.Hits+since.Misses == 0 && since.Reasons == nil {
		return Launched{}
	}
	return since
}

// Launches returns the sum of the counts of some results.
func Launches(results []Result) Launched {
	var sum Launched
	for _, r := range results {
		if l := r.Launched; l.Name != "" {
			sum.Name, sum.Hits, sum.Misses, sum.Remote = l.Name, sum.Hits+l.Hits, sum.Misses+l.Misses, sum.Remote+l.Remote
			sum.add(l.Reasons, 1)
		}
	}
	return sum
}

func (l *Launched) add(reasons map[string]int, sign int) {
	for reason, n := range reasons {
		if l.Reasons == nil {
			l.Reasons = map[string]int{}
		}
		if l.Reasons[reason] += sign * n; l.Reasons[reason] == 0 {
			delete(l.Reasons, reason)
		}
	}
	if len(l.Reasons) == 0 {
		l.Reasons = nil
	}
}
