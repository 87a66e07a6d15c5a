package diagnose

import (
	"slices"
	"strconv"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// ninja recognises Ninja's own messages:
//
//	FAILED: [code=1] gen.h /build/gen.h
//	ninja: error: 'x.h', needed by 'gen', missing and no known rule to make it
//	ninja: build stopped: subcommand failed.
func (o *output) ninja(line string) bool {
	c := &o.commands
	if c.failure != nil && !c.failure.quoted {
		c.failure.quoted = true // Ninja repeats the command first.
		return true
	}
	if strings.HasPrefix(line, "ninja: ") {
		o.closeFailure()
		o.begin("")
		c.edge = 0
	}
	if why, ok := strings.CutPrefix(line, "ninja: build stopped"); ok {
		o.buildStopped(strings.Trim(why, ": ."))
		return true
	}
	rest, ok := strings.CutPrefix(line, "FAILED: ")
	if !ok {
		// The compiler parser reads "ninja: error: " and "ninja: fatal: ".
		return strings.HasPrefix(line, "ninja: Entering directory")
	}
	// Tests print such lines too. Ninja's follows the progress line, or the output of a command
	// that has the console, and ends in a blank.
	expected := c.current.title != "" && c.current.lastLine == "" && !c.current.known && c.failure == nil
	if !expected && !strings.HasSuffix(line, " ") {
		return false
	}
	code := ""
	if inside, ok := strings.CutPrefix(rest, "[code="); ok {
		code, rest, _ = strings.Cut(inside, "] ")
	}
	target, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	o.openFailure(target, code)
	return true
}

// stops are reasons to stop that repeat earlier output.
var stops = []string{"", "subcommand failed", "subcommands failed", "cannot make progress due to previous errors", "interrupted by user"}

// buildStopped keeps Ninja's own failure when it is the reason to stop:
//
//	ninja: build stopped: Error writing to deps log: No space left on device.
func (o *output) buildStopped(why string) {
	if !slices.Contains(stops, why) && !o.diskFull(why) {
		o.addError("ninja", why)
	}
}

// failure is a command that Ninja reported as failed and whose output follows.
type failure struct {
	e      *entry
	target string // the first of its outputs
	number int    // of the command
	quoted bool   // the command line was read
	inner  bool   // it is a build that reported its own failure
}

// openFailure starts the output of a failed command, of which Ninja prints "FAILED: [code=1] a.o
// b.o".
func (o *output) openFailure(target, code string) {
	c := &o.commands
	since := c.edge // One that has the console printed its output already.
	if c.failure != nil || since == 0 {
		o.innerFailure()
		o.closeFailure()
		if !c.current.console() {
			o.begin("")
		}
		since = c.current.number
	}
	o.kept.blame(since, false)
	e := o.add(&model.Diagnostic{Severity: model.Error, Origin: "ninja", Code: code, Message: target + " failed", Summary: true})
	e.blamed, o.last = true, nil
	c.failure = &failure{e: e, target: target, number: c.current.number}
}

// blamed reports whether the current line is printed by a command that failed.
func (c *commands) blamed() bool { return c.failure != nil && !c.failure.inner }

// innerFailure records that a build inside of a failed command reports its own failure: its other
// commands did not fail.
func (o *output) innerFailure() {
	if f := o.commands.failure; f != nil && !f.inner && o.commands.current.number > f.number {
		f.inner = true
		o.kept.excuse(f.number)
	}
}

// closeFailure sets the message of a failed command to the last line of its output.
func (o *output) closeFailure() {
	if f := o.commands.failure; f != nil {
		message, program := o.commands.current.failed(f.target, "")
		f.e.words = message != f.target+" failed"
		f.e.Message, f.e.Missing = bounded(message), program
		o.killedStatus(f.e.Diagnostic, f.target, f.e.Code)
		f.e.LogLast = max(f.e.LogLast, o.number-1)
	}
	o.commands.failure = nil
}

// make recognises the messages of GNU Make about a failed rule:
//
//	gmake[2]: *** [CMakeFiles/gen.dir/build.make:73: gen.h] Error 3
//	make: *** No rule to make target 'x.h', needed by 'gen'.  Stop.
func (o *output) make(line string) bool {
	if cycle, ok := strings.CutSuffix(line, " dependency dropped."); ok && strings.Contains(cycle, ": Circular ") {
		_, cycle, _ = strings.Cut(cycle, ": Circular ")
		o.add(&model.Diagnostic{Severity: model.Warning, Origin: "make", Message: "circular dependency dropped: " + cycle})
		return true
	}
	if isMakeStatus(line) {
		return true
	}
	place, rest, ok := strings.Cut(line, ": *** ")
	if !ok || strings.HasPrefix(line, " ") {
		return false
	}
	at, isFile := splitPlace(place) // Makefile:3: *** missing separator.
	if !isFile && !isMake(place) {
		return false
	}
	if strings.HasSuffix(rest, "...") || strings.HasSuffix(rest, "…") {
		return true // "Waiting for unfinished jobs....", in any language.
	}
	if strings.Contains(rest, "Deleting file '") {
		return true // The output of a rule that failed, which it reports, too.
	}
	d := &model.Diagnostic{Severity: model.Error, Origin: "make", File: at.File, Line: at.Line, Message: rest}
	inside, status, ok := strings.Cut(strings.TrimPrefix(rest, "["), "] ")
	if ok && strings.HasPrefix(rest, "[") {
		o.ruleFailed(d, strings.TrimSpace(inside[strings.LastIndex(inside, ": ")+1:]), status)
		return true
	}
	o.add(d)
	o.begin("")
	return true
}

// ruleFailed keeps d as the failure of the rule for target. status is "Error 2", in any language,
// "Error 2 (ignored)" or the name of a signal.
func (o *output) ruleFailed(d *model.Diagnostic, target, status string) {
	d.Summary = true
	d.Message, d.Missing = o.commands.current.failed(target, ": "+status)
	words, ignored, _ := strings.Cut(status, "(")
	words = strings.TrimSpace(words)
	if code, err := strconv.Atoi(words[strings.LastIndexByte(words, ' ')+1:]); err == nil {
		d.Code = strconv.Itoa(code)
		if ignored != "" {
			return
		}
	}
	o.killedStatus(d, target, words)
	o.innerFailure()
	e := o.add(d)
	e.words = d.Message != target+" failed: "+status
	// The output since the command was announced is its own, or that of commands beside it.
	since, sure := o.commands.announced(target)
	mixed := since < o.commands.current.number
	o.kept.blame(since, mixed)
	e.blamed = sure && !mixed || e.words && o.commands.failure != nil
	o.begin("")
}

// isMake reports whether a text is the name of Make, such as "gmake[2]".
func isMake(name string) bool {
	tool, _, _ := strings.Cut(baseName(name), "[")
	return strings.HasSuffix(strings.TrimSuffix(tool, ".exe"), "make")
}

// isMakeStatus reports whether Make prints a line about itself, which is no output of a command.
func isMakeStatus(line string) bool {
	tool, text, ok := strings.Cut(line, ": ")
	return ok && isMake(tool) &&
		(strings.HasPrefix(text, "Entering directory ") || strings.HasPrefix(text, "Leaving directory ") ||
			strings.HasPrefix(text, "Nothing to be done for ") || strings.HasSuffix(text, " not remade because of errors."))
}
