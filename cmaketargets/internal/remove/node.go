package remove

import "path/filepath"

// node is a directory that is to be removed. It is open from the time its
// names are read until nothing is left in it.
type node struct {
	// parent is the directory that it lies in, nil for the one to be emptied.
	parent *node
	name   string
	// from and found are where it was before it was moved up.
	from  *node
	found string

	dir    *Dir
	depth  int
	bytes  int64
	visits int

	// The following are guarded by the walk.

	pending int  // its own visit, and the directories in it that are not done
	kept    bool // something in it stays
}

// path is where an entry of the directory was found, relative to the
// directory to be emptied.
func (n *node) path(name string) string {
	for n.parent != nil {
		if n.from != nil {
			name, n = filepath.Join(n.found, name), n.from
		} else {
			name, n = filepath.Join(n.name, name), n.parent
		}
	}
	return name
}
