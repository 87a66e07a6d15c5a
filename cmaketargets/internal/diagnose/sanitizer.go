package diagnose

import (
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// sanitizers maps their names in reports to their origins.
var sanitizers = map[string]string{
	"AddressSanitizer":           "asan",
	"LeakSanitizer":              "lsan",
	"MemorySanitizer":            "msan",
	"ThreadSanitizer":            "tsan",
	"UndefinedBehaviorSanitizer": "ubsan",
	"HWAddressSanitizer":         "hwasan",
}

// sanitizerHead is the first line of a report.
var sanitizerHead = text.Regexp(`^(?:==\d+==)?(?:ERROR|WARNING): (\w+): (.*)$`)

// sanitizerParser reads the reports of sanitizers.
type sanitizerParser struct {
	*output
	report *sanitizerReport // open
}

// sanitizerReport is a report until its summary.
type sanitizerReport struct {
	d       *model.Diagnostic // nil for LeakSanitizer's before the first leak
	heading string            // of the stack that is read; empty for the first
	added   bool              // the stack's frame of interest was found
}

// open recognises the first line of a report:
//
//	==123==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6020 at pc ...
//	==123==WARNING: MemorySanitizer: use-of-uninitialized-value
//	WARNING: ThreadSanitizer: data race (pid=123)
func (p *sanitizerParser) open(line string) bool {
	if !strings.HasPrefix(line, "==") && !strings.HasPrefix(line, "WARNING: ") {
		return false
	}
	found := sanitizerHead().FindStringSubmatch(line)
	if found == nil || sanitizers[found[1]] == "" {
		return false
	}
	origin, rest := sanitizers[found[1]], found[2]
	p.close()
	if origin == "lsan" {
		p.report = &sanitizerReport{} // Each leak is a report.
		return true
	}
	kind, _, _ := strings.Cut(rest, " at pc ")
	kind, _, _ = strings.Cut(kind, " (p")
	code, _, _ := strings.Cut(kind, " on ")
	kind = code + strings.TrimPrefix(withoutAddress(kind[len(code):]), " on address")
	p.begin(origin, strings.ReplaceAll(code, " ", "-"), kind)
	return true
}

// begin opens a report.
func (p *sanitizerParser) begin(origin, code, message string) {
	p.report = &sanitizerReport{d: &model.Diagnostic{
		Severity: model.Error, Origin: origin, Code: code, Message: message, LogFirst: p.number, LogLast: p.number,
	}}
}

// more takes a line of the open report.
func (p *sanitizerParser) more(line string) bool {
	r := p.report
	if r == nil {
		return false
	}
	text := strings.TrimSpace(line)
	if strings.HasPrefix(text, "SUMMARY: ") && strings.Contains(text, "Sanitizer: ") {
		p.summary(text)
		return true
	}
	if leak, ok := strings.CutSuffix(text, " allocated from:"); ok && strings.Contains(leak, " leak of ") {
		p.close()
		p.begin("lsan", "memory-leak", leak)
		return true
	}
	if r.d == nil {
		return text == "" || !isProgress(line)
	}
	r.d.LogLast = p.number
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
		fallthrough // ThreadSanitizer's, before its first stack.
	case strings.HasPrefix(text, "READ of size "), strings.HasPrefix(text, "WRITE of size "):
		access, _, _ := strings.Cut(text, " at 0x")
		r.d.Message = bounded(r.d.Message + ": " + access)
	case isProgress(line), strings.HasPrefix(line, "FAILED: "):
		p.close()
		return false
	}
	return true
}

// summary ends a report. The first word of AddressSanitizer's summary is the code.
func (p *sanitizerParser) summary(text string) {
	if d := p.report.d; d != nil && d.Origin == "asan" {
		_, kind, _ := strings.Cut(text, "Sanitizer: ")
		if kind, _, _ = strings.Cut(kind, " "); !isNumber(kind) {
			d.Code = kind
		}
	}
	p.close()
}

// close keeps the open report.
func (p *sanitizerParser) close() {
	r := p.report
	p.report = nil
	if r != nil && r.d != nil {
		p.add(r.d)
		p.last = nil
	}
}

// frame takes a line of a stack. The first frame of the project is the place of the report, or a
// note in further stacks.
func (r *sanitizerReport) frame(f model.Frame) {
	switch {
	case r.heading == "":
		r.d.Stack = push(r.d.Stack, f)
		if r.d.File == "" && isOwn(f) {
			r.d.File, r.d.Line, r.d.Column = f.File, f.Line, f.Column
		}
	case !r.added && isOwn(f):
		r.added = true
		f.Text = strings.TrimSpace(r.heading)
		r.d.Notes = push(r.d.Notes, f)
	}
}

// withoutAddress removes addresses, which differ from run to run.
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

// sanitizerFrame splits
//
//	#1 0x5572b2a941fe in main /tmp/main.c:9:3
//	#0 count /tmp/main.c:5 (app+0x11d0)
//	#0 0x555903fd277b in memset (/tmp/app+0xa277b) (BuildId: c9ee)
func sanitizerFrame(text string) (model.Frame, bool) {
	if text == "" || text[0] != '#' {
		return model.Frame{}, false
	}
	number, rest, ok := strings.Cut(text[1:], " ")
	if !ok || !isNumber(number) {
		return model.Frame{}, false
	}
	if strings.HasPrefix(rest, "0x") {
		if _, rest, ok = strings.Cut(rest, " in "); !ok {
			return model.Frame{Text: "?"}, true
		}
	}
	if at := strings.Index(rest, " ("); at >= 0 && strings.Contains(rest[at:], "+0x") {
		rest = rest[:at]
	}
	// Both a function's arguments and a path can contain blanks: the place begins after the first
	// blank before a slash, otherwise after the last blank.
	for _, at := range []int{strings.Index(rest, " /"), strings.LastIndexByte(rest, ' ')} {
		if at < 0 {
			continue
		}
		if f, ok := splitPlace(rest[at+1:]); ok {
			f.Text = rest[:at]
			return f, true
		}
	}
	return model.Frame{Text: strings.TrimSuffix(rest, " <null>")}, true
}

// isOwn reports whether a frame can be the project's: it has a line, and its file does not belong
// to the compiler or to the libraries of the system.
func isOwn(f model.Frame) bool {
	if f.Line == 0 || strings.HasPrefix(f.File, "/usr/") || strings.HasPrefix(f.File, "../") || strings.HasPrefix(f.File, "csu/") {
		return false
	}
	return !slices.ContainsFunc([]string{"/sysdeps/", "libsanitizer/", "compiler-rt/", "sanitizer_common/"}, func(part string) bool {
		return strings.Contains(f.File, part)
	})
}
