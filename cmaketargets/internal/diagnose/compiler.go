package diagnose

import "strings"

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
	{"ERROR", SeverityError},
	{"error", SeverityError},
	{"fatal", SeverityError},
	{"Warning", SeverityWarning},
	{"Command line warning", SeverityWarning},
	{"warning", SeverityWarning},
	{"runtime error", SeverityError},
	{"note", SeverityNote},
	{"remark", SeverityNote},
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
			return s.openFortran(line)
		}
		at += next
		for _, w := range words {
			rest, ok := strings.CutPrefix(text[at+2:], w.word)
			if !ok {
				continue
			}
			code, message, ok := reportCode(rest)
			// GCC quotes source with a margin, MSBuild's reports have one.
			if !ok || code == "" && len(text) != len(line) {
				continue
			}
			if w.word == "runtime error" {
				return s.undefinedBehaviour(text[:at], message)
			}
			if w.word == "internal compiler error" {
				message = w.word + ": " + message
			}
			return s.report(strings.TrimSpace(text[:at]), w.severity, code, message)
		}
		if len(text) == len(line) && s.reportTranslated(text[:at], text[at+2:]) {
			return true
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
	if strings.HasPrefix(code, "#") && strings.Trim(code, "#0123456789-D") == "" {
		return code, strings.TrimSpace(message), true // nvcc's "warning #177-D"
	}
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
	d := &Diagnostic{Severity: severity, Code: code, Message: strings.TrimSpace(message), Origin: "gcc"}
	if code != "" {
		d.Origin = codeOrigin(code)
		// MSBuild puts the number of its node before and the project behind.
		if node, rest, ok := strings.Cut(place, ">"); ok && strings.Trim(node, "0123456789") == "" {
			place = rest
		}
		if at := strings.LastIndex(d.Message, " ["); at >= 0 && strings.HasSuffix(d.Message, "proj]") {
			d.Message = d.Message[:at]
		}
	} else {
		cutOption(d)
	}
	var ok bool
	if d.File, d.Line, d.Column, ok = splitPlace(place); ok {
		if code == "" && strings.HasSuffix(place, ")") {
			// MSVC gives a code to all but notes, nvcc no column.
			d.Origin = "clang"
			if d.Column == 0 {
				d.Origin = "nvcc"
			}
		}
	} else {
		tool := baseName(place)
		if tool == "" || strings.ContainsAny(tool, " \t':(`") || isCount(d.Message) {
			return false
		}
		switch {
		case code != "" && strings.ContainsRune(tool, '.'):
			d.File = place // main.obj : error LNK2019
		case code == "":
			d.Origin = toolOrigin(strings.TrimSuffix(tool, ".exe"))
		}
	}
	if s.tests.name() != "" && d.Line > 0 {
		d.Origin = "test"
	}
	d.Summary = isSummary(d)
	s.reported(d)
	return true
}

// codeOrigin is the tool whose codes look like this one.
func codeOrigin(code string) string {
	switch {
	case code[0] == '#':
		return "nvcc"
	case code[0] == 'U':
		return "nmake"
	case strings.HasPrefix(code, "MSB"):
		return "msbuild"
	}
	return "msvc"
}

// reported keeps a report with what was printed before it. A note is given to
// the report that it explains.
func (s *scanner) reported(d *Diagnostic) {
	if d.Severity == SeverityNote && s.last != nil {
		s.context = reportContext{}
		f := Frame{d.File, d.Line, d.Column, d.Message}
		if isTemplateNote(d.Message) {
			s.last.Stack = push(s.last.Stack, f)
		} else {
			s.last.Notes = push(s.last.Notes, f)
		}
		s.last.LastLine, s.source = s.number, s.number+1
		return
	}
	s.context.take(d)
	s.add(d)
	if len(s.compiled) == maxErrors {
		s.compiled = nil // No compiler prints so many and then a count.
	}
	s.compiled = append(s.compiled, d)
}

// isTemplateNote reports whether a note says how the compiler got there.
func isTemplateNote(message string) bool {
	return strings.HasPrefix(message, "in instantiation of ") || strings.HasPrefix(message, "see reference to ") ||
		strings.HasPrefix(message, "while ")
}

// cutOption takes the option that controls a warning, or the name of the check
// that found it, off the message.
func cutOption(d *Diagnostic) {
	at := strings.LastIndex(d.Message, " [")
	if at < 0 || !strings.HasSuffix(d.Message, "]") {
		return
	}
	option := d.Message[at+2 : len(d.Message)-1]
	check := strings.Trim(option, "abcdefghijklmnopqrstuvwxyz0123456789-.,") == "" && strings.Contains(option, "-")
	switch {
	case strings.HasPrefix(option, "-W"):
	case check:
		d.Origin = "clang-tidy"
	default:
		return
	}
	d.Code, d.Message = option, d.Message[:at]
}

// isCount reports whether a message only says that there is nothing: "checked:
// error: 0 warnings: 0" is no report.
func isCount(message string) bool {
	first, _, _ := strings.Cut(message, " ")
	first = strings.TrimRight(first, ",.;")
	return first == "0" || strings.EqualFold(first, "none")
}

// isSummary reports whether a tool only passes on that a part of it failed.
func isSummary(d *Diagnostic) bool {
	switch d.Code {
	case "LNK1120", "LNK1169", "U1077", "MSB3073", "MSB6006", "MSB8066", "MSB3721":
		return true
	}
	// collect2 says what it says in the user's language.
	passedOn := d.Origin == "ld" && strings.HasPrefix(d.Message, "ld ") && !strings.HasPrefix(d.Message, "ld terminated ")
	return d.Line == 0 && (passedOn ||
		strings.HasPrefix(d.Message, "linker command failed") ||
		strings.HasPrefix(d.Message, "rebuilding 'build.ninja'"))
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
	for _, d := range s.compiled {
		if d.Origin == "gcc" {
			d.Origin = "clang"
		}
	}
	s.compiled = nil
	return true
}
