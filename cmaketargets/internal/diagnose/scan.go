package diagnose

import (
	"errors"
	"io"
	"strings"
)

// scanner turns lines of output into diagnostics. It holds the little state
// that reports of several lines need.
type scanner struct {
	step   string
	lines  *lineReader
	number int // of the line that is looked at
	kept   keeper

	message   *cmakeMessage // of CMake, still open
	sanitizer *sanitizerReport
	trace     *traceback
	symbols   *Diagnostic   // of Apple's linker: for which architecture symbols are missing
	fortran   *fortranPlace // the place of a report that is to come
	checks    *checkFailure // of a test library, whose text is to come
	command   command       // whose output this is
	titles    [maxAtOnce]command
	done      int // of Ninja's commands, when it last said so
	total     int
	edge      int           // the number of the command that it then spoke of
	failure   *ninjaFailure // a command that failed, whose output follows
	tests     ctestRun      // what ctest said until now
	context   reportContext // what a compiler printed before its report
	last      *Diagnostic   // to which quoted source and notes belong
	source    int           // the line where last may quote source as it stands
	compiled  []*Diagnostic // reports since the last count of Clang
	absent    string        // what pkg-config did not find
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
		s.begin("")
		return
	}
	if s.inSanitizer(line) || s.inTraceback(line) || s.inSymbols(line) || s.inFortran(line) || s.inCheck(line) ||
		s.openMessage(line) || s.ninja(line) || s.make(line) {
		return
	}
	if done, total, ok := progress(line); ok {
		s.next(line, done, total)
		return
	}
	switch {
	case line == "":
	case strings.HasPrefix(line, "-- "):
		s.last = nil // CMake's status: what it quotes is no report.
		if name, ok := between(line, "No package '", "' found"); ok {
			s.absent = strings.Clone(name)
		}
	case strings.HasPrefix(line, "["):
		s.last = nil
		s.command.say(line)
	case s.compilerContext(line):
	case s.noRoom(line), s.openSanitizer(line), s.program(line), s.linker(line), s.compiler(line):
		if s.command.said == "" {
			s.command.say(line) // A warning can be all that is said.
		}
	case strings.HasPrefix(line, "Error: "):
		// cmake --build and cmake --install before they have a project.
		s.add(&Diagnostic{Severity: SeverityError, Message: strings.TrimPrefix(line, "Error: "), Origin: "cmake", Summary: true})
	case !s.quoted(line):
		s.command.say(line)
	}
}

// quoted gives a line to the report before it, and reports whether it surely
// belongs there: source, with or without a margin, the marks below it, what
// could be put in its place.
func (s *scanner) quoted(line string) bool {
	switch {
	case s.last == nil:
		return false
	case s.last.Origin == "ubsan" && s.undefinedFrame(line):
	case line[0] == ' ' || line[0] == '\t' || line == "compilation terminated.":
		s.last.LastLine = s.number
	case s.number == s.source:
		// Clang quotes source as it stands; it is counted when marks follow.
		return false
	default:
		s.last = nil
		return false
	}
	return true
}

// add keeps a diagnostic that this line completes, and lets what follows
// belong to it.
func (s *scanner) add(d *Diagnostic) *entry {
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
	if !d.Summary && d.Severity == SeverityError {
		s.command.known = true
	}
	e := s.kept.add(d, s.command, s.blames())
	s.tests.saw(d)
	s.last, s.source = d, s.number+1
	return e
}
