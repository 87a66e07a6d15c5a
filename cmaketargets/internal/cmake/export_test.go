package cmake

import (
	"context"
	"time"
)

// ProbeWithin is Probe with another limit than ten seconds.
func (t Tool) ProbeWithin(ctx context.Context, env []string, limit time.Duration) (Tool, error) {
	return t.probe(ctx, env, limit)
}

// Reply is all that this package reads of the file API's reply.
type Reply struct {
	Index  Index
	Model  Model
	Inputs Inputs
}

// ReadReply reads the whole reply of a build tree.
func ReadReply(buildDir string) (reply Reply, err error) {
	if reply.Index, err = ReadIndex(buildDir); err != nil {
		return Reply{}, err
	}
	if reply.Model, err = reply.Index.Model(); err != nil {
		return Reply{}, err
	}
	if reply.Inputs, err = reply.Index.Inputs(); err != nil {
		return Reply{}, err
	}
	return reply, nil
}

// FindTool finds cmake and asks it for its version.
func FindTool(ctx context.Context, name string, env []string) (Tool, error) {
	t, err := Locate(name, env)
	if err != nil {
		return Tool{}, err
	}
	return t.Probe(ctx, env)
}

// What FuzzHasTests and FuzzGenerators hold to their words.
var (
	QuotedWords     = quotedWords
	ParseGenerators = parseGenerators
)
