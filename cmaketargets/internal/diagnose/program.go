package diagnose

import (
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// program recognises the messages of the C and C++ libraries about an error in a program:
//
//	app: /src/a.c:7: int main(void): Assertion `x == 3' failed.
//	terminate called after throwing an instance of 'std::runtime_error'
//	  what():  no such file
func (o *output) program(line string) bool {
	if exception, ok := strings.CutPrefix(line, "terminate called after throwing an instance of "); ok {
		o.add(&model.Diagnostic{Severity: model.Error, Origin: "c++", Message: "uncaught exception " + strings.Trim(exception, "'`")})
		return true
	}
	if what, ok := strings.CutPrefix(line, "  what():  "); ok && o.last != nil && o.last.Origin == "c++" {
		o.last.Message, o.last.LogLast = bounded(o.last.Message+": "+what), o.number
		return true
	}
	failed, ok := strings.CutSuffix(line, " failed.")
	before, condition, found := strings.Cut(failed, ": Assertion ")
	if !ok || !found {
		return false
	}
	d := &model.Diagnostic{Severity: model.Error, Origin: "assert", Message: "assertion " + condition + " failed"}
	if _, place, ok := strings.Cut(before, ": "); ok {
		place, function, _ := strings.Cut(place, ": ")
		f, _ := splitPlace(place)
		d.File, d.Line, d.Column = f.File, f.Line, f.Column
		if function != "" {
			d.Notes = push(nil, model.Frame{Text: "in " + function})
		}
	}
	o.add(d)
	return true
}

// full are the messages of systems for a disk without room.
var full = []string{"No space left on device", "Disk quota exceeded", "There is not enough space on the disk"}

// diskFull keeps any complaint about a full disk. It explains all others, about files that are
// missing or incomplete.
func (o *output) diskFull(line string) bool {
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
	o.addError("system", text)
	return true
}

// maxCheck is how many lines of a failed check become its message.
const maxCheck = 6

// checkParser reads the failed checks of test libraries: GoogleTest, Catch2, QTest.
type checkParser struct {
	*output
	d     *model.Diagnostic // whose message follows
	lines int
}

// open recognises
//
//	/src/ring_test.cpp:12: Failure
//	/src/ring_test.cpp:12: FAILED:
//	FAIL!  : RingTest::wraps() Compared values are not the same
//	   Loc: [/src/ring_test.cpp(12)]
func (p *checkParser) open(line string) bool {
	if failed, ok := strings.CutPrefix(line, "FAIL!  : "); ok {
		p.add(&model.Diagnostic{Severity: model.Error, Origin: "test", Message: failed})
		return true
	}
	if strings.HasPrefix(line, "   Loc: [") && p.last != nil && p.last.Origin == "test" && p.last.Line == 0 {
		f, _ := splitPlace(between(line, "[", "]"))
		p.last.File, p.last.Line, p.last.LogLast = f.File, f.Line, p.number
		return true
	}
	place, ok := strings.CutSuffix(line, ": Failure")
	if !ok {
		place, ok = strings.CutSuffix(line, ": FAILED:")
	}
	f, found := splitPlace(place)
	if !ok || !found || strings.HasPrefix(line, " ") {
		return false
	}
	p.d = &model.Diagnostic{Severity: model.Error, Origin: "test", File: f.File, Line: f.Line, LogFirst: p.number}
	p.lines = 0
	return true
}

// more takes a line of the message of a failed check.
func (p *checkParser) more(line string) bool {
	d := p.d
	if d == nil {
		return false
	}
	text := strings.TrimSpace(line)
	if text != "" && !strings.HasPrefix(line, "[") && p.lines < maxCheck {
		if p.lines++; p.lines > 1 {
			d.Message += "\n  "
		}
		d.Message = bounded(d.Message + text)
		d.LogLast = p.number
		return true
	}
	p.d = nil
	if p.lines == 0 {
		d.Message = "check failed"
	}
	last := max(d.LogLast, d.LogFirst)
	p.add(d)
	d.LogLast = last
	return false
}

// pythonParser reads Python's tracebacks.
type pythonParser struct {
	*output
	trace *model.Diagnostic // open
}

// open recognises the first line of a traceback.
func (p *pythonParser) open(line string) bool {
	if line != "Traceback (most recent call last):" {
		return false
	}
	p.trace = &model.Diagnostic{Severity: model.Error, Origin: "python", LogFirst: p.number}
	return true
}

// more takes a line of a traceback: frames, each with its source, and at the end the exception,
// which is not indented.
func (p *pythonParser) more(line string) bool {
	d := p.trace
	if d == nil {
		return false
	}
	if rest, ok := strings.CutPrefix(line, `  File "`); ok {
		file, rest, _ := strings.Cut(rest, `", line `)
		digits, function, _ := strings.Cut(rest, ", in ")
		if n, ok := number(strings.TrimSpace(digits)); ok {
			d.File, d.Line = file, n
			d.Stack = append(push(nil, model.Frame{File: file, Line: n, Text: function}), d.Stack[:min(len(d.Stack), maxFrames-1)]...)
		}
		return true
	}
	if strings.HasPrefix(line, "  ") {
		return true
	}
	p.trace = nil
	if line == "" || d.File == "" {
		return false
	}
	d.Message = line
	d.Code, _, _ = strings.Cut(line, ":")
	p.add(d)
	return true
}
