package proc

import (
	"io"

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
