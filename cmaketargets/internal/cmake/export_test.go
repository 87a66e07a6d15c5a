package cmake

import (
	"context"
	"time"
)

// ProbeWithin is Probe with another limit than ten seconds.
func (t Tool) ProbeWithin(ctx context.Context, env []string, limit time.Duration) (Tool, error) {
	return t.probe(ctx, env, limit)
}

// What FuzzHasTests and FuzzGenerators hold to their words.
var (
	QuotedWords     = quotedWords
	ParseGenerators = parseGenerators
)
