package cmaketargets

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/record"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// showResult tells the screen that a step ended. One that was only needed on
// the way and had nothing to do is not worth a line, nor is one that the end of
// the run kept from beginning.
func (r *run) showResult(res Result) {
	quiet := res.Status == StatusUpToDate && !slices.Contains(r.asked, res.Step) && !r.verbose ||
		res.Status == StatusCancelled && res.Start.IsZero()
	r.screen.Send(ui.Ended{
		Job: res.shown, Failed: res.Status.failed(), Cancelled: res.Status == StatusCancelled, Quiet: quiet, Block: r.block(res),
	})
}

func (r *run) block(res Result) ui.Block {
	b := ui.Block{Step: string(res.Step), Name: res.name(), Duration: res.Duration, Verdict: string(res.Status), Log: r.show(res.LogFile)}
	switch res.Status {
	case StatusOK:
		b.Mood = ui.Good
		// Why a tree that was configured before is configured again is worth
		// knowing; why a new one is, or that somebody asked, is not.
		if r.verbose || res.Step == StepClean || res.Step == StepConfigure && res.Reason != record.Never {
			b.Note = res.Reason
		}
		if res.Detection != "" && r.verbose {
			b.Note += "; compiler detection " + res.Detection
		}
	case StatusUpToDate:
		b.Duration, b.Mood = 0, ui.Faint
	case StatusFailed, StatusTimedOut:
		b.Verdict, b.Mood = "FAILED", ui.Bad
		b.Note = causeOf(res.Err).Error()
	case StatusCancelled:
		b.Note, b.Mood = res.Reason, ui.Odd
	default:
		b.Note, b.Duration, b.Mood = res.Reason, 0, ui.Odd
	}
	// Under -v it was printed as it came.
	if !r.verbose || res.LogFile == "" {
		b.Output, b.Cut, b.Detail = res.output, res.cut, !res.Status.failed()
	}
	return b
}

// The slowest steps are shown when a run was long enough for anyone to wonder.
const (
	slowest  = 5
	longRun  = 2 * time.Second
	fewSteps = 3
)

// digest is the end of a run as the screen shows it: of what this run did.
func (r *run) digest(own Report) ui.Digest {
	d := ui.Digest{Failures: r.failures(own.Failed())}
	warnings := map[string]int{}
	var where []string
	for _, res := range own {
		what := string(res.Step) + " " + res.name()
		if res.Status == StatusCancelled {
			d.Cause = context.Cause(r.ctx).Error()
			if res.Start.IsZero() {
				d.Unbegun++
			} else {
				d.Cancelled = append(d.Cancelled, what)
			}
		}
		if res.NewWarnings > 0 {
			project := res.name()
			if warnings[project] == 0 {
				where = append(where, project)
			}
			warnings[project] += res.NewWarnings
		}
		if len(res.Args) > 0 {
			d.Slowest = append(d.Slowest, ui.Slow{What: what, Took: res.Duration})
			d.Total += res.Duration
		}
	}
	for _, project := range where {
		d.Warnings = append(d.Warnings, ui.Count{Where: project, N: warnings[project]})
	}
	slices.SortStableFunc(d.Warnings, func(a, b ui.Count) int { return cmp.Compare(b.N, a.N) })
	if len(d.Slowest) < fewSteps || time.Since(r.start) < longRun {
		d.Slowest = nil
	}
	slices.SortStableFunc(d.Slowest, func(a, b ui.Slow) int { return cmp.Compare(b.Took, a.Took) })
	d.Slowest = d.Slowest[:min(len(d.Slowest), slowest)]
	return d
}
