package diagnose

import (
	"errors"
	"io"
	"strings"
)

// scanner turns lines of output into diagnostics. It holds the little state
// that reports of several lines need.
type scanner struct {
	lines  *lineReader
	number int // of the line that is looked at
	kept   keeper

	message   *cmakeMessage // of CMake, still open
	sanitizer *sanitizerReport
	trace     *traceback
	symbols   *Diagnostic   // of Apple's linker: for which architecture symbols are missing
	fortran   *fortranPlace // the place of a report that is to come
	checks    *checkFailure // of a test library, whose text is to come
	failure   *ninjaFailure // a command that failed, whose output follows
	tests     ctestRun      // what ctest said until now
	context   reportContext // what a compiler printed before its report
	last      *Diagnostic   // to which quoted source and notes belong
	source    int           // the line where last may quote source as it stands
	compiled  []*Diagnostic // reports since the last count of Clang
	absent    string        // what pkg-config did not find
	said      string        // the last line that a command printed, see heard
	known     bool          // why the command fails was reported
}

// run reads all lines.
func (s *scanner) run() error {
	for {
		line, err := s.lines.next()
		if err != nil {
			s.end()
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		s.number = s.lines.number
		s.line(line)
	}
}

// end closes what is open.
func (s *scanner) end() {
	s.closeMessage()
	s.closeSanitizer()
	s.closeFailure()
	s.closeTests()
}

// line looks at one line. The order matters: first what is open, then the
// forms that nothing else has, last the general.
func (s *scanner) line(line string) {
	if s.message != nil {
		if s.message.add(s.number, line) {
			return
		}
		s.closeMessage()
	}
	if s.ctest(line) {
		s.begin()
		return
	}
	if s.inSanitizer(line) || s.inTraceback(line) || s.inSymbols(line) || s.inFortran(line) || s.inCheck(line) ||
		s.openMessage(line) || s.ninja(line) || s.make(line) {
		return
	}
	s.heard(line)
	switch {
	case strings.HasPrefix(line, "-- "), strings.HasPrefix(line, "["):
		s.last = nil // CMake's status and progress: what it quotes is no report.
		if name, ok := between(line, "No package '", "' found"); ok {
			s.absent = strings.Clone(name)
		}
	case line == "", s.compilerContext(line), s.openSanitizer(line), s.program(line), s.linker(line), s.compiler(line):
	case strings.HasPrefix(line, "Error: "):
		// cmake --build and cmake --install before they have a project.
		s.add(&Diagnostic{Severity: SeverityError, Message: strings.TrimPrefix(line, "Error: "), Origin: "cmake", Summary: true})
	default:
		s.quoted(line)
	}
}

// begin notes that what follows is the output of another command.
func (s *scanner) begin() {
	s.said, s.known, s.last = "", false, nil
	s.context = reportContext{}
}

// heard remembers what a command printed last, which is the best there is to
// say when the command fails and nothing else is known.
func (s *scanner) heard(line string) {
	switch text := strings.TrimSpace(line); {
	case text == "":
	case isProgress(line):
		s.begin()
	case s.failure != nil && !s.failure.command:
		s.failure.command = true // Ninja repeats the command first.
	default:
		s.said = text
	}
}

// because returns the message for a command that failed, with its last word
// unless a report says more, and the program that this says is missing.
func (s *scanner) because(what, otherwise string) (message, program string) {
	if s.known || s.said == "" {
		return what + " failed" + otherwise, ""
	}
	return what + " failed: " + s.said, missingProgram(s.said)
}

// quoted gives a line to the report before it: source, with or without a
// margin, the marks below it, what could be put in its place.
func (s *scanner) quoted(line string) {
	switch {
	case s.last == nil:
	case s.last.Origin == "ubsan" && s.undefinedFrame(line):
	case line[0] == ' ' || line[0] == '\t' || line == "compilation terminated.":
		s.last.LastLine = s.number
	case s.number == s.source:
		// Clang quotes source as it stands; it is counted when marks follow.
	default:
		s.last = nil
	}
}

// add keeps a diagnostic that this line completes, and lets what follows
// belong to it.
func (s *scanner) add(d *Diagnostic) {
	if d.FirstLine == 0 {
		d.FirstLine = s.number
	}
	d.LastLine = max(d.LastLine, s.number)
	d.Test = s.tests.name()
	if d.Missing == "" && d.Severity != SeverityNote {
		d.Missing = missing(*d)
		if d.Origin == "cmake" && strings.HasPrefix(d.Message, "A required package was not found") {
			d.Missing = s.absent
		}
	}
	if !d.Summary {
		s.known = true
	}
	d = s.kept.add(d, s.failure != nil)
	s.tests.saw(d)
	s.last, s.source = d, s.number+1
}

// isProgress reports whether a line is Make's "[ 50%] ..." or Ninja's
// "[3/7] ...".
func isProgress(line string) bool {
	if len(line) == 0 || line[0] != '[' {
		return false
	}
	inside, _, ok := strings.Cut(line[1:], "]")
	return ok && strings.Trim(inside, " 0123456789/%") == ""
}
