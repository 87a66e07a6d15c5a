package ui

import (
	"fmt"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// view returns the live view: a line for each running job, as far as there is room, and the status
// line. It has between one and that many lines, each of at most that many columns.
func (j *jobs) view(columns, lines int, s style, now time.Time) []string {
	running := j.running
	var more string
	if room := max(lines-1, 0); len(running) > room {
		room = max(room-1, 0)
		more = fmt.Sprintf("and %d more", len(running)-room)
		running = running[:room]
	}
	steps, names := 0, 0
	for _, r := range running {
		steps = max(steps, Width(text.Clean(r.job.Step)))
		names = max(names, Width(r.job.Name()))
	}
	var view []string
	for _, r := range running {
		view = append(view, r.line(columns, steps, names, s, now))
	}
	if more != "" && lines > 1 {
		view = append(view, s.paint(Faint, cut(more, columns)))
	}
	return append(view, j.status(columns, s, now))
}

// Columns of a job's line.
const (
	wide        = 60 // a terminal with so many has aligned columns with the activity
	elapsed     = 6  // "59m59s"
	minActivity = 12
)

// line returns "build  libs/foo   12s  [37/120] Building C object a.o". steps and names are the
// widths of the longest step and name beside it.
func (r *runningJob) line(columns, steps, names int, s style, now time.Time) string {
	step, name, activity := text.Clean(r.job.Step), noTabs(r.job.Name()), noTabs(r.activity)
	if r.host != "" {
		activity = strings.TrimSpace("on " + noTabs(r.host) + "  " + activity)
	}
	took := text.Seconds(now.Sub(r.since))
	if columns < wide {
		// The name distinguishes the lines; the step goes first.
		line := cutFront(name, columns-len(took)-1)
		if room := columns - len(took) - 2 - Width(line); room >= len(step) {
			line = step + " " + line
		}
		line += " " + took
		if room := columns - Width(line) - 2; activity != "" && room >= minActivity {
			line += "  " + s.paint(Faint, cut(activity, room))
		}
		return line
	}
	names = min(names, max(columns/3, columns-steps-elapsed-6-minActivity-40))
	line := pad(step, steps) + "  " + s.bold(pad(cutFront(name, names), names)) + "  " + padFront(took, elapsed)
	room := columns - steps - names - max(elapsed, len(took)) - 6
	return line + "  " + s.paint(Faint, cut(activity, room))
}

// noTabs replaces tabs, whose width depends on their place, by blanks.
func noTabs(text string) string { return strings.ReplaceAll(text, "\t", " ") }

// status returns "4 done, 1 running, 7 queued, 0 failed, 21s, about 40s left", or as much of it as
// there is room for; the failures go last.
func (j *jobs) status(columns int, s style, now time.Time) string {
	type part struct {
		text string
		rank int // the highest goes first
	}
	failed := fmt.Sprintf("%d failed", j.failed)
	parts := []part{
		{fmt.Sprintf("%d done", j.done), 2},
		{fmt.Sprintf("%d running", len(j.running)), 3},
		{fmt.Sprintf("%d queued", len(j.queued)), 4},
		{failed, 0},
		{text.Seconds(now.Sub(j.began)), 1},
	}
	if left := j.remaining(now); left >= time.Second {
		parts = append(parts, part{"about " + text.Seconds(roundEstimate(left)) + " left", 5})
	}
	for rank := 5; ; rank-- {
		var kept []string
		for _, p := range parts {
			if p.rank <= rank {
				kept = append(kept, p.text)
			}
		}
		line := strings.Join(kept, ", ")
		switch {
		case Width(line) <= columns && j.failed > 0:
			return strings.Replace(line, failed, s.paint(Bad, failed), 1)
		case Width(line) <= columns:
			return line
		case rank == 0:
			return cut(line, columns)
		}
	}
}

// roundEstimate rounds an estimate to its accuracy.
func roundEstimate(d time.Duration) time.Duration {
	switch {
	case d < 10*time.Second:
		return d.Round(time.Second)
	case d < time.Minute:
		return d.Round(5 * time.Second)
	default:
		return d.Round(30 * time.Second)
	}
}

// maxRunning bounds the jobs in the plain line.
const maxRunning = 4

// runningLine returns the plain line with the running jobs, "" when there are none.
func (j *jobs) runningLine(now time.Time) string {
	if len(j.running) == 0 {
		return ""
	}
	var names []string
	for i, r := range j.running {
		if i == maxRunning {
			names = append(names, fmt.Sprintf("%d more", len(j.running)-maxRunning))
			break
		}
		name := r.job.String() + " " + text.Seconds(now.Sub(r.since))
		if r.activity != "" {
			name += " " + cut(noTabs(r.activity), minActivity*4)
		}
		names = append(names, name)
	}
	return pad("running", verdictWidth) + "  " + strings.Join(names, "; ") + "  (" + j.status(1<<10, style{}, now) + ")"
}
