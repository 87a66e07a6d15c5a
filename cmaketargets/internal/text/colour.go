package text

import (
	"bytes"
	"io"
	"strings"
)

// colourStripper implements StripColour.
type colourStripper struct {
	to   io.Writer
	held []byte // the beginning of a possible colour sequence
}

// maxColour is how long a colour sequence can be, in bytes.
const maxColour = 32

// StripColour returns a writer that passes everything on to w except colour
// sequences: CSI ... m, and the CSI K that GCC ends them with. A sequence that is
// unfinished at the last Write is dropped.
func StripColour(w io.Writer) io.Writer { return &colourStripper{to: w} }

// Write implements io.Writer.
func (u *colourStripper) Write(p []byte) (int, error) {
	if len(u.held) == 0 && bytes.IndexByte(p, 0x1b) < 0 {
		return u.to.Write(p)
	}
	text := append(u.held, p...)
	u.held = nil
	var out []byte
	for len(text) > 0 {
		at := bytes.IndexByte(text, 0x1b)
		if at < 0 {
			at = len(text)
		}
		out, text = append(out, text[:at]...), text[at:]
		if len(text) == 0 {
			break
		}
		if n := Colour(string(text[:min(len(text), maxColour)])); n > 0 {
			text = text[n:]
			continue
		}
		if unfinished(text) {
			u.held = bytes.Clone(text)
			break
		}
		out, text = append(out, text[0]), text[1:]
	}
	if _, err := u.to.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// unfinished reports whether text may be the beginning of a colour sequence.
func unfinished(text []byte) bool {
	if len(text) >= maxColour || len(text) > 1 && text[1] != '[' {
		return false
	}
	for _, c := range text[min(2, len(text)):] {
		if c != ';' && c != ':' && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// Colour returns the length of a colour sequence at the start of text, or 0.
func Colour(text string) int {
	if !strings.HasPrefix(text, "\x1b[") {
		return 0
	}
	for i := 2; i < len(text); i++ {
		switch c := text[i]; {
		case c == 'm' || c == 'K': // gcc ends its colours with an "erase to the end"
			return i + 1
		case c != ';' && c != ':' && (c < '0' || c > '9'):
			return 0
		}
	}
	return 0
}

// escapeSequence matches the control sequences of ECMA-48: CSI (colours, cursor)
// and OSC (links), which end with their line. One may lack its end.
var escapeSequence = Regexp("\x1b(?:\\[[0-?]*[ -/]*[@-~]?|\\][^\x07\x1b\n]*(?:\x07|\x1b\\\\)?|.?)")

// Plain returns s without escape sequences, and with U+FFFD for bytes that are
// not UTF-8.
func Plain(s string) string {
	if strings.IndexByte(s, 0x1b) >= 0 {
		s = escapeSequence().ReplaceAllString(s, "")
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
