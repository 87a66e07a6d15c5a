package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// fortranLines is how many lines a message may be behind its place: gfortran quotes the source
// between them.
const fortranLines = 8

// fortranParser reads the reports of gfortran, which prints the place on a line of its own.
type fortranParser struct {
	*output
	place *model.Diagnostic // without a message
	lines int               // in which the message may follow
}

// open recognises a place: "/src/main.f90:4:1:".
func (p *fortranParser) open(line string) bool {
	place, ok := strings.CutSuffix(line, ":")
	if !ok || place == "" || place[0] == ' ' || place[0] == '\t' {
		return false
	}
	at, ok := splitPlace(place)
	if !ok || at.Column == 0 {
		return false
	}
	p.place = &model.Diagnostic{File: at.File, Line: at.Line, Column: at.Column, Origin: "gcc", LogFirst: p.number}
	p.lines, p.last = fortranLines, nil
	return true
}

// more looks for the message of the place.
func (p *fortranParser) more(line string) bool {
	if p.place == nil {
		return false
	}
	if p.lines--; p.lines < 0 {
		p.place = nil
		return false
	}
	for _, w := range severities {
		if message, ok := strings.CutPrefix(line, w.word+": "); ok {
			d := p.place
			d.Severity, d.Message = w.severity, strings.TrimSpace(message)
			cutOption(d)
			p.place = nil
			p.add(d)
			return true
		}
	}
	return false
}
