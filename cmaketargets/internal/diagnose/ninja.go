package diagnose

import (
	"slices"
	"strings"
)

// ninjaFailure is a command that Ninja said failed, whose output follows.
type ninjaFailure struct {
	e      *entry
	target string // the first of its outputs
	number int    // of the command
	quoted bool   // the command has been seen
	inner  bool   // it is a build that said itself what failed in it
}

// ninja recognises what Ninja says itself:
//
//	FAILED: [code=1] gen.h /build/gen.h
//	ninja: error: 'x.h', needed by 'gen', missing and no known rule to make it
//	ninja: build stopped: subcommand failed.
func (s *scanner) ninja(line string) bool {
	if s.failure != nil && !s.failure.quoted {
		s.failure.quoted = true // Ninja repeats the command first.
		return true
	}
	if strings.HasPrefix(line, "ninja: ") {
		s.closeFailure()
		s.begin("")
		s.edge = 0
	}
	if why, ok := strings.CutPrefix(line, "ninja: build stopped"); ok {
		s.buildStopped(strings.Trim(why, ": ."))
		return true
	}
	rest, ok := strings.CutPrefix(line, "FAILED: ")
	if !ok {
		// "ninja: error: " and "ninja: fatal: " are read like a compiler's.
		return strings.HasPrefix(line, "ninja: Entering directory")
	}
	// Tests print such lines too. Ninja's is behind that with the progress, or
	// behind the output of a command that has the console, and ends in a blank.
	c := s.command
	expected := c.title != "" && c.said == "" && !c.known && s.failure == nil
	if !expected && !strings.HasSuffix(line, " ") {
		return false
	}
	s.openFailure(rest)
	return true
}

// stops are the reasons to stop that say nothing new.
var stops = []string{"", "subcommand failed", "subcommands failed", "cannot make progress due to previous errors", "interrupted by user"}

// buildStopped keeps what Ninja itself could not do, when that is why it ends:
// all else it says before.
//
//	ninja: build stopped: Error writing to deps log: No space left on device.
func (s *scanner) buildStopped(why string) {
	if !slices.Contains(stops, why) && !s.noRoom(why) {
		s.add(&Diagnostic{Severity: SeverityError, Origin: "ninja", Message: bounded(why)})
	}
}

func (s *scanner) openFailure(what string) {
	d := &Diagnostic{Severity: SeverityError, Origin: "ninja", Summary: true}
	if code, after, ok := strings.Cut(strings.TrimPrefix(what, "[code="), "] "); ok && after != "" && code != what {
		d.Code, what = code, after
	}
	target, _, _ := strings.Cut(strings.TrimSpace(what), " ")
	d.Message = target + " failed"
	since := s.edge // One that has the console printed its output already.
	if s.failure != nil || since == 0 {
		s.innerFailure()
		s.closeFailure()
		s.begin("")
		since = s.command.number
	}
	s.kept.blame(since, false)
	e := s.add(d)
	e.blamed, s.last = true, nil
	s.failure = &ninjaFailure{e: e, target: target, number: s.command.number}
}

// blames reports whether a command that failed prints what is read.
func (s *scanner) blames() bool { return s.failure != nil && !s.failure.inner }

// innerFailure notes that a build inside of a command that failed says what
// failed in it: its other commands did not.
func (s *scanner) innerFailure() {
	if f := s.failure; f != nil && !f.inner && s.command.number > f.number {
		f.inner = true
		s.kept.excuse(f.number)
	}
}

// closeFailure gives a failed command the last line of its output as message.
func (s *scanner) closeFailure() {
	if f := s.failure; f != nil {
		message, program := s.command.because(f.target, "")
		f.e.words = message != f.target+" failed"
		f.e.Message, f.e.Missing = bounded(message), program
		f.e.LastLine = max(f.e.LastLine, s.number-1)
	}
	s.failure = nil
}
