package console

import (
	"cmp"
	"slices"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// The slowest steps are shown after a run of at least minSteps commands and longRun.
const (
	slowest  = 5
	longRun  = 2 * time.Second
	minSteps = 3
)

// Digest shows the end of a run: its failures, the steps cancelled by cause, its new warnings and
// its slowest steps.
func (c *Console) Digest(results []model.Result, cause error) {
	d := ui.Digest{Warnings: newWarnings(results)}
	failed := slices.DeleteFunc(slices.Clone(results), func(r model.Result) bool { return !r.Status.Bad() })
	for _, group := range diagnose.Group(failed) {
		d.Failures = append(d.Failures, c.failure(group))
	}
	d.Listed = c.listed(results)
	for _, r := range results {
		title := string(r.Step) + " " + r.Title()
		if r.Retried != "" {
			i := slices.IndexFunc(d.Retried, func(known ui.Retried) bool { return known.Why == r.Retried })
			if i < 0 {
				i = len(d.Retried)
				d.Retried = append(d.Retried, ui.Retried{Why: r.Retried})
			}
			d.Retried[i].Steps = append(d.Retried[i].Steps, title)
		}
		if r.Status == model.Cancelled {
			if cause != nil {
				d.Cause = cause.Error()
			}
			if r.Start.IsZero() {
				d.Unbegun++
			} else {
				d.Cancelled = append(d.Cancelled, title)
			}
		}
		if len(r.Args) > 0 {
			d.Slowest = append(d.Slowest, ui.Slow{Name: title, Duration: r.Duration})
			d.Total += r.Duration
		}
	}
	if len(d.Slowest) < minSteps || time.Since(c.Start) < longRun {
		d.Slowest = nil
	}
	text.SortStable(d.Slowest, func(a, b ui.Slow) int { return cmp.Compare(b.Duration, a.Duration) })
	d.Slowest = d.Slowest[:min(len(d.Slowest), slowest)]
	c.Screen.Digest(d)
}

// newWarnings counts the new warnings of each project, the most first.
func newWarnings(results []model.Result) []ui.Count {
	var list []ui.Count
	for _, r := range results {
		if r.NewWarnings == 0 {
			continue
		}
		i := slices.IndexFunc(list, func(c ui.Count) bool { return c.Where == r.Title() })
		if i < 0 {
			i = len(list)
			list = append(list, ui.Count{Where: r.Title()})
		}
		list[i].N += r.NewWarnings
	}
	text.SortStable(list, func(a, b ui.Count) int { return cmp.Compare(b.N, a.N) })
	return list
}
