package diagnose

import "github.com/magecmake/magecmake/cmaketargets/internal/model"

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
		o.begin("")
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
		f.e.LogLast = max(f.e.LogLast, o.number-1)
	}
	o.commands.failure = nil
}
