package cmake

import (
	"strings"
)

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

// linker recognises the reports of GNU ld, gold, lld and Apple's ld:
//
//	main.c:(.text+0x5): undefined reference to `util'
//	/usr/bin/ld: main.c:4: undefined reference to `util'
//	/usr/bin/ld: cannot find -lnowhere: No such file or directory
//	Undefined symbols for architecture arm64:
func (s *scanner) linker(line string) bool {
	if strings.HasPrefix(line, "Undefined symbols for architecture ") {
		s.pending = &Diagnostic{Severity: SeverityError, Message: "undefined symbols for" + strings.TrimPrefix(line, "Undefined symbols for"), Origin: "ld"}
		s.waiting = 1
		return true
	}
	text, named := line, false
	if tool, rest, ok := strings.Cut(line, ": "); ok && !strings.ContainsAny(tool, " \t") && toolOrigin(baseName(tool)) == "ld" && baseName(tool) != "collect2" {
		text, named = rest, true
	}
	d := Diagnostic{Severity: SeverityError, Origin: "ld"}
	for _, marker := range []string{"undefined reference to ", "multiple definition of "} {
		place, message, ok := strings.Cut(text, ": "+marker)
		if !ok || strings.HasPrefix(place, " ") {
			continue
		}
		d.Message = marker + message
		d.File, d.Line = linkerPlace(place)
		s.add(d)
		return true
	}
	switch {
	case !named, strings.Contains(text, ": in function "), strings.HasPrefix(text, "note: "):
		return named
	case strings.HasPrefix(text, "error: "):
		d.Message = strings.TrimPrefix(text, "error: ")
	case strings.HasPrefix(text, "warning: "), strings.HasPrefix(text, "skipping incompatible "), strings.Contains(text, ": warning: "):
		d.Severity, d.Message = SeverityWarning, strings.TrimPrefix(text, "warning: ")
	default:
		d.Message = text
		d.Summary = strings.HasPrefix(text, "final link failed") || strings.HasPrefix(text, "symbol(s) not found")
	}
	s.add(d)
	return true
}

// linkerPlace splits "main.c:4", "main.c:(.text+0x5)" and
// "main.o:main.c:(.text+0x5)".
func linkerPlace(place string) (file string, line int) {
	if file, line, _, ok := place3(place); ok && line > 0 {
		return file, line
	}
	if at := strings.LastIndex(place, ":("); at >= 0 && strings.HasSuffix(place, ")") {
		place = place[:at]
	}
	if at := strings.LastIndexByte(place, ':'); at > 1 {
		place = place[at+1:]
	}
	return place, 0
}

// baseName returns the last element of a path of any system.
func baseName(path string) string {
	return path[strings.LastIndexAny(path, `/\`)+1:]
}
