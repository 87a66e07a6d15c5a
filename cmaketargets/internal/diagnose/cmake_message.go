package diagnose

import (
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

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
	if !m.takes(line) {
		if strings.HasPrefix(line, "This warning is for project developers.") {
			m.d.LogLast = number
		}
		return false
	}
	if line != "" {
		m.d.LogLast = number
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
		m.d.Stack = push(nil, model.Frame{File: m.d.File, Line: m.d.Line, Text: m.command})
		return true
	}
	if m.stack {
		if !indented {
			return false
		}
		f := cmakePlace(text)
		m.d.Stack = push(m.d.Stack, f)
		// For an error inside one of CMake's modules people look at the call of the module.
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

// takesHeadless takes a line of a message without a marked end: sentences of one line, and indented
// lists. Where a build tool prints too, lines without indentation belong only to CMake's sentence
// about variables, which needs them.
func (m *cmakeMessage) takesHeadless(line string) bool {
	last := &m.lines[len(m.lines)-1]
	switch {
	case line == "", isOther(line), isPlaced(line) && !strings.HasSuffix(*last, ":"):
		return false
	case line[0] == ' ':
		m.append(line)
	case m.alone && !strings.HasPrefix(m.lines[0], "The following variables are used in this project"):
		return false
	default:
		if *last == "" || !strings.ContainsAny((*last)[len(*last)-1:], ".:;,!?") {
			*last += ";"
		}
		m.join(line)
	}
	return true
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

// isOther reports whether a line is certainly not part of a message but CMake's status, its next
// message or the output of a build tool.
func isOther(line string) bool {
	return isProgress(line) || strings.Contains(line, ": *** ") ||
		slices.ContainsFunc([]string{"--", "CMake ", "Specify --help", "FAILED: ", "ninja: "}, func(start string) bool {
			return strings.HasPrefix(line, start)
		})
}

// isPlaced reports whether a line begins with a place in a file.
func isPlaced(line string) bool {
	place, _, _ := strings.Cut(line, ": ")
	_, ok := splitPlace(strings.TrimSpace(place))
	return ok
}
