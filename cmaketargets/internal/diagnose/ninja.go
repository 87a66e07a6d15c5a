package diagnose

import (
	"slices"
	"strings"
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

// stops are reasons to stop that repeat what was printed before.
var stops = []string{"", "subcommand failed", "subcommands failed", "cannot make progress due to previous errors", "interrupted by user"}

// buildStopped keeps Ninja's own failure when it is the reason to stop:
//
//	ninja: build stopped: Error writing to deps log: No space left on device.
func (o *output) buildStopped(why string) {
	if !slices.Contains(stops, why) && !o.diskFull(why) {
		o.addError("ninja", why)
	}
}
