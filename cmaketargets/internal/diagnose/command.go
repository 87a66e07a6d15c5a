package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// command is a command of a build whose output is read, as far as the build tool shows where it
// begins: Ninja prints "[3/7] ..." before the output of each, and CMake's rules for Make print
// "[ 50%] ...". Make mixes the output of commands that run at once.
type command struct {
	number   int
	title    string // the line that announced it, without its end when it is long
	lastLine string // the last line that is not part of a report
	known    bool   // it printed an error
	ninja    bool   // Ninja announced it
}

// console reports whether Ninja announced the command and its output follows at once, because it has
// the console: "Re-running CMake...".
func (c *command) console() bool { return c.ninja && (c.known || c.lastLine != "") }

// record keeps the last line of output, which becomes the message when the command fails without a
// report.
func (c *command) record(line string) {
	if text := strings.TrimSpace(line); text != "" {
		c.lastLine = text
	}
}

// failed returns the message for a command that failed, with its last line of output unless a
// report explains more, and the program that this line reports as missing.
func (c *command) failed(target, otherwise string) (message, program string) {
	if c.known || c.lastLine == "" {
		return target + " failed" + otherwise, ""
	}
	return target + " failed: " + c.lastLine, missingProgram(c.lastLine)
}

// maxAtOnce is how many commands of Make can run at once and be distinguished.
const maxAtOnce = 64

// commands are the commands of a build until now.
type commands struct {
	current command
	titles  [maxAtOnce]command // the last ones that were announced
	done    int                // how many Ninja had finished at its last progress line
	total   int
	edge    int      // the number of the command which that line announced
	failure *failure // the failed command whose output follows
	inner   external // the project whose steps are at work
}

// external is an ExternalProject. Ninja counts total commands of the build that it belongs to.
type external struct {
	name  string
	total int
}

// externalStep is the title of a step of an ExternalProject, with its name if it has output.
var externalStep = text.Regexp(`^\[[^\]]*\] (?:Performing .*step .*for '([^']+)'|.* step for '|Creating directories for '|Completed ')`)

// enter records the ExternalProject whose output follows the title of a command. That of a command
// of a build inside of it changes nothing.
func (c *commands) enter(title string, total int) {
	found := externalStep().FindStringSubmatch(title)
	switch {
	case found != nil && found[1] != "":
		c.inner = external{strings.Clone(found[1]), total}
	case found != nil, total > 0 && total == c.inner.total, strings.HasSuffix(title, "%] Built target "+c.inner.name):
		c.inner = external{}
	}
}

// begin starts the next command. title is the line that announced it, or empty.
func (c *commands) begin(title string) {
	c.current = command{number: c.current.number + 1}
	if title != "" {
		c.current.title = strings.Clone(title[:min(len(title), maxText)])
		c.titles[c.current.number%maxAtOnce] = c.current
	}
}

// next begins the command that a progress line announces. The output of a failed command ends where
// Ninja continues to count; until then such a line belongs to a build inside of it.
func (o *output) next(line string, done, total int) {
	c := &o.commands
	ninja := total > 0
	if f := c.failure; f != nil && ninja {
		inner := c.current.number > f.number
		if done == c.done+1 && (total == c.total || !inner) || done == c.done && total == c.total && !inner {
			o.closeFailure()
		}
	}
	o.begin(line)
	c.enter(line, total)
	c.current.ninja = ninja
	if ninja && c.failure == nil {
		c.done, c.total, c.edge = done, total, c.current.number
	}
}

// announced returns the number of the last command that was announced as making target. When there
// is none, the target has a title in the project's own words, or it has no title and follows "Built
// target x"; without such a title it is the current command.
func (c *commands) announced(target string) (number int, sure bool) {
	name := baseName(target)
	stem, _, _ := strings.Cut(name, ".")
	number = c.lastTitle(func(title string) bool {
		return name != "" && strings.Contains(title, stem) && announces(title, name)
	})
	if number == 0 {
		number = c.lastTitle(func(title string) bool { return !namesFile(title) })
	}
	if number == 0 {
		return c.current.number, false
	}
	return number, true
}

// lastTitle returns the number of the last command whose title matches, or 0.
func (c *commands) lastTitle(match func(title string) bool) int {
	number := 0
	for i := range c.titles {
		if t := &c.titles[i]; t.number > number && match(t.title) {
			number = t.number
		}
	}
	return number
}

// announces reports whether a title has the name of a file, of a library also without the version
// at its end.
func announces(title, name string) bool {
	for word := range strings.FieldsFuncSeq(title, func(r rune) bool { return r == ' ' || r == ',' }) {
		if base := baseName(word); base == name || strings.Contains(base, ".") && strings.HasPrefix(name, base+".") {
			return true
		}
	}
	return false
}

// namesFile reports whether a title is one of CMake's own that name the file to make.
func namesFile(title string) bool {
	_, text, _ := strings.Cut(title, "] ")
	verb, _, _ := strings.Cut(text, " ")
	return verb == "Building" || verb == "Linking" || verb == "Generating" || verb == "Automatic"
}

// progress splits the beginning of Ninja's "[3/7] ..." or of Make's "[ 50%] ...", for which total
// is 0.
func progress(line string) (done, total int, ok bool) {
	if line == "" || line[0] != '[' {
		return 0, 0, false
	}
	inside, _, ok := strings.Cut(line[1:], "]")
	if percent, found := strings.CutSuffix(inside, "%"); ok && found {
		return 0, 0, isNumber(strings.TrimSpace(percent))
	}
	first, second, _ := strings.Cut(inside, "/")
	done, ok1 := number(first)
	total, ok2 := number(second)
	return done, total, ok && ok1 && ok2 && total > 0
}

// isProgress reports whether a line announces a command.
func isProgress(line string) bool {
	_, _, ok := progress(line)
	return ok
}
