package buildtree

import (
	"bytes"
	"io"
)

// announcement begins the line that Ninja prints first when it has joined a jobserver. It has nothing for
// people, and is the only line of many builds that do nothing.
var announcement = []byte("ninja: Jobserver mode detected:")

// unannounced is a writer that drops the announcement when it is the first line.
type unannounced struct {
	to   io.Writer
	line []byte // so far
	past bool   // the first line
}

// Write implements io.Writer.
func (u *unannounced) Write(p []byte) (int, error) {
	if u.past {
		return u.to.Write(p)
	}
	u.line = append(u.line, p...)
	compared := min(len(u.line), len(announcement))
	if bytes.Equal(u.line[:compared], announcement[:compared]) {
		end := bytes.IndexByte(u.line, '\n')
		if end < 0 {
			return len(p), nil
		}
		u.line = u.line[end+1:]
	}
	u.past = true
	return len(p), u.flush()
}

// flush writes the output that is held back.
func (u *unannounced) flush() error {
	line := u.line
	u.line, u.past = nil, true
	if len(line) == 0 {
		return nil
	}
	_, err := u.to.Write(line)
	return err
}
