package diagnose

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// maxLine is how much of a line is looked at, in bytes. Echoed commands can be
// longer; what they say at their end does not matter here.
const maxLine = 64 << 10

// lineReader splits output into lines as a person would see them: without
// escape sequences, and with what a progress display overwrote by a carriage
// return as a line of its own.
type lineReader struct {
	in     *bufio.Reader
	number int    // of the line that was returned, as an editor counts
	buffer []byte // the current line
	rest   []byte // of it, after a carriage return
	more   bool   // rest is to be returned
}

func newLineReader(r io.Reader) *lineReader {
	size := maxLine
	if known, ok := r.(interface{ Len() int }); ok {
		size = min(size, known.Len()+1) // Most output is short.
	}
	return &lineReader{in: bufio.NewReaderSize(r, size)}
}

// next returns the next line, or io.EOF.
func (l *lineReader) next() (string, error) {
	if !l.more {
		line, err := l.in.ReadSlice('\n')
		if len(line) == 0 && err != nil {
			return "", err
		}
		l.number++
		l.buffer = append(l.buffer[:0], bytes.TrimSuffix(line, []byte{'\n'})...)
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = l.in.ReadSlice('\n') // Drop what is too long.
		}
		l.rest = bytes.TrimSuffix(l.buffer, []byte{'\r'})
	}
	var line []byte
	line, l.rest, l.more = bytes.Cut(l.rest, []byte{'\r'})
	return plain(line), nil
}

// plain returns a line without the escape sequences of ECMA-48: colours and
// other control sequences (CSI), and the links of compilers (OSC 8). Bytes
// that are not UTF-8 are replaced, so that every report can carry the text.
func plain(line []byte) string {
	if bytes.IndexByte(line, '\x1b') < 0 {
		return strings.ToValidUTF8(string(line), "\uFFFD")
	}
	out := make([]byte, 0, len(line))
	for i := 0; i < len(line); i++ {
		if line[i] != '\x1b' {
			out = append(out, line[i])
			continue
		}
		i++
		if i == len(line) {
			break
		}
		switch line[i] {
		case '[':
			for i++; i < len(line) && (line[i] < 0x40 || line[i] > 0x7e); i++ {
			}
		case ']':
			for i++; i < len(line) && line[i] != '\a' && line[i] != '\x1b'; i++ {
			}
			if i+1 < len(line) && line[i] == '\x1b' {
				i++ // The backslash of ESC \.
			}
		}
	}
	return strings.ToValidUTF8(string(out), "\uFFFD")
}
