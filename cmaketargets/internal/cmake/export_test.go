package cmake

import "path/filepath"

// Reply is all that this package reads from a reply of the file API.
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

// Internals that are fuzzed by themselves.
var (
	ParseCache  = parseCache
	QuotedWords = quotedWords
)

// ExpandInclude expands the macros of an included path in a file of presets.
func ExpandInclude(path, file string, env []string) string {
	r := presetReader{source: filepath.Dir(file), env: env}
	return r.expand(path, file, "")
}
