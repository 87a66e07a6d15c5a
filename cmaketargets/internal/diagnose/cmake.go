package diagnose

import (
	"strconv"
	"strings"
)

// cmakeMessage is a message of CMake of which more lines may come.
type cmakeMessage struct {
	d         Diagnostic
	headless  bool // "CMake Error: text", whose further lines need not be indented
	alone     bool // headless, and what is not indented is another command's
	stack     bool // in the call stack after the message
	command   string
	paragraph bool // the last line can be continued
	size      int
	lines     []string
}

// openMessage begins a message at a line such as
//
//	CMake Error at dir/CMakeLists.txt:3 (message):
//	CMake Warning (dev) in CMakeLists.txt:
//	CMake Error: The source directory "/x" does not exist.
func (s *scanner) openMessage(line string) bool {
	rest, ok := strings.CutPrefix(line, "CMake ")
	if !ok {
		return false
	}
	m := cmakeMessage{d: Diagnostic{Severity: SeverityError, Origin: "cmake", FirstLine: s.number, LastLine: s.number}}
	if old, ok := strings.CutPrefix(rest, "Deprecation "); ok {
		m.d.Code, rest = "deprecation", old
	}
	rest = strings.TrimPrefix(rest, "Internal ")
	if rest, ok = strings.CutPrefix(rest, "Error"); !ok {
		m.d.Severity = SeverityWarning
		if rest, ok = strings.CutPrefix(rest, "Warning"); !ok {
			return false
		}
	}
	if kind, ok := strings.CutPrefix(rest, " ("); ok { // (dev)
		m.d.Code, rest, _ = strings.Cut(kind, ")")
	}
	switch place, inside := strings.CutPrefix(rest, " in "); {
	case inside:
		m.d.File = strings.TrimSuffix(place, ":")
	case strings.HasPrefix(rest, " at "):
		f := cmakePlace(strings.TrimPrefix(rest, " at "))
		m.d.File, m.d.Line, m.command = f.File, f.Line, f.Text
	case strings.HasPrefix(rest, ":"):
		if text := strings.TrimSpace(rest[1:]); text != "" {
			m.headless, m.paragraph, m.alone = true, true, s.step != "configure"
			m.append(strings.TrimPrefix(text, "Error: "))
		}
	default:
		return false
	}
	s.message = &m
	return true
}

// cmakePlace splits "dir/CMakeLists.txt:3 (message):", in which the line may
// be EOF or DEFERRED and the command absent.
func cmakePlace(place string) Frame {
	place = strings.TrimSuffix(strings.TrimSpace(place), ":")
	command := ""
	if at := strings.LastIndex(place, " ("); at >= 0 && strings.HasSuffix(place, ")") {
		place, command = place[:at], place[at+2:len(place)-1]
	}
	at := strings.LastIndexByte(place, ':')
	if at < 0 {
		return Frame{File: place, Text: command}
	}
	n, err := strconv.Atoi(place[at+1:])
	if err != nil && place[at+1:] != "EOF" && place[at+1:] != "DEFERRED" {
		return Frame{File: place, Text: command}
	}
	return Frame{File: place[:at], Line: max(0, n), Text: command}
}

// add takes a further line of the message, and reports false when it is not
// one. CMake indents text by two blanks and wraps it; what was indented before
// is left as it was. An empty line ends a paragraph.
func (m *cmakeMessage) add(number int, line string) bool {
	if !m.takes(line) {
		if strings.HasPrefix(line, "This warning is for project developers.") {
			m.d.LastLine = number
		}
		return false
	}
	if line != "" {
		m.d.LastLine = number
	}
	return true
}

func (m *cmakeMessage) takes(line string) bool {
	if m.headless {
		return m.takesHeadless(line)
	}
	text, indented := strings.CutPrefix(line, "  ")
	if line == "Call Stack (most recent call first):" {
		m.stack = true
		m.d.Stack = push(nil, Frame{File: m.d.File, Line: m.d.Line, Text: m.command})
		return true
	}
	if m.stack {
		if !indented {
			return false
		}
		f := cmakePlace(text)
		m.d.Stack = push(m.d.Stack, f)
		// A mistake shows inside one of CMake's modules; a person looks
		// for it where that was called.
		if ofCMake(m.d.File) {
			m.d.File, m.d.Line = f.File, f.Line
		}
		return true
	}
	switch {
	case strings.TrimSpace(line) == "":
		m.paragraph = false
	case !indented:
		return false
	case m.paragraph && text[0] != ' ':
		m.join(text)
	default:
		m.append(text)
		m.paragraph = text[0] != ' '
	}
	return true
}

// ofCMake reports whether a file is one of CMake's own modules.
func ofCMake(file string) bool {
	at := strings.LastIndex(file, "/Modules/")
	return at >= 0 && strings.HasPrefix(baseName(file[:at]), "cmake")
}

// append adds a line to the message, as long as there is room.
func (m *cmakeMessage) append(line string) {
	if m.room(line) {
		m.lines = append(m.lines, strings.TrimRight(line, " "))
	}
}

// join continues the last line.
func (m *cmakeMessage) join(text string) {
	if m.room(text) && len(m.lines) > 0 {
		m.lines[len(m.lines)-1] += " " + strings.TrimRight(text, " ")
	}
}

// room reports whether the message may grow by a line.
func (m *cmakeMessage) room(line string) bool {
	m.size += len(line) + 1
	return m.size <= maxMessage
}

// closeMessage keeps the message that is open.
func (s *scanner) closeMessage() {
	if s.message == nil {
		return
	}
	m := s.message
	s.message = nil
	m.d.Message = strings.Join(m.lines, "\n")
	// The rest of a failure that was reported before.
	m.d.Summary = strings.HasSuffix(m.d.Message, "not set, after EnableLanguage")
	// What ExternalProject says of a build, and what it printed follows or is
	// elsewhere.
	outer := strings.Contains(m.d.File, "-stamp/") &&
		(strings.HasPrefix(m.d.Message, "Command failed: ") || m.d.Message == "Stopping after outputting logs.")
	m.d.Summary = m.d.Summary || outer
	last := m.d.LastLine
	e := s.add(&m.d)
	e.words = outer
	m.d.LastLine = last
	s.last = nil
}
