package diagnose

import "strings"

// pendingLines is how far a message may be from its place: gfortran quotes the
// source in between.
const pendingLines = 8

// fortran remembers the place that gfortran prints on a line of its own.
func (s *scanner) fortran(line string) bool {
	place, ok := strings.CutSuffix(line, ":")
	if !ok || place == "" || strings.ContainsAny(place[:1], " \t") {
		return false
	}
	file, number, column, ok := place3(place)
	if !ok || column == 0 {
		return false
	}
	s.pending = &Diagnostic{File: file, Line: number, Column: column, Origin: "gcc"}
	s.waiting = pendingLines
	return true
}

// pendingLine looks for the message to a place that was printed before.
func (s *scanner) pendingLine(line string) bool {
	if s.pending == nil {
		return false
	}
	if s.waiting--; s.waiting < 0 {
		s.pending = nil
		return false
	}
	d := *s.pending
	if d.Origin == "ld" {
		s.pending = nil
		symbol, ok := strings.CutSuffix(strings.TrimSpace(line), ", referenced from:")
		if ok {
			d.Message += " " + symbol
		}
		s.add(d)
		return ok
	}
	for _, w := range words {
		if message, ok := strings.CutPrefix(line, w.word+": "); ok {
			d.Severity, d.Message = w.severity, strings.TrimSpace(message)
			if at := strings.LastIndex(d.Message, " [-W"); at >= 0 && strings.HasSuffix(d.Message, "]") {
				d.Code, d.Message = d.Message[at+2:len(d.Message)-1], d.Message[:at]
			}
			s.pending = nil
			s.add(d)
			return true
		}
	}
	return false
}
