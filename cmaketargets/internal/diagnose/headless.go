package diagnose

import "strings"

// takesHeadless takes a line of a message for which nothing says where it ends:
// a sentence each, and indented lists. Where a build tool prints too, what is not
// indented follows only CMake's sentence about variables, which needs them.
func (m *cmakeMessage) takesHeadless(line string) bool {
	switch {
	case line == "", isOther(line), isPlaced(line) && !strings.HasSuffix(m.lines[len(m.lines)-1], ":"):
		return false
	case line[0] == ' ':
		m.append(line)
	case m.alone && !strings.HasPrefix(m.lines[0], "The following variables are used in this project"):
		return false
	default:
		m.end()
		m.join(line)
	}
	return true
}

// isOther reports whether a line can be told to be no part of a message: CMake's
// status or next message, what build tools say.
func isOther(line string) bool {
	for _, beginning := range []string{"--", "CMake ", "Specify --help", "FAILED: ", "ninja: "} {
		if strings.HasPrefix(line, beginning) {
			return true
		}
	}
	return isProgress(line) || strings.Contains(line, ": *** ")
}

// isPlaced reports whether a line begins with a place in a file.
func isPlaced(line string) bool {
	place, _, _ := strings.Cut(line, ": ")
	_, _, _, ok := splitPlace(strings.TrimSpace(place))
	return ok
}

// end puts a sign between the last line and the next where there is none.
func (m *cmakeMessage) end() {
	if n := len(m.lines); n > 0 && !strings.ContainsAny(m.lines[n-1][max(0, len(m.lines[n-1])-1):], ".:;,!?") {
		m.lines[n-1] += ";"
	}
}
