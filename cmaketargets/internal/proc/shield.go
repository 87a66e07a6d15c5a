package proc

import (
	"io"
	"sync"

	"github.com/sourcegraph/conc/panics"
)

// shield stands between a command and a writer of its caller's. The goroutines
// that write are exec's, where a panic would end this whole process; so the
// first one is caught, to be raised again by Run in its caller's goroutine, and
// the rest of the output is dropped.
type shield struct {
	to     io.Writer
	caught *panics.Catcher
	broken func() // called after a panic
}

// shielded returns nil for a nil writer, which exec knows.
func shielded(to io.Writer, caught *panics.Catcher, broken func()) io.Writer {
	if to == nil {
		return nil
	}
	return &shield{to, caught, broken}
}

// Write implements io.Writer.
func (s *shield) Write(p []byte) (n int, err error) {
	if s.caught.Recovered() == nil {
		s.caught.Try(func() { n, err = s.to.Write(p) })
	}
	if s.caught.Recovered() != nil {
		s.broken()
		return len(p), nil
	}
	return n, err
}

// ReadFrom implements io.ReaderFrom, for without it every command's output has
// a buffer of its own.
func (s *shield) ReadFrom(from io.Reader) (int64, error) {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	return io.CopyBuffer(struct{ io.Writer }{s}, struct{ io.Reader }{from}, *buffer)
}

var buffers = sync.Pool{New: func() any { b := make([]byte, 32<<10); return &b }}
