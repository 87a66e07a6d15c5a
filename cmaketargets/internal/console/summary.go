package console

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Summary prints the last line of a run: "12 configured, 1 failed, 0 skipped in 3.1s". Steps that were only needed for
// the requested ones count if they did something. launched has the counts of the compile launcher.
func (c *Console) Summary(results []model.Result, chain []model.Step, launched model.Launched) {
	count := map[model.Status]int{}
	done := map[model.Step]int{}
	for _, r := range results {
		switch {
		case r.Status.Good():
			done[r.Step]++
			count[r.Status]++
		case r.Status != model.UpToDate || slices.Contains(c.Requested, r.Step):
			count[r.Status]++
		}
	}
	var parts []string
	add := func(n int, what string) { parts = append(parts, fmt.Sprintf("%d %s", n, what)) }
	if n := count[model.Planned]; n > 0 {
		add(n, "to do")
	}
	for _, step := range chain {
		if done[step] > 0 || slices.Contains(c.Requested, step) && count[model.Planned] == 0 {
			add(done[step], step.Past())
		}
	}
	if n := count[model.OnRetry]; n > 0 {
		add(n, "of them on retry")
	}
	if n := count[model.UpToDate]; n > 0 {
		add(n, "up to date")
	}
	add(count[model.Failed]+count[model.TimedOut], "failed")
	if n := count[model.Quarantined]; n > 0 {
		add(n, "quarantined")
	}
	add(count[model.Skipped], "skipped")
	if n := count[model.Cancelled]; n > 0 {
		add(n, "cancelled")
	}
	line := strings.Join(parts, ", ") + " in " + text.Duration(time.Since(c.Start))
	if launched.Name != "" {
		line += "; " + launched.String()
	}
	c.Screen.Line(line)
}
