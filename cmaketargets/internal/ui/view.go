package ui

import (
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// view is the live view: a line for each running job, as far as there is room,
// and the status line. It has at least one line and at most so many, each of at
// most so many columns.
func (t *tally) view(columns, lines int, s style, now time.Time) []string {
	jobs := t.running
	var more string
	if room := max(lines-1, 0); len(jobs) > room {
		room = max(room-1, 0)
		more = "and " + itoa(len(jobs)-room) + " more"
		jobs = jobs[:room]
	}
	steps, names := 0, 0
	for _, r := range jobs {
		steps = max(steps, Width(text.Clean(r.job.Step)))
		names = max(names, Width(r.job.Name()))
	}
	var view []string
	for _, r := range jobs {
		view = append(view, r.line(columns, steps, names, s, now))
	}
	if more != "" && lines > 1 {
		view = append(view, s.faint(cut(more, columns)))
	}
	return append(view, t.status(columns, s, now))
}

// Columns of a job's line.
const (
	roomy    = 60 // from here on columns are aligned and say what is being done
	elapsed  = 6  // "59m59s"
	minDoing = 12
)

// line is "build  libs/foo   12s  [37/120] Building C object a.o". steps and
// names are the widths of the longest step and name beside it.
func (r *running) line(columns, steps, names int, s style, now time.Time) string {
	step, name := text.Clean(r.job.Step), oneLine(r.job.Name())
	took := text.Seconds(now.Sub(r.since))
	if columns < roomy {
		// The name is what tells the lines apart; the step goes first.
		line := cutFront(name, columns-len(took)-1)
		if room := columns - len(took) - 2 - Width(line); room >= len(step) {
			line = step + " " + line
		}
		line += " " + took
		if room := columns - Width(line) - 2; r.now() != "" && room >= minDoing {
			return line + "  " + s.faint(cut(oneLine(r.now()), room))
		}
		return line
	}
	names = min(names, max(columns/3, columns-steps-elapsed-6-minDoing-40))
	line := pad(step, steps) + "  " + s.bold(pad(cutFront(name, names), names)) + "  " + padFront(took, elapsed)
	room := columns - steps - names - max(elapsed, len(took)) - 6
	return line + "  " + s.faint(cut(oneLine(r.now()), room))
}

// oneLine makes blanks of tabs, whose width depends on where they stand.
func oneLine(text string) string { return strings.ReplaceAll(text, "\t", " ") }

// status is "4 done, 1 running, 7 queued, 0 failed, 21s, about 40s left", or as
// much of it as there is room for; failures are the last to go.
func (t *tally) status(columns int, s style, now time.Time) string {
	type part struct {
		text string
		rank int // the highest goes first
	}
	parts := []part{
		{itoa(t.done) + " done", 2},
		{itoa(len(t.running)) + " running", 3},
		{itoa(len(t.queued)) + " queued", 4},
		{itoa(t.failed) + " failed", 0},
		{text.Seconds(now.Sub(t.began)), 1},
	}
	if left := t.remains(now); left >= time.Second {
		parts = append(parts, part{"about " + text.Seconds(roughly(left)) + " left", 5})
	}
	for rank := 5; ; rank-- {
		var texts, shown []string
		for _, p := range parts {
			if p.rank > rank {
				continue
			}
			texts = append(texts, p.text)
			if p.rank == 0 && t.failed > 0 {
				p.text = s.mood(Bad, p.text)
			}
			shown = append(shown, p.text)
		}
		line := strings.Join(texts, ", ")
		if Width(line) <= columns {
			return strings.Join(shown, ", ")
		}
		if rank == 0 {
			return cut(line, columns)
		}
	}
}

// roughly rounds an estimate to what it is worth.
func roughly(d time.Duration) time.Duration {
	switch {
	case d < 10*time.Second:
		return d.Round(time.Second)
	case d < time.Minute:
		return d.Round(5 * time.Second)
	default:
		return d.Round(30 * time.Second)
	}
}

// some is how many running jobs the plain line names.
const some = 4

// still is the plain line on what is still running, "" when nothing is.
func (t *tally) still(now time.Time) string {
	if len(t.running) == 0 {
		return ""
	}
	var names []string
	for i, r := range t.running {
		if i == some {
			names = append(names, itoa(len(t.running)-some)+" more")
			break
		}
		name := r.job.String() + " " + text.Seconds(now.Sub(r.since))
		if doing := r.now(); doing != "" {
			name += " " + cut(oneLine(doing), minDoing*4)
		}
		names = append(names, name)
	}
	return pad("running", verdictWidth) + "  " + strings.Join(names, "; ") + "  (" + t.status(1<<10, style{}, now) + ")"
}
