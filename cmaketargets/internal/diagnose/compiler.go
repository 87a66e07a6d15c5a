package diagnose

import (
	"strings"
)

// words are what compilers call their reports, longest first where one begins
// with another.
var words = []struct {
	word     string
	severity Severity
}{
	{"fatal error", SeverityError},
	{"internal compiler error", SeverityError},
	{"Fatal Error", SeverityError},
	{"Command line error", SeverityError},
	{"Error", SeverityError},
	{"error", SeverityError},
	{"fatal", SeverityError},
	{"Warning", SeverityWarning},
	{"Command line warning", SeverityWarning},
	{"warning", SeverityWarning},
	{"note", SeverityNote},
}

// compiler recognises the reports of GCC, Clang, MSVC and those like them:
//
//	main.c:5:9: error: message [-Wcode]
//	cc: fatal error: message
//	C:\src\main.c(5,9): error C2065: message [C:\build\app.vcxproj]
//	LINK : fatal error LNK1104: message
func (s *scanner) compiler(line string) bool {
	if s.compilerCount(line) {
		return true
	}
	text := strings.TrimLeft(line, " \t")
	for at := 0; ; {
		next := strings.Index(text[at:], ": ")
		if next < 0 {
			return s.fortran(line)
		}
		at += next
		for _, w := range words {
			rest, ok := strings.CutPrefix(text[at+2:], w.word)
			if !ok {
				continue
			}
			code, message, ok := reportCode(rest)
			// GCC quotes source with a margin, MSBuild's reports have one.
			if !ok || code == "" && text != line {
				continue
			}
			return s.report(strings.TrimSpace(text[:at]), w.severity, code, message)
		}
		at += 2
	}
}

// reportCode splits ": message" and " C2065: message".
func reportCode(rest string) (code, message string, ok bool) {
	if message, ok = strings.CutPrefix(rest, ": "); ok {
		return "", message, true
	}
	rest, ok = strings.CutPrefix(rest, " ")
	if !ok {
		return "", "", false
	}
	if code, message, ok = strings.Cut(rest, ":"); !ok {
		return "", "", false
	}
	code = strings.TrimSpace(code)
	letters := strings.TrimRight(code, "0123456789")
	digits := len(code) - len(letters)
	upper := strings.Trim(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	return code, strings.TrimSpace(message), upper && len(letters) > 0 && len(letters) <= 7 && digits >= 3 && digits <= 6
}

// report keeps a report of a compiler whose place is "file:5:9", "file(5,9)"
// or the name of a tool.
func (s *scanner) report(place string, severity Severity, code, message string) bool {
	if strings.ContainsRune(place, '"') {
		return false // Source that Clang quotes without a margin.
	}
	d := Diagnostic{Severity: severity, Code: code, Message: strings.TrimSpace(message), Origin: "gcc"}
	if code != "" {
		d.Origin = "msvc"
		// MSBuild puts the number of its node before and the project behind.
		if node, rest, ok := strings.Cut(place, ">"); ok && strings.Trim(node, "0123456789") == "" {
			place = rest
		}
		if at := strings.LastIndex(d.Message, " ["); at >= 0 && strings.HasSuffix(d.Message, "proj]") {
			d.Message = d.Message[:at]
		}
	} else if at := strings.LastIndex(d.Message, " [-W"); at >= 0 && strings.HasSuffix(d.Message, "]") {
		d.Code = d.Message[at+2 : len(d.Message)-1]
		d.Message = d.Message[:at]
	}
	var ok bool
	if d.File, d.Line, d.Column, ok = place3(place); !ok {
		tool := baseName(place)
		if tool == "" || strings.ContainsAny(tool, " \t':(") {
			return false
		}
		switch {
		case code != "" && strings.ContainsRune(tool, '.'):
			d.File = place // main.obj : error LNK2019
		case code == "":
			d.Origin = toolOrigin(strings.TrimSuffix(tool, ".exe"))
		}
	}
	d.Summary = isSummary(d)
	s.add(d)
	return true
}

// isSummary reports whether a compiler driver only passes on that a part of it
// failed.
func isSummary(d Diagnostic) bool {
	return d.Line == 0 && (strings.HasPrefix(d.Message, "ld returned ") ||
		strings.HasPrefix(d.Message, "linker command failed") ||
		strings.HasPrefix(d.Message, "rebuilding 'build.ninja'") ||
		d.Code == "LNK1120")
}

// compilerCount takes Clang's "2 errors generated.", which GCC does not print,
// for a sign that the reports since the last one were Clang's.
func (s *scanner) compilerCount(line string) bool {
	count, ok := strings.CutSuffix(line, " generated.")
	if !ok || count == "" || count[0] < '1' || count[0] > '9' {
		return false
	}
	for _, word := range strings.Fields(strings.TrimLeft(count, "0123456789")) {
		switch strings.Trim(word, "0123456789") {
		case "", "and", "error", "errors", "warning", "warnings":
		default:
			return false
		}
	}
	for i := range s.found[s.mark:] {
		if d := &s.found[s.mark+i]; d.Origin == "gcc" {
			d.Origin = "clang"
		}
	}
	s.mark = len(s.found)
	return true
}
