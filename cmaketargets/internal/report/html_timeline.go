package report

import (
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

// timeline adds a picture of the workers' time. Its colours have words in the tables.
func (p *page) timeline() {
	t := newTimeline(p.d)
	if t.length <= 0 {
		return
	}
	critical := p.d.Summary.criticalPath()
	lanes := t.lanes + t.extra
	laneHeight := max(4, min(22, 600/lanes))
	height := lanes*laneHeight + axisHeight
	p.printf("<div class=\"wide\" "+scrolls+">\n<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"picture-title picture-text\">\n",
		"Picture of the timeline", pictureWidth, height)
	p.printf("<title id=\"picture-title\">What each worker did, over %s</title>\n<desc id=\"picture-text\">%s in %s of workers. %s</desc>\n",
		Duration(t.length), text.Count(len(t.steps), "step"), text.Count(t.lanes, "row"), critical)
	scale := pictureWidth / t.length.Seconds()
	x := func(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()*scale) }
	// place returns the attributes of a rectangle.
	place := func(from, to time.Duration, y, height int) markup {
		return markup(fmt.Sprintf(`x="%s" y="%d" width="%.2f" height="%d"`, x(from), y, max(0.4, (to-from).Seconds()*scale), height))
	}
	for i, anchor := range []string{"start", "middle", "middle", "middle", "end"} {
		at := t.length * time.Duration(i) / 4
		p.printf("<path class=\"tick\" d=\"M%s 0V%d\"/><text x=\"%s\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
			x(at), height-axisHeight, x(at), height-4, anchor, Duration(at))
	}
	for _, step := range longest(t.steps, maxPicturedSteps, placed[Result].took) {
		r := step.item
		class := string(r.Step)
		if r.Status.Bad() {
			class += " failed"
		}
		p.printf("<g class=\"%s\"><title>%s, %s, %s</title>", class, r.stepName(), words(r.Status), r.Duration)
		for _, lane := range step.lanes {
			p.printf("<rect %s/>", place(step.start, step.end, lane*laneHeight+1, laneHeight-2))
		}
		p.printf("</g>\n")
	}
	for _, span := range longest(t.spans, maxPicturedSpans, placed[Span].took) {
		if laneHeight >= 8 && span.item.Kind == SpanEdge {
			at := place(span.start, span.end, span.lanes[0]*laneHeight+laneHeight/2, laneHeight/2-2)
			p.printf("<rect class=\"edge\" %s><title>%s, %s</title></rect>\n", at, cut(oneLine(span.item.Name), 120), span.item.Duration)
		}
	}
	p.printf("</svg>\n</div>\n<ul class=\"legend\">")
	for _, step := range model.Steps {
		if slices.ContainsFunc(t.steps, func(p placed[Result]) bool { return p.item.Step == step }) {
			p.printf("<li class=\"%s\">%s</li>", step, step)
		}
	}
	s := p.d.Summary
	p.printf("<li class=\"failed\">failed: framed</li></ul>\n<p>%s</p>\n", critical)
	p.printf("<p>Of the time of the workers, %s was busy and %s idle (%s).</p>\n", s.Busy, s.Idle, percent(s.Idle, s.Busy+s.Idle))
	if n := max(0, len(t.steps)-maxPicturedSteps) + max(0, len(t.spans)-maxPicturedSpans); n > 0 {
		p.printf("<p>The %d shortest are not in the picture.</p>\n", n)
	}
}

// criticalPath returns the critical path in words, "" when there is none.
func (s Summary) criticalPath() string {
	if len(s.CriticalPath) == 0 {
		return ""
	}
	var parts []string
	var took Duration
	for i, step := range s.CriticalPath {
		part := string(step.Step) + " " + step.Duration.String()
		if before := s.CriticalPath[max(0, i-1)]; i == 0 || before.Project != step.Project || before.Variant != step.Variant {
			part = oneLine(model.Title(step.Project, step.Variant)) + " with " + part
			if i > 0 {
				part = "then " + part
			}
		}
		parts = append(parts, part)
		took += step.Duration
	}
	return fmt.Sprintf("Critical path: %s, together %s of %s.", strings.Join(parts, ", "), took, s.Wall)
}
