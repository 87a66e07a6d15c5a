package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// compilerParser reads the reports of GCC, Clang, MSVC and compilers that print like them. A
// compiler that prints as GCC does and gives no sign of another is "gcc".
type compilerParser struct {
	*output
	counted []*model.Diagnostic // reports since the last count of Clang
}

// severities are the words for reports, longest first where one begins with another.
var severities = []struct {
	word     string
	severity model.Severity
}{
	{"fatal error", model.Error},
	{"internal compiler error", model.Error},
	{"Fatal Error", model.Error},
	{"Command line error", model.Error},
	{"Error", model.Error},
	{"ERROR", model.Error},
	{"error", model.Error},
	{"fatal", model.Error},
	{"Warning", model.Warning},
	{"Command line warning", model.Warning},
	{"warning", model.Warning},
	{"runtime error", model.Error},
	{"note", model.Note},
	{"remark", model.Note},
}

// open recognises
//
//	main.c:5:9: error: message [-Wcode]
//	cc: fatal error: message
//	C:\src\main.c(5,9): error C2065: message [C:\build\app.vcxproj]
//	LINK : fatal error LNK1104: message
func (p *compilerParser) open(line string) bool {
	if p.count(line) {
		return true
	}
	text := strings.TrimLeft(line, " \t")
	indented := len(text) != len(line)
	for at := 0; ; at += len(": ") {
		next := strings.Index(text[at:], ": ")
		if next < 0 {
			return false
		}
		at += next
		place, after := text[:at], text[at+len(": "):]
		for _, w := range severities {
			rest, ok := strings.CutPrefix(after, w.word)
			if !ok {
				continue
			}
			code, message, ok := reportCode(rest)
			// GCC quotes source with a margin, MSBuild's reports have one.
			if !ok || code == "" && indented {
				continue
			}
			switch w.word {
			case "runtime error":
				return p.undefinedBehaviour(place, message)
			case "internal compiler error":
				message = w.word + ": " + message
			}
			return p.report(strings.TrimSpace(place), w.severity, code, message)
		}
		if !indented {
			if severity, message, ok := translatedReport(place, after); ok && p.report(place, severity, "", message) {
				return true
			}
		}
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
	code, message = strings.TrimSpace(code), strings.TrimSpace(message)
	if strings.HasPrefix(code, "#") && strings.Trim(code, "#0123456789-D") == "" {
		return code, message, true // nvcc's "warning #177-D"
	}
	letters := strings.TrimRight(code, "0123456789")
	digits := len(code) - len(letters)
	upper := strings.Trim(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	return code, message, upper && len(letters) > 0 && len(letters) <= 7 && digits >= 3 && digits <= 6
}

// report keeps a report whose place is "file:5:9", "file(5,9)" or the name of a tool.
func (p *compilerParser) report(place string, severity model.Severity, code, message string) bool {
	if strings.ContainsRune(place, '"') {
		return false // Source that Clang quotes without a margin.
	}
	d := &model.Diagnostic{Severity: severity, Code: code, Message: strings.TrimSpace(message), Origin: "gcc"}
	if code == "" {
		cutOption(d)
	} else {
		d.Origin = codeOrigin(code)
		place = cutMSBuild(d, place)
	}
	if at, ok := splitPlace(place); ok {
		d.File, d.Line, d.Column = at.File, at.Line, at.Column
		switch {
		case code != "" || !strings.HasSuffix(place, ")"):
		case d.Column == 0: // nvcc prints no column.
			d.Origin = "nvcc"
		default: // MSVC has a code for all but notes.
			d.Origin = "clang"
		}
	} else {
		tool := baseName(place)
		switch {
		case tool == "" || strings.ContainsAny(tool, " \t':(`") || isCount(d.Message):
			return false
		case code == "":
			d.Origin = toolOrigin(toolName(place))
		case strings.ContainsRune(tool, '.'):
			d.File = place // main.obj : error LNK2019
		}
	}
	if p.test != nil && d.Line > 0 {
		d.Origin = "test"
	}
	d.Summary = isSummary(d)
	p.keep(d)
	return true
}

// keep keeps a report, or adds a note to the report that it explains.
func (p *compilerParser) keep(d *model.Diagnostic) {
	if d.Severity != model.Note || p.last == nil {
		p.addInContext(d)
		if len(p.counted) == maxErrors {
			p.counted = nil // No compiler prints so many and then a count.
		}
		p.counted = append(p.counted, d)
		return
	}
	p.context = compilerContext{}
	f := model.Frame{File: d.File, Line: d.Line, Column: d.Column, Text: d.Message}
	if isTemplateNote(d.Message) {
		p.last.Stack = push(p.last.Stack, f)
	} else {
		p.last.Notes = push(p.last.Notes, f)
	}
	p.last.LogLast, p.source = p.number, p.number+1
}

// count reads Clang's "2 errors generated.", which GCC does not print: the reports since the last
// count are Clang's.
func (p *compilerParser) count(line string) bool {
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
	for _, d := range p.counted {
		if d.Origin == "gcc" {
			d.Origin = "clang"
		}
	}
	p.counted = nil
	return true
}

// isTemplateNote reports whether a note explains how the compiler reached the place.
func isTemplateNote(message string) bool {
	return strings.HasPrefix(message, "in instantiation of ") || strings.HasPrefix(message, "see reference to ") ||
		strings.HasPrefix(message, "while ")
}

// cutOption moves the option that controls a warning, or the name of clang-tidy's check, from the
// message to the code.
func cutOption(d *model.Diagnostic) {
	at := strings.LastIndex(d.Message, " [")
	if at < 0 || !strings.HasSuffix(d.Message, "]") {
		return
	}
	option := d.Message[at+2 : len(d.Message)-1]
	switch {
	case strings.HasPrefix(option, "-W"):
	case strings.Trim(option, "abcdefghijklmnopqrstuvwxyz0123456789-.,") == "" && strings.Contains(option, "-"):
		d.Origin = "clang-tidy"
	default:
		return
	}
	d.Code, d.Message = option, d.Message[:at]
}

// isCount reports whether a message only counts nothing: "checked: error: 0 warnings: 0" is not a
// report.
func isCount(message string) bool {
	first, _, _ := strings.Cut(message, " ")
	first = strings.TrimRight(first, ",.;")
	return first == "0" || strings.EqualFold(first, "none")
}

// isSummary reports whether a tool only passes on that a part of it failed.
func isSummary(d *model.Diagnostic) bool {
	switch d.Code {
	case "LNK1120", "LNK1169", "U1077", "MSB3073", "MSB6006", "MSB8066", "MSB3721":
		return true
	}
	// The rest of collect2's message is in the user's language.
	collect2 := d.Origin == "ld" && strings.HasPrefix(d.Message, "ld ") && !strings.HasPrefix(d.Message, "ld terminated ")
	return d.Line == 0 && (collect2 ||
		strings.HasPrefix(d.Message, "linker command failed") ||
		strings.HasPrefix(d.Message, "rebuilding 'build.ninja'"))
}

// codeOrigin returns the tool that uses a code such as "C2065".
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

// cutMSBuild removes MSBuild's number of the node from a place and its project from the message.
func cutMSBuild(d *model.Diagnostic, place string) string {
	if at := strings.LastIndex(d.Message, " ["); at >= 0 && strings.HasSuffix(d.Message, "proj]") {
		d.Message = d.Message[:at]
	}
	if node, rest, ok := strings.Cut(place, ">"); ok && strings.Trim(node, "0123456789") == "" {
		return rest
	}
	return place
}
