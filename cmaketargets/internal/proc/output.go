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

// Tail keeps the last bytes written to it, in bounded memory, and passes everything on. It is not safe
// for concurrent use.
type Tail struct {
	// To receives everything; nil discards it.
	To io.Writer
	// Max is the number of bytes that are kept.
	Max int
	// Total counts the bytes written.
	Total int64

	buf []byte
	err error
}

// Write implements io.Writer. It never fails, because a command must not be stopped by a log that
// cannot be written; Err returns the first failure.
func (t *Tail) Write(p []byte) (int, error) {
	t.Total += int64(len(p))
	if t.To != nil && t.err == nil {
		_, t.err = t.To.Write(p)
	}
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - t.Max; over > t.Max {
		// Cut only when twice full, so that each byte moves once on average.
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

// Bytes returns the kept bytes.
func (t *Tail) Bytes() []byte { return t.buf[max(0, len(t.buf)-t.Max):] }

// Cut reports whether bytes before Bytes were dropped.
func (t *Tail) Cut() bool { return t.Total > int64(len(t.Bytes())) }

// Err returns the first failure of To.
func (t *Tail) Err() error { return t.err }
