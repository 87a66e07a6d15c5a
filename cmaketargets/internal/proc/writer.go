package proc

import (
	"io"
	"sync"

	"github.com/sourcegraph/conc/panics"
)

// catchingWriter catches the first panic of a caller's writer. The goroutines that write are those of
// os/exec, where a panic would end this whole process; Run raises it again in its caller's goroutine.
// The rest of the output is dropped.
type catchingWriter struct {
	to      io.Writer
	caught  *panics.Catcher
	onPanic func()
}

// catching returns nil for a nil writer, which os/exec treats specially.
func catching(to io.Writer, caught *panics.Catcher, onPanic func()) io.Writer {
	if to == nil {
		return nil
	}
	return &catchingWriter{to, caught, onPanic}
}

// Write implements io.Writer.
func (w *catchingWriter) Write(p []byte) (n int, err error) {
	if w.caught.Recovered() == nil {
		w.caught.Try(func() { n, err = w.to.Write(p) })
	}
	if w.caught.Recovered() != nil {
		w.onPanic()
		return len(p), nil
	}
	return n, err
}

// ReadFrom implements io.ReaderFrom with shared buffers; io.Copy would allocate one per command.
func (w *catchingWriter) ReadFrom(from io.Reader) (int64, error) {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	return io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{from}, *buffer)
}

var buffers = sync.Pool{New: func() any { b := make([]byte, 32<<10); return &b }}
