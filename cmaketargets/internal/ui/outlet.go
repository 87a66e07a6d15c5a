package ui

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/sourcegraph/conc/panics"
)

// hurriedLimit is how long all writes of a hurried screen together may take.
// A run that was told to end has five seconds for everything.
const hurriedLimit = 2 * time.Second

// outlet is what a screen writes to. It may take nothing for ever, as a
// terminal after Ctrl-S does and a pipe that nobody reads; a run that has to
// end then goes on without.
type outlet struct {
	to   io.Writer
	last *passage // the newest write: also one that was given up, which goes on

	mu      sync.Mutex
	hurries int           // so many are in a hurry
	hurried chan struct{} // closed while any are
	left    time.Duration // of hurriedLimit
}

// passage is one write under way.
type passage struct {
	over   chan struct{} // closed when the rest is there
	err    error
	caught *panics.Recovered
}

func newOutlet(to io.Writer) *outlet { return &outlet{to: to, hurried: make(chan struct{})} }

// HurryAfter bounds what the screen waits for once ctx has ended: what is not
// taken within two seconds of waiting is lost. That lasts until stop is called.
func (s *Screen) HurryAfter(ctx context.Context) (stop func()) {
	begun := make(chan struct{})
	unwatch := context.AfterFunc(ctx, func() { s.outlet.hurry(); close(begun) })
	return func() {
		if !unwatch() {
			<-begun
			s.outlet.relax()
		}
	}
}

func (o *outlet) hurry() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.hurries++; o.hurries == 1 {
		o.left = hurriedLimit
		close(o.hurried)
	}
}

func (o *outlet) relax() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.hurries--; o.hurries == 0 {
		o.hurried = make(chan struct{})
	}
}

// Write implements io.Writer.
func (o *outlet) Write(p []byte) (int, error) { return o.WriteString(string(p)) }

// WriteString implements io.StringWriter. Only one may write at a time. There is
// no error when the text is lost. A panic of the writer is raised here, as a
// *panics.Recovered.
func (o *outlet) WriteString(text string) (int, error) {
	if o.last != nil && !o.wait(o.last) {
		return len(text), nil // What was given up may come out yet, and first.
	}
	p := &passage{over: make(chan struct{})}
	o.last = p
	go func() {
		defer close(p.over)
		p.caught = panics.Try(func() { _, p.err = io.WriteString(o.to, text) })
	}()
	switch {
	case !o.wait(p):
		return len(text), nil
	case p.caught != nil:
		panic(p.caught)
	default:
		return len(text), p.err
	}
}

// wait returns whether the write is over, as it is before long unless somebody
// is in a hurry.
func (o *outlet) wait(p *passage) bool {
	o.mu.Lock()
	hurried := o.hurried
	o.mu.Unlock()
	select {
	case <-p.over:
		return true
	case <-hurried:
	}
	o.mu.Lock()
	left := o.left
	o.mu.Unlock()
	began, late := time.Now(), time.NewTimer(left)
	defer late.Stop()
	over := false
	select {
	case <-p.over:
		over = true
	case <-late.C:
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.left = max(0, left-time.Since(began))
	return over
}
