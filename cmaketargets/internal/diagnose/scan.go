package diagnose

import (
	"errors"
	"io"
	"strings"
)

// maxFound is how many diagnostics of one kind are kept.
const maxFound = 100

// scanner turns lines of output into diagnostics. It holds the little state
// that reports of several lines need.
type scanner struct {
	lines *lineReader
	found []Diagnostic
	count [4]int // by kind, those not kept too, see add

	message *cmakeMessage // of CMake, still open
	failure *ninjaFailure // of Ninja, still open
	pending *Diagnostic   // a place, whose message is to come (Fortran, Apple's ld)
	waiting int           // lines for which pending is good
	tests   bool          // inside ctest's list of failed tests
	said    string        // the last line that a command printed, see heard
	known   bool          // why the command fails was reported
	mark    int           // found before this was not printed by the last compiler
}

// run reads all lines.
func (s *scanner) run() error {
	for {
		line, err := s.lines.next()
		if err != nil {
			s.closeMessage()
			s.closeFailure()
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		s.line(line)
	}
}

// line looks at one line. The order of the parsers matters: from those that
// know their own by its form to the general.
func (s *scanner) line(line string) {
	if s.message != nil {
		if s.message.add(line) {
			return
		}
		s.closeMessage()
	}
	if s.openMessage(line) || s.ctest(line) || s.ninja(line) || s.make(line) {
		return
	}
	s.heard(line)
	switch {
	case s.pendingLine(line):
	case strings.HasPrefix(line, "-- "), strings.HasPrefix(line, "["):
		// CMake's status and progress: what it quotes is no report.
	case s.linker(line):
	case s.compiler(line):
	case strings.HasPrefix(line, "Error: "):
		// cmake --build and cmake --install before they have a project.
		s.add(Diagnostic{Severity: SeverityError, Message: strings.TrimPrefix(line, "Error: "), Origin: "cmake", Summary: true})
	}
}

// begin notes that what follows is the output of another command.
func (s *scanner) begin() { s.said, s.known = "", false }

// add keeps a diagnostic, if there are not too many of its kind, and returns
// where it is or -1.
func (s *scanner) add(d Diagnostic) int {
	kind := 0
	switch {
	case d.Summary:
		kind = 1 // Leaves known as it is.
	case d.Severity == SeverityWarning:
		kind = 2
	case d.Severity == SeverityNote:
		kind = 3
	}
	s.known = s.known || kind == 0
	s.count[kind]++
	if s.count[kind] > maxFound {
		return -1
	}
	s.found = append(s.found, d)
	return len(s.found) - 1
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

// because returns the message for a command that failed: with its last word,
// unless a report says more.
func (s *scanner) because(what, otherwise string) string {
	if s.known || s.said == "" {
		return what + " failed" + otherwise
	}
	return what + " failed: " + s.said
}

// isProgress reports whether a line is Make's "[ 50%] ..." or Ninja's
// "[3/7] ...".
func isProgress(line string) bool {
	inside, _, ok := strings.Cut(strings.TrimPrefix(line, "["), "]")
	return ok && strings.HasPrefix(line, "[") && strings.Trim(inside, " 0123456789/%") == ""
}
