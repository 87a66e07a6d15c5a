package diagnose

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// maxLine bounds the part of a line that is read, in bytes. Only echoed commands are longer.
const maxLine = 64 << 10

// lineReader splits output into lines as a terminal shows them: without escape sequences, and with
// the text that a progress display overwrote after a carriage return as a line of its own.
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
		skipLine(l.in, err)
		l.rest = bytes.TrimSuffix(l.buffer, []byte{'\r'})
	}
	var line []byte
	line, l.rest, l.more = bytes.Cut(l.rest, []byte{'\r'})
	return text.Plain(string(line)), nil
}

// skipLine reads the rest of a line of which ReadSlice returned the beginning and err.
func skipLine(in *bufio.Reader, err error) {
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = in.ReadSlice('\n')
	}
}
