package diagnose

import (
	"strconv"
	"strings"
)

// ninjaFailure is a command that Ninja said failed, whose output follows.
type ninjaFailure struct {
	at      int    // in found, or -1
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
	if rest, ok := strings.CutPrefix(line, "FAILED: "); ok {
		s.closeFailure()
		d := Diagnostic{Severity: SeverityError, Origin: "ninja", Summary: true}
		if code, after, ok := strings.Cut(strings.TrimPrefix(rest, "[code="), "] "); ok && after != "" && code != rest {
			d.Code, rest = code, after
		}
		target, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
		d.Message = target + " failed"
		s.failure = &ninjaFailure{at: s.add(d), target: target}
		s.begin()
		return true
	}
	// "ninja: error: " and "ninja: fatal: " are read like a compiler's.
	return strings.HasPrefix(line, "ninja: build stopped") || strings.HasPrefix(line, "ninja: Entering directory")
}

// closeFailure gives a failed command the last line of its output as message.
func (s *scanner) closeFailure() {
	if f := s.failure; f != nil && f.at >= 0 {
		s.found[f.at].Message = s.because(f.target, "")
	}
	s.failure = nil
}

// make recognises what GNU Make says about a failed rule:
//
//	gmake[2]: *** [CMakeFiles/gen.dir/build.make:73: gen.h] Error 3
//	make: *** No rule to make target 'x.h', needed by 'gen'.  Stop.
func (s *scanner) make(line string) bool {
	_, rest, ok := strings.Cut(line, ": *** ")
	if !ok || strings.HasPrefix(line, " ") {
		return false
	}
	d := Diagnostic{Severity: SeverityError, Origin: "make", Message: rest}
	place := line[:len(line)-len(rest)-len(": *** ")]
	if file, number, _, ok := place3(place); ok {
		d.File, d.Line = file, number // Makefile:3: *** missing separator.
	} else if tool, _, _ := strings.Cut(baseName(place), "["); !strings.HasSuffix(strings.TrimSuffix(tool, ".exe"), "make") {
		return false
	}
	if strings.HasPrefix(rest, "Waiting for unfinished jobs") {
		return true
	}
	inside, status, ok := strings.Cut(strings.TrimPrefix(rest, "["), "] ")
	if ok && strings.HasPrefix(rest, "[") {
		d.Summary = true
		target := inside[strings.LastIndex(inside, ": ")+1:]
		d.Message = s.because(strings.TrimSpace(target), ": "+status)
		if code, err := strconv.Atoi(strings.TrimPrefix(status, "Error ")); err == nil {
			d.Code = strconv.Itoa(code)
		}
	}
	s.add(d)
	s.begin()
	return true
}

// ctest recognises ctest's list of failed tests, the summary at its end:
//
//	The following tests FAILED:
//		  3 - name (Timeout)                  label label
func (s *scanner) ctest(line string) bool {
	if line == "The following tests FAILED:" {
		s.tests = true
		return true
	}
	if !s.tests {
		return false
	}
	number, rest, ok := strings.Cut(strings.TrimSpace(line), " - ")
	end := strings.LastIndexByte(rest, ')')
	if _, err := strconv.Atoi(number); err != nil || !ok || end < 0 {
		s.tests = false
		return false
	}
	name, status := rest[:end], ""
	if open := strings.LastIndex(name, " ("); open >= 0 {
		name, status = name[:open], name[open+2:]
	}
	s.add(Diagnostic{Severity: SeverityError, Origin: "ctest", Message: name + " (" + status + ")", Code: status})
	return true
}
