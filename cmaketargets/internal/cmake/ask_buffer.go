package cmake

import "sync"

// boundedBuffer keeps the first askOutput bytes written to it and drops the
// rest. It may be written to by several goroutines.
type boundedBuffer struct {
	full func() // called when something is dropped; may be nil
	mu   sync.Mutex
	data []byte
}

// Write implements io.Writer and never fails.
func (b *boundedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	kept := p[:min(len(p), askOutput-len(b.data))]
	b.data = append(b.data, kept...)
	if len(kept) < len(p) && b.full != nil {
		b.full()
	}
	return len(p), nil
}

// tee writes to two buffers.
type tee struct{ a, b *boundedBuffer }

// Write implements io.Writer and never fails.
func (t tee) Write(p []byte) (int, error) {
	_, _ = t.a.Write(p)
	return t.b.Write(p)
}
