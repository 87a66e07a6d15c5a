package diagnose

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ctestRun is what ctest said until now.
type ctestRun struct {
	failed   map[int]*failedTest
	current  *failedTest // whose output this is
	listed   bool        // inside the list of failed tests
	complete bool        // ctest said which tests failed
	reason   string      // why a test cannot be run, printed before its result
	since    int         // the line of reason
}

// failedTest is a test of which ctest printed the result.
type failedTest struct {
	name, status string
	first, last  int         // lines of the output
	cause        *Diagnostic // the first error in it
}

// name is the test whose output is read, "" outside of tests.
func (r *ctestRun) name() string {
	if r.current == nil {
		return ""
	}
	return r.current.name
}

// saw remembers the first error that a test printed, and one that can be
// something else only until there is a better one.
func (r *ctestRun) saw(d *Diagnostic) {
	if t := r.current; t != nil && (t.cause == nil || t.cause.vague() && !d.vague()) && d.Severity == SeverityError {
		t.cause = d
	}
}

// ctest recognises the results of tests, with the output of each that failed
// behind it, and the list of them at the end:
//
//	    Start 3: name
//	3/9 Test #3: name ..........................Subprocess aborted***Exception:   0.00 sec
//	The following tests FAILED:
//		  3 - name (Timeout)                  label label
func (s *scanner) ctest(line string) bool {
	r := &s.tests
	text := strings.TrimLeft(line, " \t")
	switch {
	case r.listed:
		return s.listedTest(text)
	case line == "The following tests FAILED:":
		s.leaveTest()
		r.listed, r.complete = true, true
		return true
	case len(text) != len(line) && strings.HasPrefix(text, "Start "):
		if number, _, ok := strings.Cut(strings.TrimSpace(text[len("Start "):]), ": "); ok && isNumber(number) {
			s.leaveTest()
			return true
		}
	case strings.Contains(text, "% tests passed, "):
		s.leaveTest()
		r.complete = r.complete || strings.Contains(text, "% tests passed, 0 tests failed")
		return true
	case strings.HasPrefix(line, "Unable to find executable: "), strings.HasPrefix(line, "Failed test dependencies: "):
		if r.current == nil {
			r.reason = strings.ToLower(line[:1]) + line[1:]
		}
	case strings.HasPrefix(line, "Could not find executable ") && r.current == nil:
		r.since = s.number
	}
	return s.testResult(text)
}

// testResult recognises "3/9 Test #3: name ....***Failed    0.00 sec".
func (s *scanner) testResult(text string) bool {
	if text == "" || text[0] < '0' || text[0] > '9' {
		return false
	}
	count, rest, ok := strings.Cut(text, " Test ")
	done, total, slash := strings.Cut(count, "/")
	if !ok || !slash || !isNumber(done) || !isNumber(total) {
		return false
	}
	number, rest, ok := strings.Cut(strings.TrimLeft(rest, " "), ": ")
	at := strings.LastIndex(rest, " ...")
	if !ok || at < 0 || !strings.HasPrefix(number, "#") {
		return false
	}
	n, err := strconv.Atoi(number[1:])
	if err != nil {
		return false
	}
	r := &s.tests
	reason, since := r.reason, r.since
	s.leaveTest()
	_, status, failed := strings.Cut(rest[at:], "***")
	if !failed {
		return true // It passed.
	}
	t := &failedTest{name: strings.Clone(rest[:at]), first: s.number, last: s.number, status: firstWords(status)}
	if reason != "" {
		t.cause = &Diagnostic{Severity: SeverityError, Message: reason}
		if since > 0 {
			t.first = since
		}
	}
	if r.failed == nil {
		r.failed = map[int]*failedTest{}
	}
	if len(r.failed) < maxErrors {
		r.failed[n] = t
	}
	r.current = t
	return true
}

// firstWords is what a result says, up to the time that the test took.
func firstWords(status string) string {
	words, _, _ := strings.Cut(strings.TrimSpace(status), "  ")
	return strings.TrimSuffix(words, ":")
}

// leaveTest ends the output of a test.
func (s *scanner) leaveTest() {
	r := &s.tests
	if r.current != nil {
		s.closeSanitizer()
		r.current.last = max(r.current.first, s.number-1)
	}
	r.current, r.reason, r.since = nil, "", 0
}

// listedTest recognises an entry of the list at the end.
func (s *scanner) listedTest(text string) bool {
	number, rest, ok := strings.Cut(text, " - ")
	n, err := strconv.Atoi(number)
	end := strings.LastIndexByte(rest, ')')
	if err != nil || !ok || end < 0 {
		s.tests.listed = false
		return false
	}
	name, status := rest[:end], ""
	if open := strings.LastIndex(name, " ("); open >= 0 {
		name, status = name[:open], name[open+2:]
	}
	t := s.tests.failed[n]
	if t == nil {
		t = &failedTest{first: s.number, last: s.number}
	}
	delete(s.tests.failed, n)
	t.name, t.status = name, status
	s.addTest(t)
	return true
}

// addTest keeps a test that failed, at the place and with the words of the
// first error that it printed.
func (s *scanner) addTest(t *failedTest) {
	d := &Diagnostic{
		Severity: SeverityError, Origin: "ctest", Code: t.status, Message: t.name + " (" + t.status + ")",
		FirstLine: t.first, LastLine: t.last,
	}
	if c := t.cause; c != nil {
		d.File, d.Line, d.Column = c.File, c.Line, c.Column
		d.Message += ": " + c.Headline()
	}
	s.kept.add(d, s.command, s.blames())
	d.Test = t.name
	s.last = nil
}

// closeTests keeps the tests that failed when no list at the end says which,
// for ctest was cut off. Those that a list does not name were skipped, or passed
// when they were repeated.
func (s *scanner) closeTests() {
	s.number++ // The last line is the test's too.
	s.leaveTest()
	if s.tests.complete {
		return
	}
	for _, n := range slices.Sorted(maps.Keys(s.tests.failed)) {
		if t := s.tests.failed[n]; !strings.HasPrefix(t.status, "Skipped") && !strings.HasPrefix(t.status, "Not Run (Disabled)") {
			s.addTest(t)
		}
	}
}
