package diagnose

import "strings"

// sanitizers are their names in reports, and in Origin.
var sanitizers = []struct{ name, origin string }{
	{"AddressSanitizer", "asan"},
	{"LeakSanitizer", "lsan"},
	{"MemorySanitizer", "msan"},
	{"ThreadSanitizer", "tsan"},
	{"UndefinedBehaviorSanitizer", "ubsan"},
	{"HWAddressSanitizer", "hwasan"},
}

// sanitizerReport is a report of a sanitizer, until its summary.
type sanitizerReport struct {
	d       *Diagnostic
	heading string // of the stack that is read; "" for the first
	added   bool   // the stack's frame of interest was found
}

// openSanitizer recognises the first line of a report:
//
//	==123==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6020 at pc ...
//	==123==WARNING: MemorySanitizer: use-of-uninitialized-value
//	WARNING: ThreadSanitizer: data race (pid=123)
func (s *scanner) openSanitizer(line string) bool {
	if !strings.HasPrefix(line, "==") && !strings.HasPrefix(line, "WARNING: ") {
		return false
	}
	_, rest, ok := strings.Cut(line, "Sanitizer: ")
	if !ok {
		return false
	}
	head := line[:len(line)-len(rest)]
	for _, san := range sanitizers {
		before, ok := strings.CutSuffix(head, san.name+": ")
		if !ok || !strings.HasSuffix(before, "ERROR: ") && !strings.HasSuffix(before, "WARNING: ") {
			continue
		}
		if strings.TrimLeft(before, "=0123456789EROWANIG: ") != "" {
			continue
		}
		s.closeSanitizer()
		if san.origin == "lsan" {
			s.sanitizer = &sanitizerReport{} // Each leak is a report.
			return true
		}
		kind, _, _ := strings.Cut(rest, " at pc ")
		kind, _, _ = strings.Cut(kind, " (p")
		code, _, _ := strings.Cut(kind, " on ")
		kind = code + strings.TrimPrefix(withoutAddress(kind[len(code):]), " on address")
		s.openReport(san.origin, strings.ReplaceAll(code, " ", "-"), kind)
		return true
	}
	return false
}

func (s *scanner) openReport(origin, code, message string) {
	s.sanitizer = &sanitizerReport{d: &Diagnostic{
		Severity: SeverityError, Origin: origin, Code: code, Message: message, FirstLine: s.number, LastLine: s.number,
	}}
}

// withoutAddress removes numbers that differ from run to run.
func withoutAddress(text string) string {
	out := ""
	for word := range strings.FieldsSeq(text) {
		if strings.HasPrefix(word, "0x") {
			out = strings.TrimSuffix(out, " at")
		} else {
			out += " " + word
		}
	}
	return strings.TrimSuffix(out, " at")
}

// inSanitizer takes a line of an open report.
func (s *scanner) inSanitizer(line string) bool {
	r := s.sanitizer
	if r == nil {
		return false
	}
	text := strings.TrimSpace(line)
	if strings.HasPrefix(text, "SUMMARY: ") && strings.Contains(text, "Sanitizer: ") {
		s.summarySanitizer(text)
		return true
	}
	if leak, ok := strings.CutSuffix(text, " allocated from:"); ok && strings.Contains(leak, " leak of ") {
		s.closeSanitizer()
		s.openReport("lsan", "memory-leak", leak)
		return true
	}
	if r.d == nil {
		return text == "" || !isProgress(line) // Of LeakSanitizer, before the first leak.
	}
	r.d.LastLine = s.number
	if frame, ok := sanitizerFrame(text); ok {
		r.frame(frame)
		return true
	}
	switch {
	case text == "":
	case strings.HasSuffix(text, ":"), strings.Contains(text, " is located in stack of "):
		if len(r.d.Stack) > 0 {
			r.heading, r.added = withoutAddress(strings.TrimSuffix(text, ":")), false
			return true
		}
		fallthrough // Of ThreadSanitizer, before its first stack.
	case strings.HasPrefix(text, "READ of size "), strings.HasPrefix(text, "WRITE of size "):
		access, _, _ := strings.Cut(text, " at 0x")
		r.d.Message = bounded(r.d.Message + ": " + access)
	case isProgress(line), strings.HasPrefix(line, "FAILED: "):
		s.closeSanitizer()
		return false
	}
	return true
}

// frame takes a line of a stack. The first own one is the place of the report,
// or the note of a further stack.
func (r *sanitizerReport) frame(f Frame) {
	switch {
	case r.heading == "":
		r.d.Stack = push(r.d.Stack, f)
		if r.d.File == "" && isOwn(f) {
			r.d.File, r.d.Line, r.d.Column = f.File, f.Line, f.Column
		}
	case !r.added && isOwn(f):
		r.added = true
		r.d.Notes = push(r.d.Notes, Frame{f.File, f.Line, f.Column, strings.TrimSpace(r.heading)})
	}
}

// sanitizerFrame splits
//
//	#1 0x5572b2a941fe in main /tmp/main.c:9:3
//	#0 count /tmp/main.c:5 (app+0x11d0)
//	#0 0x555903fd277b in memset (/tmp/app+0xa277b) (BuildId: c9ee)
func sanitizerFrame(text string) (Frame, bool) {
	if text == "" || text[0] != '#' {
		return Frame{}, false
	}
	number, rest, ok := strings.Cut(text[1:], " ")
	if !ok || !isNumber(number) {
		return Frame{}, false
	}
	if strings.HasPrefix(rest, "0x") {
		if _, rest, ok = strings.Cut(rest, " in "); !ok {
			return Frame{Text: "?"}, true
		}
	}
	if at := strings.Index(rest, " ("); at >= 0 && strings.Contains(rest[at:], "+0x") {
		rest = rest[:at]
	}
	// A function can have blanks in its arguments, and so can a path: the
	// place begins behind the last blank that makes it one with a slash.
	if at := strings.Index(rest, " /"); at >= 0 {
		if file, line, column, ok := splitPlace(rest[at+1:]); ok {
			return Frame{file, line, column, rest[:at]}, true
		}
	}
	if at := strings.LastIndexByte(rest, ' '); at >= 0 {
		if file, line, column, ok := splitPlace(rest[at+1:]); ok {
			return Frame{file, line, column, rest[:at]}, true
		}
	}
	return Frame{Text: strings.TrimSuffix(rest, " <null>")}, true
}

// isOwn reports whether a frame can be the project's: it has a line, and its
// file is not one of the compiler's or of the system's libraries.
func isOwn(f Frame) bool {
	if f.Line == 0 || strings.HasPrefix(f.File, "/usr/") || strings.HasPrefix(f.File, "../") || strings.HasPrefix(f.File, "csu/") {
		return false
	}
	for _, part := range []string{"/sysdeps/", "libsanitizer/", "compiler-rt/", "sanitizer_common/"} {
		if strings.Contains(f.File, part) {
			return false
		}
	}
	return true
}

// summarySanitizer ends a report; its first word is the kind.
func (s *scanner) summarySanitizer(text string) {
	if d := s.sanitizer.d; d != nil && d.Origin == "asan" {
		_, kind, _ := strings.Cut(text, "Sanitizer: ")
		if kind, _, _ = strings.Cut(kind, " "); !isNumber(kind) {
			d.Code = kind
		}
	}
	s.closeSanitizer()
}

// closeSanitizer keeps the report that is open.
func (s *scanner) closeSanitizer() {
	r := s.sanitizer
	s.sanitizer = nil
	if r == nil || r.d == nil {
		return
	}
	s.add(r.d)
	s.last = nil
}
