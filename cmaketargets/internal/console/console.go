// Package console makes of results the blocks, the digest, the summary line and the tables that the
// screen shows.
package console

import (
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// Console shows one run on a screen.
type Console struct {
	Screen    *ui.Screen
	Verbose   bool
	Requested []model.Step             // the steps of the run, without those that they need
	Show      func(path string) string // shortens a path
	Base      string                   // excerpts are taken from source files below it
	Start     time.Time                // of the run
}

// Ended shows the end of a step. A step that was only needed for another and had nothing to do gets
// no line, nor does one that was cancelled before it began.
func (c *Console) Ended(job *ui.Job, r model.Result) {
	quiet := r.Status == model.UpToDate && !slices.Contains(c.Requested, r.Step) && !c.Verbose ||
		r.Status == model.Cancelled && r.Start.IsZero()
	c.Screen.Send(ui.Ended{
		Job: job, Failed: r.Status.Bad(), Cancelled: r.Status == model.Cancelled, Quiet: quiet, Block: c.block(r),
	})
}

func (c *Console) block(r model.Result) ui.Block {
	b := ui.Block{Step: string(r.Step), Name: r.Title(), Duration: r.Duration, Verdict: words(r.Status), Log: c.Show(r.LogFile)}
	switch r.Status {
	case model.OK:
		b.Tone = ui.Good
		// The reason is of interest where a build tree is configured again.
		if c.Verbose || r.Step == model.Clean || r.Step == model.Configure && r.Reason != inputs.NeverConfigured {
			b.Note = r.Reason
		}
		if detection := r.Detection.String(); detection != "" && c.Verbose {
			b.Note += "; compiler detection " + detection
		}
		if r.Retried != "" {
			b.Note += "; done again"
		}
		b.Note = strings.Trim(b.Note+"; "+r.Launched.String(), "; ")
	case model.OnRetry:
		b.Tone, b.Note = ui.Good, strings.Trim(attempts(r)+"; "+r.Launched.String(), "; ")
	case model.Quarantined:
		b.Tone, b.Note = ui.Caution, model.Cause(r.Err).Error()+"; "+r.Quarantine
	case model.UpToDate:
		b.Duration, b.Tone = 0, ui.Faint
		if r.Step == model.Test { // for other steps it is the expected one
			b.Note = r.Reason
		}
	case model.Failed, model.TimedOut:
		b.Verdict, b.Tone = "FAILED", ui.Bad
		b.Note = model.Cause(r.Err).Error()
	case model.Cancelled:
		b.Note, b.Tone = r.Reason, ui.Caution
	default:
		b.Note, b.Duration, b.Tone = r.Reason, 0, ui.Caution
	}
	if r.Host != "" {
		b.Note = strings.TrimSuffix("on "+r.Host+"; "+b.Note, "; ")
	}
	// With -v the output was printed as it came.
	if !c.Verbose || r.LogFile == "" {
		b.Output, b.Cut, b.Detail = r.Output, r.OutputCut, !r.Status.Bad()
	}
	return b
}

// words returns a status for people: "up to date".
func words(s model.Status) string { return strings.ReplaceAll(string(s), "-", " ") }
