package ui

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/sourcegraph/conc/panics"
)

// writeLimit bounds the time of all writes together after a run was cancelled. Such a run has five
// seconds for everything.
const writeLimit = 2 * time.Second

// limitedWriter writes for a Screen. The writer below it may block for ever, as a terminal after
// Ctrl-S or a pipe without a reader. While a limit is set, text not accepted in time is lost.
type limitedWriter struct {
	to   io.Writer
	last *pendingWrite // the newest; it may go on after it was abandoned

	mu      sync.Mutex
	limits  int           // set at the moment
	limited chan struct{} // closed while there are any
	left    time.Duration // of writeLimit
}

// pendingWrite is one write.
type pendingWrite struct {
	done   chan struct{} // closed when the fields below are set
	err    error
	caught *panics.Recovered
}

func newLimitedWriter(to io.Writer) *limitedWriter {
	return &limitedWriter{to: to, limited: make(chan struct{})}
}

// LimitWritesAfter limits the time of the screen's writes to two seconds together from the end of
// ctx until stop is called.
func (s *Screen) LimitWritesAfter(ctx context.Context) (stop func()) {
	begun := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() { s.out.limit(); close(begun) })
	return func() {
		if !cancel() {
			<-begun
			s.out.unlimit()
		}
	}
}

func (w *limitedWriter) limit() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.limits++; w.limits == 1 {
		w.left = writeLimit
		close(w.limited)
	}
}

func (w *limitedWriter) unlimit() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.limits--; w.limits == 0 {
		w.limited = make(chan struct{})
	}
}

// Write implements io.Writer. Only one goroutine may write at a time. Lost text is no error. A
// panic of the writer below is raised here as a *panics.Recovered.
func (w *limitedWriter) Write(p []byte) (int, error) {
	if w.last != nil && !w.wait(w.last) {
		return len(p), nil // An abandoned write may still come out, and has to be first.
	}
	data := string(p) // The caller may reuse p.
	pending := &pendingWrite{done: make(chan struct{})}
	w.last = pending
	go func() {
		defer close(pending.done)
		pending.caught = panics.Try(func() { _, pending.err = io.WriteString(w.to, data) })
	}()
	switch {
	case !w.wait(pending):
		return len(p), nil
	case pending.caught != nil:
		panic(pending.caught)
	default:
		return len(p), pending.err
	}
}

// wait waits for the end of a write, for ever unless a limit is set, and reports whether it ended.
func (w *limitedWriter) wait(p *pendingWrite) bool {
	w.mu.Lock()
	limited := w.limited
	w.mu.Unlock()
	select {
	case <-p.done:
		return true
	case <-limited:
	}
	w.mu.Lock()
	left := w.left
	w.mu.Unlock()
	began, timer := time.Now(), time.NewTimer(left)
	defer timer.Stop()
	done := false
	select {
	case <-p.done:
		done = true
	case <-timer.C:
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left = max(0, left-time.Since(began))
	return done
}
