package diagnose

import (
	"slices"
	"strings"
)

// program recognises what programs say when they find themselves wrong, in
// tests and in what a build runs:
//
//	app: /src/a.c:7: int main(void): Assertion `x == 3' failed.
//	/src/ring_test.cpp:12: Failure
//	/src/ring_test.cpp:12: FAILED:
//	FAIL!  : RingTest::wraps() Compared values are not the same
//	   Loc: [/src/ring_test.cpp(12)]
//	terminate called after throwing an instance of 'std::runtime_error'
//	  what():  no such file
//	Traceback (most recent call last):
func (s *scanner) program(line string) bool {
	if line == "Traceback (most recent call last):" {
		s.trace = &traceback{d: &Diagnostic{Severity: SeverityError, Origin: "python", FirstLine: s.number}}
		return true
	}
	if what, ok := strings.CutPrefix(line, "terminate called after throwing an instance of "); ok {
		s.add(&Diagnostic{Severity: SeverityError, Origin: "c++", Message: "uncaught exception " + strings.Trim(what, "'`")})
		return true
	}
	if what, ok := strings.CutPrefix(line, "  what():  "); ok && s.last != nil && s.last.Origin == "c++" {
		s.last.Message, s.last.LastLine = bounded(s.last.Message+": "+what), s.number
		return true
	}
	if what, ok := strings.CutPrefix(line, "FAIL!  : "); ok {
		s.add(&Diagnostic{Severity: SeverityError, Origin: "test", Message: what})
		return true
	}
	if strings.HasPrefix(line, "   Loc: [") && s.last != nil && s.last.Origin == "test" && s.last.Line == 0 {
		place, _ := between(line, "[", "]")
		s.last.File, s.last.Line, _, _ = splitPlace(place)
		s.last.LastLine = s.number
		return true
	}
	if strings.HasSuffix(line, " failed.") {
		return s.assertion(line)
	}
	place, ok := strings.CutSuffix(line, ": Failure")
	if !ok {
		place, ok = strings.CutSuffix(line, ": FAILED:")
	}
	if file, number, _, found := splitPlace(place); ok && found && !strings.HasPrefix(line, " ") {
		s.checks = &checkFailure{d: &Diagnostic{Severity: SeverityError, Origin: "test", File: file, Line: number, FirstLine: s.number}}
		return true
	}
	return false
}

// full are the words of systems for a disk on which there is no room.
var full = []string{"No space left on device", "Disk quota exceeded", "There is not enough space on the disk"}

// noRoom keeps whatever complaint of a full disk. It explains all the others,
// of files that are not there or not whole.
func (s *scanner) noRoom(line string) bool {
	if !slices.ContainsFunc(full, func(words string) bool { return strings.Contains(line, words) }) {
		return false
	}
	text := strings.TrimSpace(line)
	for _, mark := range []string{"Fatal error: ", "fatal error: ", "error: "} {
		if _, after, ok := strings.Cut(text, mark); ok {
			text = after
			break
		}
	}
	s.add(&Diagnostic{Severity: SeverityError, Origin: "system", Message: bounded(text)})
	return true
}

// assertion keeps one of the C library: "app: a.c:7: main: Assertion `x'
// failed." is what it prints.
func (s *scanner) assertion(line string) bool {
	before, what, ok := strings.Cut(strings.TrimSuffix(line, " failed."), ": Assertion ")
	if !ok {
		return false
	}
	d := &Diagnostic{Severity: SeverityError, Origin: "assert", Message: "assertion " + what + " failed"}
	if _, place, ok := strings.Cut(before, ": "); ok {
		place, function, _ := strings.Cut(place, ": ")
		d.File, d.Line, d.Column, _ = splitPlace(place)
		if function != "" {
			d.Notes = push(nil, Frame{Text: "in " + function})
		}
	}
	s.add(d)
	return true
}

// maxCheck is how many lines of a failed check are its message.
const maxCheck = 6

// checkFailure is a check of a test library whose text follows.
type checkFailure struct {
	d     *Diagnostic
	lines int
}

// inCheck takes a line of what a test library says about a failed check.
func (s *scanner) inCheck(line string) bool {
	c := s.checks
	if c == nil {
		return false
	}
	text := strings.TrimSpace(line)
	if text != "" && !strings.HasPrefix(line, "[") && c.lines < maxCheck {
		if c.lines++; c.lines > 1 {
			c.d.Message += "\n  "
		}
		c.d.Message = bounded(c.d.Message + text)
		c.d.LastLine = s.number
		return true
	}
	s.checks = nil
	if c.lines == 0 {
		c.d.Message = "check failed"
	}
	last := max(c.d.LastLine, c.d.FirstLine)
	s.add(c.d)
	c.d.LastLine = last
	return false
}

// traceback is one of Python, still open.
type traceback struct{ d *Diagnostic }

// inTraceback takes a line of a traceback: frames, each with its source, and
// unindented at the end the exception.
func (s *scanner) inTraceback(line string) bool {
	t := s.trace
	if t == nil {
		return false
	}
	if rest, ok := strings.CutPrefix(line, `  File "`); ok {
		file, rest, _ := strings.Cut(rest, `", line `)
		number, function, _ := strings.Cut(rest, ", in ")
		if _, n, _, ok := splitPlace("x:" + strings.TrimSpace(number)); ok {
			t.d.File, t.d.Line = file, n
			t.d.Stack = append(push(nil, Frame{file, n, 0, function}), t.d.Stack[:min(len(t.d.Stack), maxFrames-1)]...)
		}
		return true
	}
	if strings.HasPrefix(line, "  ") {
		return true
	}
	s.trace = nil
	if line == "" || t.d.File == "" {
		return false
	}
	t.d.Message = line
	t.d.Code, _, _ = strings.Cut(line, ":")
	s.add(t.d)
	return true
}
