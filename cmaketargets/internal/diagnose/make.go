package diagnose

import (
	"strconv"
	"strings"
)

// make recognises what GNU Make says about a failed rule:
//
//	gmake[2]: *** [CMakeFiles/gen.dir/build.make:73: gen.h] Error 3
//	make: *** No rule to make target 'x.h', needed by 'gen'.  Stop.
func (s *scanner) make(line string) bool {
	if cycle, ok := strings.CutSuffix(line, " dependency dropped."); ok {
		if _, cycle, ok = strings.Cut(cycle, ": Circular "); ok {
			s.add(&Diagnostic{Severity: SeverityWarning, Origin: "make", Message: "circular dependency dropped: " + cycle})
			return true
		}
	}
	if isMake(line) {
		return true
	}
	_, rest, ok := strings.Cut(line, ": *** ")
	if !ok || strings.HasPrefix(line, " ") {
		return false
	}
	d := &Diagnostic{Severity: SeverityError, Origin: "make", Message: rest}
	place := line[:len(line)-len(rest)-len(": *** ")]
	if file, number, _, ok := splitPlace(place); ok {
		d.File, d.Line = file, number // Makefile:3: *** missing separator.
	} else if tool, _, _ := strings.Cut(baseName(place), "["); !strings.HasSuffix(strings.TrimSuffix(tool, ".exe"), "make") {
		return false
	}
	if strings.HasSuffix(rest, "...") || strings.HasSuffix(rest, "…") {
		return true // "Waiting for unfinished jobs....", in any language.
	}
	inside, status, ok := strings.Cut(strings.TrimPrefix(rest, "["), "] ")
	if !ok || !strings.HasPrefix(rest, "[") {
		s.add(d)
		s.begin("")
		return true
	}
	d.Summary = true
	target := strings.TrimSpace(inside[strings.LastIndex(inside, ": ")+1:])
	d.Message, d.Missing = s.command.because(target, ": "+status)
	// "Error 2" and "Error 2 (ignored)", in any language, or the name of a signal.
	what, ignored, _ := strings.Cut(status, "(")
	what = strings.TrimSpace(what)
	if code, err := strconv.Atoi(what[strings.LastIndexByte(what, ' ')+1:]); err == nil {
		d.Code = strconv.Itoa(code)
		if ignored != "" {
			return true
		}
	}
	s.innerFailure()
	e := s.add(d)
	e.words = d.Message != target+" failed: "+status
	// What was printed since the command was announced is its, or of those
	// that run beside it.
	since, sure := s.announced(target)
	mixed := since < s.command.number
	s.kept.blame(since, mixed)
	e.blamed = sure && !mixed || e.words && s.failure != nil
	s.begin("")
	return true
}

// isMake reports whether Make speaks about itself, which is not what a command
// said.
func isMake(line string) bool {
	tool, text, ok := strings.Cut(line, ": ")
	if !ok {
		return false
	}
	tool, _, _ = strings.Cut(baseName(tool), "[")
	return strings.HasSuffix(strings.TrimSuffix(tool, ".exe"), "make") &&
		(strings.HasPrefix(text, "Entering directory ") || strings.HasPrefix(text, "Leaving directory ") ||
			strings.HasPrefix(text, "Nothing to be done for ") || strings.HasSuffix(text, " not remade because of errors."))
}
