package diagnose

import "strings"

// ninjaFailure is a command that Ninja said failed, whose output follows.
type ninjaFailure struct {
	d       *Diagnostic
	target  string // the first of its outputs
	command bool   // the command has been seen
}

// ninja recognises what Ninja says itself:
//
//	FAILED: [code=1] gen.h /build/gen.h
//	ninja: error: 'x.h', needed by 'gen', missing and no known rule to make it
func (s *scanner) ninja(line string) bool {
	if isProgress(line) || strings.HasPrefix(line, "ninja: ") {
		s.closeFailure()
	}
	rest, ok := strings.CutPrefix(line, "FAILED: ")
	if !ok {
		// "ninja: error: " and "ninja: fatal: " are read like a compiler's.
		return strings.HasPrefix(line, "ninja: build stopped") || strings.HasPrefix(line, "ninja: Entering directory")
	}
	s.closeFailure()
	d := &Diagnostic{Severity: SeverityError, Origin: "ninja", Summary: true}
	if code, after, ok := strings.Cut(strings.TrimPrefix(rest, "[code="), "] "); ok && after != "" && code != rest {
		d.Code, rest = code, after
	}
	target, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	d.Message = target + " failed"
	s.add(d)
	s.begin()
	s.failure = &ninjaFailure{d: d, target: target}
	return true
}

// closeFailure gives a failed command the last line of its output as message.
func (s *scanner) closeFailure() {
	if f := s.failure; f != nil {
		message, program := s.because(f.target, "")
		f.d.Message, f.d.Missing = bounded(message), program
		f.d.LastLine = max(f.d.LastLine, s.number-1)
	}
	s.failure = nil
}
