package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// assertion is the message of assert() with its place and function.
var assertion = text.Regexp(`^.*?(?:: (.*?)(?:: (.*?))?)?: Assertion (.*) failed\.$`)

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
	if !strings.HasSuffix(line, " failed.") {
		return false
	}
	found := assertion().FindStringSubmatch(line)
	if found == nil {
		return false
	}
	d := &model.Diagnostic{Severity: model.Error, Origin: "assert", Message: "assertion " + found[3] + " failed"}
	f, _ := splitPlace(found[1])
	setPlace(d, f)
	if found[2] != "" {
		d.Notes = push(nil, model.Frame{Text: "in " + found[2]})
	}
	o.add(d)
	return true
}

var (
	// full matches the messages of systems for a disk without room, fullMark the text before them.
	full     = text.Regexp(`No space left on device|Disk quota exceeded|There is not enough space on the disk`)
	fullMark = text.Regexp(`^.*?(?:[Ff]atal )?error: `)
)

// diskFull keeps any complaint about a full disk. It explains all others, about files that are
// missing or incomplete.
func (o *output) diskFull(line string) bool {
	// The words are in few lines.
	if !strings.Contains(line, "space") && !strings.Contains(line, "quota") || !full().MatchString(line) {
		return false
	}
	o.addError("system", fullMark().ReplaceAllString(strings.TrimSpace(line), ""))
	return true
}

var (
	// starved matches the messages of tools that were refused memory. Those with a place are about
	// the code, but for MSVC's.
	starved = text.Regexp(`(?:^|: )(?:(?:virtual )?memory exhausted|out of memory(?:$| allocating )|memory allocation of \d+ bytes failed)|` +
		`: Cannot allocate memory|std::bad_alloc|\b(?:C1060|C3859|LNK1102) ?: `)
	codePlace = text.Regexp(`^[^:\s]+:\d+:\d*:? |^\S+\(\d+\): (?:error|warning): `)
	// killed matches the messages of compilers, shells and CMake about a program that signal 9 ended.
	killed = text.Regexp(`(?m)Killed signal terminated program|internal compiler error: Killed|unable to execute command: Killed|` +
		`(?:terminated with|died due to) signal 9\b|Subprocess killed$|^(?:\S+: (?:line )?\d+: +(?:\d+ )?)?Killed(?:: 9)?(?:$|  )`) // Shells pad the word.
)

// Killed begins the message about a tool that signal 9 ended: its reason is known only where the
// kernel counted it.
const Killed = "killed, probably for lack of memory: "

// outOfMemory keeps the complaint of a tool without memory, or about one that was killed. Programs
// that a test runs have reasons of their own for that.
func (o *output) outOfMemory(line string) bool {
	if o.step == "test" || !strings.Contains(line, "emory") && !strings.Contains(line, "illed") && !strings.Contains(line, "signal 9") &&
		!strings.Contains(line, "bad_alloc") && !strings.Contains(line, "heap space") {
		return false
	}
	message := fullMark().ReplaceAllString(strings.TrimSpace(line), "")
	switch {
	case killed().MatchString(line):
		if f := o.commands.failure; f != nil && strings.Contains(line, "Killed") && !strings.Contains(message, " program ") {
			message = f.target
		}
		message = Killed + message
	case !starved().MatchString(line) || codePlace().MatchString(line):
		return false
	}
	o.add(&model.Diagnostic{Severity: model.Error, Origin: "system", Code: model.OutOfMemory, Message: bounded(message)})
	return true
}

// killedStatus makes of the failure of a command that its build tool reports as ended by signal 9
// one for lack of memory, unless a report in its output explains it.
func (o *output) killedStatus(d *model.Diagnostic, target, status string) {
	switch status {
	case "137", "Error 137", "Killed", "Killed: 9":
		if !o.commands.current.known {
			d.Code, d.Message = model.OutOfMemory, Killed+target
		}
	}
}

// maxCheck is how many lines of a failed check become its message.
const maxCheck = 6

// checkParser reads the failed checks of test libraries: GoogleTest, Catch2, QTest.
type checkParser struct {
	out   *output
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
		p.out.add(&model.Diagnostic{Severity: model.Error, Origin: "test", Message: failed})
		return true
	}
	if strings.HasPrefix(line, "   Loc: [") && p.out.last != nil && p.out.last.Origin == "test" && p.out.last.Line == 0 {
		f, _ := splitPlace(between(line, "[", "]"))
		p.out.last.File, p.out.last.Line, p.out.last.LogLast = f.File, f.Line, p.out.number
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
	p.d = &model.Diagnostic{Severity: model.Error, Origin: "test", File: f.File, Line: f.Line, LogFirst: p.out.number}
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
		d.LogLast = p.out.number
		return true
	}
	p.d = nil
	if p.lines == 0 {
		d.Message = "check failed"
	}
	last := max(d.LogLast, d.LogFirst)
	p.out.add(d)
	d.LogLast = last
	return false
}

// pythonParser reads Python's tracebacks.
type pythonParser struct {
	out   *output
	trace *model.Diagnostic // open
}

// open recognises the first line of a traceback.
func (p *pythonParser) open(line string) bool {
	if line != "Traceback (most recent call last):" {
		return false
	}
	p.trace = &model.Diagnostic{Severity: model.Error, Origin: "python", LogFirst: p.out.number}
	return true
}

// pythonFrame is a line of a traceback.
var pythonFrame = text.Regexp(`^  File "(.*?)", line (\d+)(?:, in (.*))?$`)

// more takes a line of a traceback: frames, each with its source, and at the end the exception,
// which is not indented.
func (p *pythonParser) more(line string) bool {
	d := p.trace
	if d == nil {
		return false
	}
	if isProgress(line) { // Make mixes the output of commands.
		p.trace = nil
		return false
	}
	if found := pythonFrame().FindStringSubmatch(line); found != nil {
		d.File = found[1]
		d.Line, _ = number(found[2])
		f := model.Frame{File: d.File, Line: d.Line, Text: found[3]}
		d.Stack = append(push(nil, f), d.Stack[:min(len(d.Stack), maxFrames-1)]...)
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
	p.out.add(d)
	return true
}
