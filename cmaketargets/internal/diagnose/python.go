package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

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
