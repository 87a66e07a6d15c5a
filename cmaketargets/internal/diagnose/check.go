package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

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
