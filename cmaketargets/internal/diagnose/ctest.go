package diagnose

import (
	"sort"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// ctestParser reads the results of tests, with the output of each that failed after it, and the
// list of them at the end:
//
//	    Start 3: name
//	3/9 Test #3: name ..........................Subprocess aborted***Exception:   0.00 sec
//	The following tests FAILED:
//		  3 - name (Timeout)                  label label
type ctestParser struct {
	out       *output
	sanitizer *sanitizerParser
	failed    map[int]*failedTest
	listed    bool        // inside the list of failed tests
	complete  bool        // ctest reported which tests failed
	reason    string      // why a test cannot be run, printed before its result
	since     int         // the first line of this test's output, when it is before its result
	last      *failedTest // of the last result, nil when that is a success
	total     string      // how many tests there are, by the first result
	inner     bool        // a ctest that the last test ran has printed results
	skip      bool        // the next list is that ctest's
}

// take takes a line that ctest prints itself.
func (p *ctestParser) take(line string) bool {
	text := strings.TrimLeft(line, " \t")
	switch {
	case p.listed:
		return p.listedTest(text)
	case p.skip && line == "The following tests FAILED:":
		p.skip = false
	case line == "The following tests FAILED:":
		p.leaveTest()
		p.listed, p.complete = true, true
		return true
	case len(text) != len(line) && strings.HasPrefix(text, "Start "):
		if number, _, ok := strings.Cut(strings.TrimSpace(text[len("Start "):]), ": "); ok && isNumber(number) {
			p.leaveTest()
			return true
		}
	case strings.Contains(text, "% tests passed, "):
		if p.skip, p.inner = p.inner, false; p.skip {
			return false
		}
		p.leaveTest()
		p.complete = p.complete || strings.Contains(text, "% tests passed, 0 tests failed")
		return true
	case p.out.test != nil:
	case strings.HasPrefix(line, "Unable to find executable: "), strings.HasPrefix(line, "Failed test dependencies: "):
		p.reason = strings.ToLower(line[:1]) + line[1:]
	case strings.HasPrefix(line, "Could not find executable "):
		p.since = p.out.number
	}
	return p.result(text)
}

// resultLine is "3/9 Test #3: name ....***Failed    0.00 sec".
var resultLine = text.Regexp(`^\d+/(\d+) Test +#(\d+): (.*) \.\.\.(.*)$`)

// result takes the result of a test.
func (p *ctestParser) result(text string) bool {
	if text == "" || text[0] < '0' || text[0] > '9' {
		return false
	}
	found := resultLine().FindStringSubmatch(text)
	if found == nil {
		return false
	}
	n, ok := number(found[2])
	if !ok {
		return false
	}
	if p.total == "" {
		p.total = strings.Clone(found[1])
	}
	// A build may run several ctests, a test step only those that its tests run.
	if p.inner = p.out.step == "test" && found[1] != p.total; p.inner {
		p.out.test, p.reason, p.since = p.last, "", 0 // It may have announced a test.
		return false
	}
	reason, since := p.reason, p.since
	p.leaveTest()
	p.last = nil
	_, status, failed := strings.Cut(found[4], "***")
	if !failed {
		return true // It passed.
	}
	status, _, _ = strings.Cut(strings.TrimSpace(status), "  ") // The duration follows.
	t := &failedTest{name: strings.Clone(found[3]), first: p.out.number, last: p.out.number, status: strings.TrimSuffix(status, ":")}
	if reason != "" {
		t.cause = &model.Diagnostic{Severity: model.Error, Message: reason}
		if since > 0 {
			t.first = since
		}
	}
	if p.failed == nil {
		p.failed = map[int]*failedTest{}
	}
	if len(p.failed) < maxErrors {
		p.failed[n] = t
	}
	p.out.test, p.last = t, t
	return true
}

// leaveTest ends the output of a test.
func (p *ctestParser) leaveTest() {
	if p.out.test != nil {
		p.sanitizer.close()
		p.out.test.last = max(p.out.test.first, p.out.number-1)
	}
	p.out.test, p.reason, p.since = nil, "", 0
}

// listedLine is an entry of the list at the end: "3 - name (Timeout)    label".
var listedLine = text.Regexp(`^(\d+) - (.*)\)[^)]*$`)

// listedTest takes an entry of the list at the end.
func (p *ctestParser) listedTest(text string) bool {
	found := listedLine().FindStringSubmatch(text)
	if found == nil {
		p.listed = false
		return false
	}
	n, _ := number(found[1])
	t := p.failed[n]
	if t == nil {
		t = &failedTest{first: p.out.number, last: p.out.number}
	}
	delete(p.failed, n)
	t.name, t.status = found[2], ""
	if at := strings.LastIndex(t.name, " ("); at >= 0 {
		t.name, t.status = t.name[:at], t.name[at+2:]
	}
	p.addTest(t)
	return true
}

// addTest keeps a failed test, with the place and the message of the first error in its output.
func (p *ctestParser) addTest(t *failedTest) {
	d := &model.Diagnostic{
		Severity: model.Error, Origin: "ctest", Code: t.status, Message: t.name + " (" + t.status + ")",
		LogFirst: t.first, LogLast: t.last,
	}
	if c := t.cause; c != nil {
		d.File, d.Line, d.Column = c.File, c.Line, c.Column
		d.Message += ": " + c.Headline()
	}
	p.out.kept.add(d, p.out.commands.current, p.out.commands.blamed())
	d.Test = t.name
	p.out.last = nil
}

// close keeps the failed tests when ctest was interrupted before its list. Tests that the list
// omits were skipped, or passed when they were repeated.
func (p *ctestParser) close() {
	p.out.number++ // The last line belongs to the test too.
	p.leaveTest()
	if p.complete {
		return
	}
	var numbers []int
	for n := range p.failed {
		numbers = append(numbers, n)
	}
	sort.Ints(numbers)
	for _, n := range numbers {
		if t := p.failed[n]; !strings.HasPrefix(t.status, "Skipped") && !strings.HasPrefix(t.status, "Not Run (Disabled)") {
			p.addTest(t)
		}
	}
}
