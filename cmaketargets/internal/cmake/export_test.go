package cmake

import (
	"context"
	"time"
)

// ProbeWithin is Probe with another limit than ten seconds.
func (t Tool) ProbeWithin(ctx context.Context, env []string, limit time.Duration) (Tool, error) {
	return t.probe(ctx, env, limit)
}

// MaxFound is how many diagnostics of one kind are kept.
const MaxFound = maxFound

// MaxMessage bounds a message, in bytes.
const MaxMessage = maxMessage
