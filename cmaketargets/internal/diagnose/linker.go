package diagnose

import "strings"

// linker recognises the reports of GNU ld, gold, lld, mold and Apple's ld:
//
//	main.c:(.text+0x5): undefined reference to `util'
//	/usr/bin/ld: main.c:4: undefined reference to `util'
//	/usr/bin/ld: cannot find -lnowhere: No such file or directory
//	ld.lld: error: undefined symbol: util
//	>>> referenced by main.c:4 (/src/main.c:4)
//	duplicate symbol '_x' in:
func (s *scanner) linker(line string) bool {
	if rest, ok := strings.CutPrefix(line, ">>> "); ok && s.last != nil && s.last.Origin == "ld" {
		for part := range strings.SplitSeq(rest, ">>> ") { // mold forgets to end a line.
			s.linkerNote(part)
		}
		return true
	}
	if strings.HasPrefix(line, " ") {
		return false
	}
	if s.openSymbols(line) {
		return true
	}
	text, named := line, false
	// A blank can be missing, and a drive letter be in front.
	for _, colon := range []string{": ", ":"} {
		if tool, rest, ok := strings.Cut(line, colon); ok && !named && isLinker(tool) {
			text, named = rest, true
		}
	}
	if !named && !strings.Contains(text, ": undefined ") && !strings.Contains(text, ": multiple ") && !strings.Contains(text, ": warning: ") {
		return false
	}
	d := &Diagnostic{Severity: SeverityError, Origin: "ld"}
	text = strings.TrimPrefix(strings.TrimPrefix(text, "error: "), "fatal: ")
	for _, marker := range []string{"undefined reference to ", "multiple definition of ", "undefined symbol: "} {
		place, message, ok := strings.Cut(text, ": "+marker)
		if !ok || strings.ContainsAny(place, "`'\"") {
			continue
		}
		d.Message = marker + message
		d.File, d.Line = linkerPlace(strings.TrimSuffix(place, ": error"))
		if other, ok := strings.CutSuffix(message, ": first defined here"); ok {
			if what, place, ok := strings.Cut(other, "; "); ok {
				d.Message = marker + what
				file, number := linkerPlace(place)
				d.Notes = push(nil, Frame{file, number, 0, "first defined here"})
			}
		}
		s.linked(d)
		return true
	}
	if place, message, ok := strings.Cut(text, ": warning: "); ok && (named || strings.Contains(place, ":(.")) {
		d.Severity, d.Message = SeverityWarning, message
		d.File, d.Line = linkerPlace(place)
		s.linked(d)
		return true
	}
	if !named {
		return false
	}
	switch place, rest, _ := strings.Cut(text, ": "); {
	case strings.Contains(text, ": in function "):
		s.atContext()
		return true
	case place == "note", place == "NOTE", strings.HasPrefix(rest, "previous definition here"), strings.HasPrefix(text, "the vtable symbol may be undefined"):
		if s.last != nil {
			file, number := "", 0
			if rest == "previous definition here" {
				file, number = linkerPlace(place)
				text = rest
			}
			s.last.Notes = push(s.last.Notes, Frame{file, number, 0, text})
			s.last.LastLine = s.number
		}
		return true
	case place == "warning", strings.HasPrefix(text, "skipping incompatible "):
		d.Severity = SeverityWarning
		d.Message = strings.TrimPrefix(text, "warning: ")
	case !strings.Contains(text, " "), isAbs(text) && rest == "":
		return false // "ld: /usr/bin/ld" says which it is.
	default:
		d.Message = text
		d.Summary = strings.HasPrefix(text, "final link failed") || strings.HasPrefix(text, "symbol(s) not found") ||
			strings.Contains(text, " duplicate symbol")
	}
	s.linked(d)
	return true
}

// linked keeps a report, from the line that says in which function.
func (s *scanner) linked(d *Diagnostic) {
	s.context.take(d)
	s.add(d)
}

// linkerNote takes a line behind ">>> ": who refers to a symbol or defines it.
func (s *scanner) linkerNote(text string) {
	d := s.last
	d.LastLine = s.number
	for _, verb := range []string{"referenced by ", "defined at ", "defined in "} {
		place, ok := strings.CutPrefix(text, verb)
		if !ok {
			continue
		}
		if _, full, ok := strings.Cut(place, " ("); ok && strings.HasSuffix(full, ")") {
			place = strings.TrimSuffix(full, ")")
		}
		file, line := linkerPlace(place)
		if d.File == "" {
			d.File, d.Line = file, line
		}
		what, _, _ := strings.Cut(verb, " ")
		d.Notes = push(d.Notes, Frame{file, line, 0, what + " here"})
		return
	}
	switch text = strings.TrimSpace(text); {
	case text == "":
	case len(d.Notes) > 0 && strings.Contains(text, ":(") && !strings.Contains(text, " "):
		// The object and function of the place before.
		at := &d.Notes[len(d.Notes)-1]
		at.Text += ", in " + text
	default:
		d.Notes = push(d.Notes, Frame{Text: text})
	}
}

// isLinker reports whether a linker, given by name or path, speaks for itself;
// collect2 only speaks of one.
func isLinker(tool string) bool {
	base := strings.TrimSuffix(baseName(tool), ".exe")
	return toolOrigin(base) == "ld" && base != "collect2" && !strings.ContainsAny(base, " \t")
}

// linkerPlace splits "main.c:4", "main.c:(.text+0x5)", "main.o:main.c:(.text+0x5)"
// and "main.o:main.c:function main".
func linkerPlace(place string) (file string, line int) {
	if file, line, _, ok := splitPlace(place); ok && line > 0 {
		return file, line
	}
	if at := strings.LastIndex(place, ":("); at >= 0 && strings.HasSuffix(place, ")") {
		place = place[:at]
	} else if at := strings.LastIndex(place, ":function "); at >= 0 {
		place = place[:at]
	}
	if at := strings.LastIndexByte(place, ':'); at > 1 {
		place = place[at+1:]
	}
	return place, 0
}
