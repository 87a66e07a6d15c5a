package model

// Split is the division of the selected projects of a workspace into shards.
type Split struct {
	Version int     `json:"version"` // SplitVersion
	Shards  []Shard `json:"shards"`
}

// SplitVersion is the version of the JSON form of a Split. It grows when a reader of an older one would
// misread a newer one.
const SplitVersion = 1

// Shard is the part of a selection that one of several machines does.
type Shard struct {
	Name     string   `json:"shard"`              // "2/5"
	Projects []string `json:"projects"`           // paths, ordered
	Variants []string `json:"variants"`           // those of each project; "" is the one without a name
	Expected float64  `json:"expected,omitempty"` // seconds that its steps take one after the other, 0 if unknown
}
