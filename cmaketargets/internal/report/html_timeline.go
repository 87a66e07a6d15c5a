package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Bounds and size of the picture, the size in units of its own.
const (
	maxPicturedSteps = 3000
	maxPicturedSpans = 3000
	pictureWidth     = 1000
	axisHeight       = 18
)

// timeline writes a picture of the workers' time. Its colours have words in the tables.
func (p *page) timeline() {
	t := newTimeline(p.d)
	if t.length <= 0 {
		return
	}
	s := p.d.Summary
	p.section("timeline", "Timeline")
	lanes := t.lanes + t.extra
	laneHeight := max(4, min(22, 600/lanes))
	height := lanes*laneHeight + axisHeight
	steps := longest(t.steps, maxPicturedSteps)
	spans := longest(t.spans, maxPicturedSpans)
	// The keyboard reaches frames that scroll.
	p.raw("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"Picture of the timeline\">\n"+
		"<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"picture-title picture-text\">\n"+
		"<title id=\"picture-title\">What each worker did, over %s</title>\n<desc id=\"picture-text\">%s in %s of %s. %s</desc>\n",
		pictureWidth, height, Duration(t.length), text.Count(len(t.steps), "step"), text.Count(t.lanes, "row"), "workers", esc(p.criticalPath()))
	scale := pictureWidth / t.length.Seconds()
	x := func(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()*scale) }
	width := func(from, to time.Duration) string { return fmt.Sprintf("%.2f", max(0.4, (to-from).Seconds()*scale)) }
	for i := range 5 {
		at := t.length * time.Duration(i) / 4
		anchor := []string{"start", "middle", "middle", "middle", "end"}[i]
		p.raw("<path class=\"tick\" d=\"M%s 0V%d\"/><text x=\"%s\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
			x(at), height-axisHeight, x(at), height-4, anchor, Duration(at))
	}
	for _, step := range steps {
		r := step.item
		class := string(r.Step)
		if r.Status.Bad() {
			class += " failed"
		}
		p.raw("<g class=\"%s\"><title>%s, %s, %s</title>", class, esc(r.stepName()), esc(words(r.Status)), r.Duration)
		for _, lane := range step.lanes {
			p.raw("<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\"/>", x(step.start), lane*laneHeight+1, width(step.start, step.end), laneHeight-2)
		}
		p.raw("</g>\n")
	}
	for _, span := range spans {
		if laneHeight < 8 || span.item.Kind != SpanEdge {
			continue
		}
		p.raw("<rect class=\"edge\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\"><title>%s, %s</title></rect>\n",
			x(span.start), span.lanes[0]*laneHeight+laneHeight/2, width(span.start, span.end), laneHeight/2-2, esc(cut(oneLine(span.item.Name), 120)), span.item.Duration)
	}
	p.raw("</svg>\n</div>\n<ul class=\"legend\">")
	for _, step := range model.Steps {
		if slices.ContainsFunc(t.steps, func(p placed[Result]) bool { return p.item.Step == step }) {
			p.raw("<li class=\"%s\">%s</li>", step, step)
		}
	}
	p.raw("<li class=\"failed\">failed: framed</li></ul>\n<p>%s</p>\n", esc(p.criticalPath()))
	p.raw("<p>Of the time of the workers, %s was busy and %s idle (%s).</p>\n", s.Busy, s.Idle, percent(s.Idle, s.Busy+s.Idle))
	if n := len(t.steps) - len(steps) + len(t.spans) - len(spans); n > 0 {
		p.raw("<p>The %d shortest are not in the picture.</p>\n", n)
	}
	p.endSection()
}

// criticalPath returns the critical path in words.
func (p *page) criticalPath() string {
	s := p.d.Summary
	if len(s.CriticalPath) == 0 {
		return ""
	}
	var steps []string
	for _, step := range s.CriticalPath {
		steps = append(steps, string(step.Step)+" "+step.Duration.String())
	}
	first := s.CriticalPath[0]
	name := oneLine(model.Title(first.Project, first.Variant))
	return fmt.Sprintf("Critical path: %s with %s, together %s of %s.", name, strings.Join(steps, ", "), s.critical(), s.Wall)
}

// longest returns the n longest items of a list, in its order.
func longest[T any](list []placed[T], n int) []placed[T] {
	if len(list) <= n {
		return list
	}
	order := slices.Clone(list)
	text.SortStable(order, func(a, b placed[T]) int { return cmp.Compare(b.end-b.start, a.end-a.start) })
	order = order[:n]
	text.SortStable(order, func(a, b placed[T]) int { return cmp.Compare(a.start, b.start) })
	return order
}
