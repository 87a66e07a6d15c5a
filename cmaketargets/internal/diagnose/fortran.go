package diagnose

import "strings"

// fortranLines is how far a message may be from its place: gfortran quotes the
// source in between.
const fortranLines = 8

// fortranPlace is a place that gfortran prints on a line of its own.
type fortranPlace struct {
	d     Diagnostic
	lines int // for which it is good
}

// openFortran remembers a place.
func (s *scanner) openFortran(line string) bool {
	place, ok := strings.CutSuffix(line, ":")
	if !ok || place == "" || strings.ContainsAny(place[:1], " \t") {
		return false
	}
	file, number, column, ok := splitPlace(place)
	if !ok || column == 0 {
		return false
	}
	s.fortran = &fortranPlace{Diagnostic{File: file, Line: number, Column: column, Origin: "gcc", FirstLine: s.number}, fortranLines}
	s.last = nil
	return true
}

// inFortran looks for the message to the place.
func (s *scanner) inFortran(line string) bool {
	if s.fortran == nil {
		return false
	}
	if s.fortran.lines--; s.fortran.lines < 0 {
		s.fortran = nil
		return false
	}
	for _, w := range words {
		if message, ok := strings.CutPrefix(line, w.word+": "); ok {
			d := s.fortran.d
			d.Severity, d.Message = w.severity, strings.TrimSpace(message)
			cutOption(&d)
			s.fortran = nil
			s.add(&d)
			return true
		}
	}
	return false
}
