package diagnose

import (
	"strconv"
	"strings"
)

// command is one whose output is read, as far as the build tool shows where it
// begins: Ninja prints "[3/7] ..." before the output of each, and Make lets
// CMake's rules print "[ 50%] ...". Make mixes the output of those that run at
// once.
type command struct {
	number int
	title  string // how it was announced, the line without its end where that is long
	said   string // its last words that are no report
	known  bool   // it printed an error
	ninja  bool   // Ninja announced it
}

// say remembers what a command printed last, which is the best there is to say
// when it fails and nothing else is known.
func (c *command) say(line string) {
	if text := strings.TrimSpace(line); text != "" {
		c.said = text
	}
}

// because returns the message for a command that failed, with its last words
// unless a report says more, and the program that these say is missing.
func (c *command) because(what, otherwise string) (message, program string) {
	if c.known || c.said == "" {
		return what + " failed" + otherwise, ""
	}
	return what + " failed: " + c.said, missingProgram(c.said)
}

// maxAtOnce is how many of Make's commands may run at once and still be told
// apart.
const maxAtOnce = 64

// begin notes that what follows is the output of another command.
func (s *scanner) begin(title string) {
	s.command = command{number: s.command.number + 1}
	if title != "" {
		s.command.title = strings.Clone(title[:min(len(title), maxHeadline)])
		s.titles[s.command.number%maxAtOnce] = s.command
	}
	s.context, s.last = reportContext{}, nil
}

// next begins the command that a line of progress announces. A command that
// failed ends where Ninja goes on counting; until then such a line is of a build
// inside of it.
func (s *scanner) next(line string, done, total int) {
	ninja := total > 0
	if f := s.failure; f != nil && ninja {
		inner := s.command.number > f.number
		if done == s.done+1 && (total == s.total || !inner) || done == s.done && total == s.total && !inner {
			s.closeFailure()
		}
	}
	s.begin(line)
	s.command.ninja = ninja
	if ninja && s.failure == nil {
		s.done, s.total, s.edge = done, total, s.command.number
	}
}

// announced finds the last command that was announced as making a file, and
// returns its number. When none was, the target's title is in words of the
// project's own, or it has none and comes behind "Built target x"; without such
// a title it is the command that is read.
func (s *scanner) announced(target string) (number int, sure bool) {
	name := baseName(target)
	stem, _, _ := strings.Cut(name, ".")
	for i := range s.titles {
		c := &s.titles[i]
		if c.number > number && name != "" && strings.Contains(c.title, stem) && announces(c.title, name) {
			number = c.number
		}
	}
	if number > 0 {
		return number, true
	}
	for i := range s.titles {
		if c := &s.titles[i]; c.number > number && !namesFile(c.title) {
			number = c.number
		}
	}
	if number > 0 {
		return number, true
	}
	return s.command.number, false
}

// announces reports whether a title has the name of a file, of a library also
// without the version at its end.
func announces(title, name string) bool {
	for word := range strings.FieldsFuncSeq(title, func(r rune) bool { return r == ' ' || r == ',' }) {
		if base := baseName(word); base == name || strings.Contains(base, ".") && strings.HasPrefix(name, base+".") {
			return true
		}
	}
	return false
}

// namesFile reports whether a title is one of CMake's own that name what is
// made.
func namesFile(title string) bool {
	_, text, _ := strings.Cut(title, "] ")
	verb, _, _ := strings.Cut(text, " ")
	return verb == "Building" || verb == "Linking" || verb == "Generating" || verb == "Automatic"
}

// progress splits the beginning of Make's "[ 50%] ...", for which total is 0,
// or Ninja's "[3/7] ...".
func progress(line string) (done, total int, ok bool) {
	if len(line) == 0 || line[0] != '[' {
		return 0, 0, false
	}
	inside, _, ok := strings.Cut(line[1:], "]")
	if !ok {
		return 0, 0, false
	}
	if percent, ok := strings.CutSuffix(inside, "%"); ok {
		percent = strings.TrimSpace(percent)
		return 0, 0, isNumber(percent)
	}
	first, second, ok := strings.Cut(inside, "/")
	if !ok || !isNumber(first) || !isNumber(second) {
		return 0, 0, false
	}
	done, err := strconv.Atoi(first)
	if err != nil {
		return 0, 0, false
	}
	total, err = strconv.Atoi(second)
	return done, total, err == nil && total > 0
}

// isProgress reports whether a line announces a command.
func isProgress(line string) bool {
	_, _, ok := progress(line)
	return ok
}
