package diagnose

import (
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
	out     *output
	reading bool              // until the summary of a report
	d       *model.Diagnostic // that is read; nil for LeakSanitizer's before the first leak
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
		p.reading = true // Each leak is a report.
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
	p.reading, p.heading, p.added = true, "", false
	p.d = &model.Diagnostic{
		Severity: model.Error, Origin: origin, Code: code, Message: message, LogFirst: p.out.number, LogLast: p.out.number,
	}
}

// more takes a line of the open report.
func (p *sanitizerParser) more(line string) bool {
	if !p.reading {
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
	if p.d == nil {
		return text == "" || !isProgress(line)
	}
	p.d.LogLast = p.out.number
	if frame, ok := sanitizerFrame(text); ok {
		p.frame(frame)
		return true
	}
	switch {
	case text == "":
	case strings.HasSuffix(text, ":"), strings.Contains(text, " is located in stack of "):
		if len(p.d.Stack) > 0 {
			p.heading, p.added = withoutAddress(strings.TrimSuffix(text, ":")), false
			return true
		}
		fallthrough // ThreadSanitizer's, before its first stack.
	case strings.HasPrefix(text, "READ of size "), strings.HasPrefix(text, "WRITE of size "):
		access, _, _ := strings.Cut(text, " at 0x")
		p.d.Message = bounded(p.d.Message + ": " + access)
	case isProgress(line), strings.HasPrefix(line, "FAILED: "):
		p.close()
		return false
	}
	return true
}

// summary ends a report. The first word of AddressSanitizer's summary is the code.
func (p *sanitizerParser) summary(text string) {
	if d := p.d; d != nil && d.Origin == "asan" {
		_, kind, _ := strings.Cut(text, "Sanitizer: ")
		if kind, _, _ = strings.Cut(kind, " "); !isNumber(kind) {
			d.Code = kind
		}
	}
	p.close()
}

// close keeps the open report.
func (p *sanitizerParser) close() {
	if p.d != nil {
		p.out.add(p.d)
		p.out.last = nil
	}
	p.reading, p.d = false, nil
}

// frame takes a line of a stack. The first frame of the project is the place of the report, or a
// note in further stacks.
func (p *sanitizerParser) frame(f model.Frame) {
	switch {
	case p.heading == "":
		p.d.Stack = push(p.d.Stack, f)
		if p.d.File == "" && isOwn(f) {
			setPlace(p.d, f)
		}
	case !p.added && isOwn(f):
		p.added = true
		f.Text = strings.TrimSpace(p.heading)
		p.d.Notes = push(p.d.Notes, f)
	}
}

// address matches an address in a text, which differs from run to run.
var address = text.Regexp(`(?: at)?(?:^| )0x\S*`)

// withoutAddress removes addresses.
func withoutAddress(text string) string {
	return strings.TrimSuffix(address().ReplaceAllString(text, ""), " at")
}

// stackLine is
//
//	#1 0x5572b2a941fe in main /tmp/main.c:9:3
//	#0 count /tmp/main.c:5 (app+0x11d0)
//	#0 0x555903fd277b in memset (/tmp/app+0xa277b) (BuildId: c9ee)
var stackLine = text.Regexp(`^#\d+ (?:0x.*? in )?(.*?)(?: \(.*\+0x.*)?$`)

// sanitizerFrame reads a stackLine.
func sanitizerFrame(text string) (model.Frame, bool) {
	if text == "" || text[0] != '#' {
		return model.Frame{}, false
	}
	found := stackLine().FindStringSubmatch(text)
	if found == nil {
		return model.Frame{}, false
	}
	rest := found[1]
	if strings.HasPrefix(rest, "0x") {
		return model.Frame{Text: "?"}, true
	}
	// Both a function's arguments and a path can contain blanks: the place begins after the first
	// blank before a slash, otherwise after the last blank.
	for _, at := range []int{strings.Index(rest, " /"), strings.LastIndexByte(rest, ' ')} {
		if f, ok := splitPlace(rest[at+1:]); ok && at >= 0 {
			f.Text = rest[:at]
			return f, true
		}
	}
	return model.Frame{Text: strings.TrimSuffix(rest, " <null>")}, true
}

// systemFile matches the files of compilers and of the system's libraries.
var systemFile = text.Regexp(`^(?:/usr/|\.\./|csu/)|/sysdeps/|libsanitizer/|compiler-rt/|sanitizer_common/`)

// isOwn reports whether a frame can be the project's.
func isOwn(f model.Frame) bool { return f.Line > 0 && !systemFile().MatchString(f.File) }

// behaviours are words of UndefinedBehaviorSanitizer's messages with the check in -fsanitize= that
// prints them.
var behaviours = []struct{ words, check string }{
	{"unsigned integer overflow", "unsigned-integer-overflow"},
	{"signed integer overflow", "signed-integer-overflow"},
	{"cannot be represented in type", "signed-integer-overflow"},
	{"shift", "shift"},
	{"division by zero", "integer-divide-by-zero"},
	{"is outside the range of representable values", "float-cast-overflow"},
	{"out of bounds", "bounds"},
	{"misaligned address", "alignment"},
	{"null pointer passed", "nonnull-attribute"},
	{"null pointer returned", "returns-nonnull-attribute"},
	{"offset to null pointer", "pointer-overflow"},
	{"offset to non-null pointer", "pointer-overflow"},
	{"pointer index expression", "pointer-overflow"},
	{"null pointer", "null"},
	{"insufficient space for an object", "object-size"},
	{"is not a valid value for type 'bool'", "bool"},
	{"is not a valid value for type", "enum"},
	{"unreachable program point", "unreachable"},
	{"without returning a value", "return"},
	{"variable length array bound", "vla-bound"},
	{"does not point to an object of type", "vptr"},
	{"incorrect function type", "function"},
}

// undefinedBehaviour keeps "main.c:6:6: runtime error: signed integer overflow: ...".
func (o *output) undefinedBehaviour(place, message string) bool {
	f, ok := splitPlace(place)
	if !ok {
		return false
	}
	code := "undefined-behavior"
	for _, b := range behaviours {
		if strings.Contains(message, b.words) {
			code = b.check
			break
		}
	}
	d := &model.Diagnostic{Severity: model.Error, Origin: "ubsan", Code: code, Message: strings.TrimSpace(message)}
	setPlace(d, f)
	o.add(d)
	return true
}
