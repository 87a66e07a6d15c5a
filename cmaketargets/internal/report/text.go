package report

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// escapes are the sequences by which programs colour their output and move
// the cursor: CSI and OSC of ECMA-48.
var escapes = regexp.MustCompile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?)")

// text makes what a tool printed fit for a page or an XML file: without
// colours, in valid UTF-8, with line feeds between its lines, and with a
// replacement character for what is not text.
func text(s string) string {
	if printable(s) {
		return s
	}
	s = escapes.ReplaceAllString(s, "")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if !legal(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}

// legal says that a character is allowed in XML, and that it neither controls
// a terminal nor turns the direction of what follows.
func legal(r rune) bool {
	switch {
	case r == '\t', r == '\n':
		return true
	case r < ' ', r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return false
	case r >= 0xd800 && r < 0xe000, r >= 0xfffe && r <= 0xffff:
		return false
	}
	return true
}

func printable(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7f || c < ' ' && c != '\t' && c != '\n' {
			return false
		}
	}
	return true
}

// line is text on one line.
func line(s string) string { return strings.Join(strings.Fields(text(s)), " ") }

// cut shortens s to at most so many bytes, at a character's end.
func cut(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	for bytes > 0 && !utf8.RuneStart(s[bytes]) {
		bytes--
	}
	return s[:bytes] + " ..."
}

// tail keeps the last lines of s that have at most so many bytes together; a
// single longer line keeps its end.
func tail(s string, bytes int) (end string, cut bool) {
	if len(s) <= bytes {
		return s, false
	}
	s = s[len(s)-bytes:]
	if i := strings.IndexByte(s, '\n'); i >= 0 && i+1 < len(s) {
		return s[i+1:], true
	}
	return strings.ToValidUTF8(s, ""), true
}

// what names a step of a project: "build libs/foo [Release]".
func (r Result) what() string {
	s := r.Step + " " + r.tree()
	return s
}

// tree names the build tree: "libs/foo [Release]".
func (r Result) tree() string {
	if r.Variant.Name == "" {
		return line(r.Project.Path)
	}
	return line(r.Project.Path + " [" + r.Variant.Name + "]")
}

// first is the error to show of a result: what the tools reported first, else
// why the step failed.
func (r Result) first() (Diagnostic, bool) {
	for _, d := range r.Diagnostics {
		if d.Severity == "error" {
			return d, true
		}
	}
	return Diagnostic{}, false
}

// place is "file:line:column" as far as it is known.
func (d Diagnostic) place() string {
	var b strings.Builder
	b.WriteString(line(d.File))
	for _, n := range []int{d.Line, d.Column} {
		if n == 0 || d.File == "" {
			break
		}
		b.WriteString(":")
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}
