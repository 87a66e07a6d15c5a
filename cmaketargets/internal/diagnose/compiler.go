package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// compilerParser reads the reports of GCC, Clang, MSVC and compilers that print like them. A
// compiler that prints as GCC does and gives no sign of another is "gcc".
type compilerParser struct {
	out     *output
	counted []*model.Diagnostic // reports since the last count of Clang
}

// reportForm is a report after its place: ": message", " C2065: message", nvcc's " #177-D: message", and " : message"
// as MSBuild writes those of Clang and nvcc.
var reportForm = text.Regexp(
	`^(Command line error|Command line warning|ERROR|Error|Fatal Error|Fatal error|Warning|error|fatal error|fatal|internal compiler error|` +
		`note|remark|runtime error|warning)(?: ?: | +(#[-#0-9D]*|[A-Z]{1,7}[0-9]{3,6}) *:)(.*)$`)

// severityOf returns the severity that a word of reportForm means.
func severityOf(word string) model.Severity {
	switch {
	case strings.HasSuffix(strings.ToLower(word), "warning"):
		return model.Warning
	case word == "note", word == "remark":
		return model.Note
	}
	return model.Error
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
		if found := cutReport(after); found != nil {
			word, code, message := found[1], found[2], found[3]
			switch {
			case code == "" && indented:
				continue // GCC quotes source with a margin, MSBuild's reports have one.
			case word == "runtime error":
				return p.out.undefinedBehaviour(place, message)
			case word == "internal compiler error":
				message = word + ": " + message
			}
			return p.report(strings.TrimSpace(place), severityOf(word), code, message)
		}
		if severity, message, ok := translatedReport(place, after); ok && !indented && p.report(place, severity, "", message) {
			return true
		}
	}
}

// cutReport returns the match of reportForm in a text and its submatches, nil for any other text.
func cutReport(text string) []string {
	if text == "" || strings.IndexByte("CEFWefinrw", text[0]) < 0 { // Most lines are no reports.
		return nil
	}
	return reportForm().FindStringSubmatch(text)
}

// report keeps a report whose place is "file:5:9", "file(5,9)" or the name of a tool.
func (p *compilerParser) report(place string, severity model.Severity, code, message string) bool {
	if strings.ContainsRune(place, '"') {
		return false // Source that Clang quotes without a margin.
	}
	d := &model.Diagnostic{Severity: severity, Code: code, Message: strings.TrimSpace(message), Origin: "gcc"}
	place = cutMSBuild(d, place)
	if code == "" {
		cutOption(d)
	} else {
		d.Origin = codeOrigin(code)
	}
	if at, ok := splitPlace(place); ok {
		setPlace(d, at)
		switch {
		case code != "" || !strings.HasSuffix(place, ")"):
		case d.Column == 0: // nvcc prints no column.
			d.Origin = "nvcc"
		default: // MSVC has a code for all but notes.
			d.Origin = "clang"
		}
	} else {
		tool := baseName(place)
		if library, object, ok := strings.Cut(tool, ".lib("); ok && strings.HasPrefix(code, "LNK") {
			tool = library + "." + object // LIBCMT.lib(main.obj) : error LNK2019
		}
		switch {
		case tool == "" || strings.ContainsAny(tool, " \t':(`") || countsNone().MatchString(d.Message):
			return false
		case code == "":
			d.Origin = toolOrigin(toolName(place))
		case strings.ContainsRune(tool, '.'):
			d.File = place // main.obj : error LNK2019
		}
	}
	if p.out.test != nil && d.Line > 0 {
		d.Origin = "test"
	}
	d.Summary = isSummary(d)
	p.keep(d)
	return true
}

// keep keeps a report, or adds a note to the report that it explains.
func (p *compilerParser) keep(d *model.Diagnostic) {
	if d.Severity != model.Note || p.out.last == nil {
		p.out.addInContext(d)
		if len(p.counted) == maxErrors {
			p.counted = nil // No compiler prints so many and then a count.
		}
		p.counted = append(p.counted, d)
		return
	}
	p.out.context = compilerContext{}
	f := model.Frame{File: d.File, Line: d.Line, Column: d.Column, Text: d.Message}
	if templateNote().MatchString(d.Message) {
		p.out.last.Stack = push(p.out.last.Stack, f)
	} else {
		p.out.last.Notes = push(p.out.last.Notes, f)
	}
	p.out.last.LogLast, p.out.source = p.out.number, p.out.number+1
}

// clangCount is Clang's last line, which GCC does not print.
var clangCount = text.Regexp(`^[1-9][0-9]* (?:errors?|warnings?)(?: and [0-9]+ errors?)? generated\.$`)

// count reads clangCount: the reports since the last one are Clang's.
func (p *compilerParser) count(line string) bool {
	if !strings.HasSuffix(line, " generated.") || !clangCount().MatchString(line) {
		return false
	}
	for _, d := range p.counted {
		if d.Origin == "gcc" {
			d.Origin = "clang"
		}
	}
	p.counted = nil
	return true
}

var (
	// templateNote is the beginning of a note about the compiler's way to the place of its report.
	templateNote = text.Regexp(`^(?:in instantiation of |see reference to |while )`)

	// countsNone is a message that counts nothing: "checked: error: 0 warnings: 0" is no report.
	countsNone = text.Regexp(`^(?:0|(?i:none))[,.;]*(?: |$)`)
)

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

// isSummary reports whether a tool only passes on that a part of it failed.
func isSummary(d *model.Diagnostic) bool {
	switch d.Code {
	case "LNK1120", "LNK1169", "U1077", "MSB3073", "MSB6006", "MSB8066", "MSB3721":
		return true
	}
	// The rest of collect2's message is in the user's language.
	collect2 := d.Origin == "ld" && strings.HasPrefix(d.Message, "ld ") && !strings.HasPrefix(d.Message, "ld terminated ")
	return d.Line == 0 && (collect2 ||
		strings.HasPrefix(d.Message, "linker command failed") || strings.Contains(d.Message, " command failed due to signal") ||
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
	if node, rest, ok := strings.Cut(place, ">"); ok && isNumber(node) {
		return rest
	}
	return place
}
