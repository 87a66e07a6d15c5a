package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// cmakeParser reads the messages of CMake.
type cmakeParser struct {
	out     *output
	message *cmakeMessage // open
	absent  string        // the package that pkg-config did not find
	git     string        // why git failed, since the last message
}

// cmakeHead is the first line of a message.
var cmakeHead = text.Regexp(`^CMake (Deprecation )?(?:Internal )?(Error|Warning)(?: \(([^)]*)\))?(?: (?:at|in) (.*)|:(.*))$`)

// open begins a message at a line such as
//
//	CMake Error at dir/CMakeLists.txt:3 (message):
//	CMake Warning (dev) in CMakeLists.txt:
//	CMake Error: The source directory "/x" does not exist.
func (p *cmakeParser) open(line string) bool {
	if !strings.HasPrefix(line, "CMake ") {
		return false
	}
	found := cmakeHead().FindStringSubmatch(line)
	if found == nil {
		return false
	}
	m := cmakeMessage{d: model.Diagnostic{Severity: model.Error, Origin: "cmake", Code: found[3], LogFirst: p.out.number, LogLast: p.out.number}}
	if found[2] == "Warning" {
		m.d.Severity = model.Warning
	}
	if p.out.step != "configure" {
		m.d.Inner = p.out.commands.inner.name
	}
	if m.d.Code == "" && found[1] != "" {
		m.d.Code = "deprecation"
	}
	f := cmakePlace(found[4])
	m.d.File, m.d.Line, m.command = f.File, f.Line, f.Text
	if text := strings.TrimSpace(found[5]); text != "" {
		text = bounded(strings.TrimPrefix(text, "Error: "))
		m.lines, m.size = []string{text}, len(text)+1
		m.headless, m.paragraph, m.alone = true, true, p.out.step != "configure"
	}
	p.message = &m
	return true
}

// more takes a line of the open message.
func (p *cmakeParser) more(line string) bool {
	if p.message == nil {
		return false
	}
	if p.message.add(p.out.number, line) {
		return true
	}
	p.close()
	return false
}

// status reads a line of CMake's status, "-- text".
func (p *cmakeParser) status(line string) {
	if name := between(line, "No package '", "' found"); name != "" {
		p.absent = strings.Clone(name)
	}
}

// fatal reads a line of git, "fatal: text". The first one has the reason.
func (p *cmakeParser) fatal(line string) {
	if p.git == "" {
		p.git = bounded(strings.Clone(strings.TrimPrefix(line, "fatal: ")))
	}
}

// gitScript matches the scripts of ExternalProject and FetchContent that run git.
var gitScript = text.Regexp(`-git(?:clone|update)\.cmake$`)

// close keeps the open message.
func (p *cmakeParser) close() {
	m := p.message
	if m == nil {
		return
	}
	p.message = nil
	d := &m.d
	d.Message = strings.Join(m.lines, "\n")
	if p.git != "" && d.Severity == model.Error && gitScript().MatchString(d.File) {
		d.Message += ": " + p.git
	}
	p.git = ""
	if name := between(d.Message, "CMake step for ", " failed: "); name != "" {
		p.out.kept.printedBy(name)
	}
	if strings.HasPrefix(d.Message, "A required package was not found") {
		d.Missing = p.absent
	}
	// ExternalProject reports a build whose output follows or is elsewhere.
	outer := strings.Contains(d.File, "-stamp/") &&
		(strings.HasPrefix(d.Message, "Command failed: ") || d.Message == "Stopping after outputting logs.")
	// The second is the rest of a failure that was reported before.
	d.Summary = outer || strings.HasSuffix(d.Message, "not set, after EnableLanguage")
	last := d.LogLast
	p.out.add(d).words = outer
	d.LogLast = last
	p.out.last = nil
}

// cmakeLocation is a place as CMake prints it: "dir/CMakeLists.txt:3 (message):". The line can be
// EOF or DEFERRED, or missing, and so can the command.
var cmakeLocation = text.Regexp(`^(.*?)(?::(?:(\d+)|EOF|DEFERRED))?(?: \(([^()]*)\))?:?$`)

// cmakePlace returns a place as a frame, with the command as its text.
func cmakePlace(place string) model.Frame {
	found := cmakeLocation().FindStringSubmatch(strings.TrimSpace(place))
	if found == nil {
		return model.Frame{File: place}
	}
	line, _ := number(found[2])
	return model.Frame{File: found[1], Line: line, Text: found[3]}
}

// ofCMake reports whether a file is one of CMake's own modules.
func ofCMake(file string) bool {
	at := strings.LastIndex(file, "/Modules/")
	return at >= 0 && strings.HasPrefix(baseName(file[:at]), "cmake")
}

// cmakeMessage is a message of CMake that may have more lines.
type cmakeMessage struct {
	d         model.Diagnostic
	headless  bool // "CMake Error: text", whose further lines need not be indented
	alone     bool // headless, and lines without indentation belong to other commands
	stack     bool // in the call stack after the message
	command   string
	paragraph bool // the last line can be continued
	size      int
	lines     []string
}

// add takes a further line of the message and reports false for any other line. CMake indents text
// by two blanks and wraps it; text that was indented before is kept as it is. An empty line ends a
// paragraph.
func (m *cmakeMessage) add(number int, line string) bool {
	taken := m.headless && m.takesHeadless(line) || !m.headless && m.takes(line)
	if taken && line != "" || !taken && strings.HasPrefix(line, "This warning is for project developers.") {
		m.d.LogLast = number
	}
	return taken
}

func (m *cmakeMessage) takes(line string) bool {
	text, indented := strings.CutPrefix(line, "  ")
	switch {
	case line == "Call Stack (most recent call first):":
		m.stack = true
		m.d.Stack = push(nil, model.Frame{File: m.d.File, Line: m.d.Line, Text: m.command})
	case m.stack && indented:
		f := cmakePlace(text)
		m.d.Stack = push(m.d.Stack, f)
		// For an error inside one of CMake's modules people look at the call of the module.
		if ofCMake(m.d.File) {
			m.d.File, m.d.Line = f.File, f.Line
		}
	case m.stack:
		return false
	case strings.TrimSpace(line) == "":
		m.paragraph = false
	case !indented:
		return false
	default:
		m.grow(text, m.paragraph && text[0] != ' ')
		m.paragraph = text[0] != ' '
	}
	return true
}

// takesHeadless takes a line of a message without a marked end: sentences of one line, and indented
// lists. Where a build tool prints too, lines without indentation belong only to CMake's sentence
// about variables, which needs them.
func (m *cmakeMessage) takesHeadless(line string) bool {
	last := &m.lines[len(m.lines)-1]
	switch {
	case line == "", isProgress(line), otherLine().MatchString(line), isPlaced(line) && !strings.HasSuffix(*last, ":"):
		return false
	case line[0] == ' ':
		m.grow(line, false)
	case m.alone && !strings.HasPrefix(m.lines[0], "The following variables are used in this project"):
		return false
	default:
		if *last == "" || !strings.ContainsAny((*last)[len(*last)-1:], ".:;,!?") {
			*last += ";"
		}
		m.grow(line, true)
	}
	return true
}

// grow adds a line to the message or continues the last one, as long as there is room.
func (m *cmakeMessage) grow(line string, join bool) {
	if m.size += len(line) + 1; m.size > maxMessage {
		return
	}
	line = strings.TrimRight(line, " ")
	if join {
		m.lines[len(m.lines)-1] += " " + line
	} else {
		m.lines = append(m.lines, line)
	}
}

// otherLine is certainly not part of a message but CMake's status, its next message or the output of
// a build tool.
var otherLine = text.Regexp(`^(?:--|CMake |Specify --help|FAILED: |ninja: )|: \*\*\* `)

// isPlaced reports whether a line begins with a place in a file.
func isPlaced(line string) bool {
	place, _, _ := strings.Cut(line, ": ")
	_, ok := splitPlace(strings.TrimSpace(place))
	return ok
}
