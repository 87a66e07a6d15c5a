package ui

import (
	"bytes"
	"io"
)

// uncoloured is a writer that leaves colours out.
type uncoloured struct {
	to   io.Writer
	held []byte // the beginning of what may become a colour sequence
}

// maxColour is how long a colour sequence can be, in bytes.
const maxColour = 32

// Uncoloured returns a writer that hands everything on to w but colour
// sequences (CSI ... m, and the CSI K that gcc ends them with), so that a log
// can be searched. One that has no end when all is written is left out, too.
func Uncoloured(w io.Writer) io.Writer { return &uncoloured{to: w} }

// Write implements io.Writer.
func (u *uncoloured) Write(p []byte) (int, error) {
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
		if n := colour(string(text[:min(len(text), maxColour)])); n > 0 {
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

// unfinished says whether text can become a colour sequence by what follows.
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
