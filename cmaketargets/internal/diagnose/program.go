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
