package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// What the picture of the timeline holds at most, and its size in units of its
// own.
const (
	maxPicturedJobs  = 3000
	maxPicturedSpans = 3000
	pictureWidth     = 1000
	axisHeight       = 18
)

// timeline is a picture of what the workers did. What it says in colours the
// tables say in words.
func (p *page) timeline() {
	t := layOut(p.d)
	if t.took <= 0 {
		return
	}
	s := p.d.Summary
	p.section("timeline", "Timeline")
	lanes := t.lanes + t.more
	laneHeight := max(4, min(22, 600/lanes))
	height := lanes*laneHeight + axisHeight
	jobs := longest(t.jobs, maxPicturedJobs)
	spans := longest(t.spans, maxPicturedSpans)
	// Frames that scroll are reached by keyboard.
	p.raw("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"Picture of the timeline\">\n"+
		"<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"picture-title picture-text\">\n"+
		"<title id=\"picture-title\">What each worker did, over %s</title>\n<desc id=\"picture-text\">%s in %s of %s. %s</desc>\n",
		pictureWidth, height, duration(Duration(t.took)), plural(len(t.jobs), "step"), plural(t.lanes, "row"), "workers", esc(p.critical()))
	scale := pictureWidth / t.took.Seconds()
	x := func(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()*scale) }
	width := func(from, to time.Duration) string { return fmt.Sprintf("%.2f", max(0.4, (to-from).Seconds()*scale)) }
	for i := range 5 {
		at := t.took * time.Duration(i) / 4
		anchor := []string{"start", "middle", "middle", "middle", "end"}[i]
		p.raw("<path class=\"tick\" d=\"M%s 0V%d\"/><text x=\"%s\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
			x(at), height-axisHeight, x(at), height-4, anchor, duration(Duration(at)))
	}
	for _, j := range jobs {
		class := j.what.Step
		if j.what.Bad() {
			class += " failed"
		}
		p.raw("<g class=\"%s\"><title>%s, %s, %s</title>", class, esc(j.what.what()), esc(j.what.Status), duration(j.what.Duration))
		for _, lane := range j.lanes {
			p.raw("<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\"/>", x(j.start), lane*laneHeight+1, width(j.start, j.end), laneHeight-2)
		}
		p.raw("</g>\n")
	}
	for _, j := range spans {
		if laneHeight < 8 || j.what.Kind != SpanEdge {
			continue
		}
		p.raw("<rect class=\"edge\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\"><title>%s, %s</title></rect>\n",
			x(j.start), j.lanes[0]*laneHeight+laneHeight/2, width(j.start, j.end), laneHeight/2-2, esc(cut(line(j.what.Name), 120)), duration(j.what.Duration))
	}
	p.raw("</svg>\n</div>\n<ul class=\"legend\">")
	for _, step := range []string{"clean", "configure", "build", "test", "install"} {
		if slices.ContainsFunc(t.jobs, func(j placed[Result]) bool { return j.what.Step == step }) {
			p.raw("<li class=\"%s\">%s</li>", step, step)
		}
	}
	p.raw("<li class=\"failed\">failed: framed</li></ul>\n<p>%s</p>\n", esc(p.critical()))
	p.raw("<p>Of the time of the workers, %s was busy and %s idle (%s).</p>\n", duration(s.Busy), duration(s.Idle), percent(s.Idle, s.Busy+s.Idle))
	if n := len(t.jobs) - len(jobs) + len(t.spans) - len(spans); n > 0 {
		p.raw("<p>The %d shortest are not in the picture.</p>\n", n)
	}
	p.end()
}

// critical says what the run could not be shorter than.
func (p *page) critical() string {
	s := p.d.Summary
	if len(s.CriticalPath) == 0 {
		return ""
	}
	var steps []string
	for _, step := range s.CriticalPath {
		steps = append(steps, step.Step+" "+duration(step.Duration))
	}
	first := s.CriticalPath[0]
	name := Result{Project: Project{Path: first.Project}, Variant: Variant{Name: first.Variant}}.tree()
	return fmt.Sprintf("Critical path: %s with %s, together %s of %s.", name, strings.Join(steps, ", "), duration(s.Critical()), duration(s.Wall))
}

// longest are the n longest of a list, in its order.
func longest[T any](list []placed[T], n int) []placed[T] {
	if len(list) <= n {
		return list
	}
	order := slices.Clone(list)
	slices.SortStableFunc(order, func(a, b placed[T]) int { return cmp.Compare(b.end-b.start, a.end-a.start) })
	order = order[:n]
	slices.SortStableFunc(order, func(a, b placed[T]) int { return cmp.Compare(a.start, b.start) })
	return order
}
