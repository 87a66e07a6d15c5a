package report

import (
	"strings"
	"unicode/utf8"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

const (
	maxDescription = 1000    // bytes of a diagnostic on one line, also in a report of code quality
	maxPageMessage = 4 << 10 // bytes of a message on a page
)

// clean returns s fit for a page or an XML file: valid UTF-8 without escape sequences, with line
// feeds between the lines, and U+FFFD for each illegal character.
func clean(s string) string {
	if text.PrintableASCII(s) {
		return s
	}
	s = strings.ReplaceAll(text.Plain(s), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if !legal(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}

// legal reports whether XML allows r, and r neither controls a terminal nor changes the direction
// of the text after it.
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

// oneLine is clean with each row of white space replaced by a blank.
func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// cut shortens s to at most limit bytes, at the end of a character.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit] + " ..."
}

// tail returns the last lines of s with at most limit bytes together, or the end of a single
// longer line, and whether it cut something off.
func tail(s string, limit int) (end string, cut bool) {
	if len(s) <= limit {
		return s, false
	}
	s = s[len(s)-limit:]
	if i := strings.IndexByte(s, '\n'); i >= 0 && i+1 < len(s) {
		return s[i+1:], true
	}
	return strings.ToValidUTF8(s, ""), true
}

// words returns a status for people: "up to date".
func words[S ~string](status S) string { return strings.ReplaceAll(string(status), "-", " ") }
