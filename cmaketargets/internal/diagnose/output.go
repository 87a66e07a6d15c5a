package diagnose

import "github.com/magecmake/magecmake/cmaketargets/internal/model"

// output is the state that the parsers share.
type output struct {
	step     string
	number   int // of the line that is read, from 1
	commands commands
	kept     keeper
	test     *failedTest       // whose output is read
	context  compilerContext   // printed before the next report of a compiler or linker
	last     *model.Diagnostic // that quoted source and notes belong to
	source   int               // the line where last may quote source without a margin
}

// failedTest is a test that ctest reported as failed.
type failedTest struct {
	name, status string
	first, last  int               // lines of the output
	cause        *model.Diagnostic // the first error in it
}

// add keeps a diagnostic that the current line completes; the lines that follow may belong to it.
func (o *output) add(d *model.Diagnostic) *entry {
	if d.LogFirst == 0 {
		d.LogFirst = o.number
	}
	d.LogLast = max(d.LogLast, o.number)
	if d.Origin == "cmake" && o.step == "configure" && killed().MatchString(d.Message) {
		d.Code = model.OutOfMemory // A compiler that CMake tried.
	}
	if d.Missing == "" && d.Severity != model.Note {
		d.Missing = missing(*d)
	}
	if o.test != nil {
		d.Test = o.test.name
	}
	if d.Severity == model.Error {
		if !d.Summary {
			o.commands.current.known = true
		}
		if t := o.test; t != nil && (t.cause == nil || vague(*t.cause) && !vague(*d)) {
			t.cause = d
		}
	}
	e := o.kept.add(d, o.commands.current, o.commands.blamed())
	o.last, o.source = d, o.number+1
	return e
}

// addInContext is add for a report of a compiler or linker, with the lines that it printed before.
func (o *output) addInContext(d *model.Diagnostic) {
	o.context.move(d)
	o.add(d)
}

// addError keeps an error without a place.
func (o *output) addError(origin, message string) {
	o.add(&model.Diagnostic{Severity: model.Error, Origin: origin, Message: bounded(message)})
}

// addNote adds a note to the last diagnostic, if there is one.
func (o *output) addNote(f model.Frame) {
	if o.last != nil {
		o.last.Notes = push(o.last.Notes, f)
		o.last.LogLast = o.number
	}
}

// quotes reports whether a line is source below the report of a compiler, whose words are the code's.
func (o *output) quotes(line string) bool {
	return o.last != nil && o.last.Line > 0 && (line[0] == ' ' || line[0] == '\t')
}

// begin starts the output of another command. title is the line that announced it, or empty.
func (o *output) begin(title string) {
	o.commands.begin(title)
	o.context, o.last = compilerContext{}, nil
}
