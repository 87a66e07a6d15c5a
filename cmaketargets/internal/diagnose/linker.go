package diagnose

import (
	"strings"
)

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
	if tool, rest, ok := strings.Cut(line, ": "); ok && isLinker(tool) {
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
