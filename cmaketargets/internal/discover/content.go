package discover

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
)

const (
	cacheFile     = "CMakeCache.txt"
	entriesAtOnce = 1024 // bounds the memory that a huge directory takes
)

// markers are the files that take the directory they lie in, and all below it,
// out of the walk.
var markers = []string{"COLCON_IGNORE", "CMAKETARGETS_IGNORE"}

// content is what matters of a directory's entries.
type content struct {
	subdirs, links             []string
	listFile, cache, gitMarker bool
	marker                     string
}

// entries reads a directory; what it has read before an error is returned too.
func (w *walker) entries(d directory) (content, error) {
	var c content
	f, err := os.Open(w.abs(d.path))
	if err != nil {
		return c, err
	}
	defer f.Close()
	files := 0
	for err == nil {
		var es []fs.DirEntry
		es, err = f.ReadDir(entriesAtOnce)
		for _, e := range es {
			if e.IsDir() {
				c.subdirs = append(c.subdirs, e.Name())
			} else {
				files++
			}
			c.note(e)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.result.Dirs++
	w.result.Files += files
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return c, err
}

// note remembers what an entry's name says; a marker may be a directory too.
func (c *content) note(e fs.DirEntry) {
	switch name := e.Name(); name {
	case listFile:
		c.listFile = true
	case cacheFile:
		c.cache = true
	case ".git":
		c.gitMarker = true
	default:
		if slices.Contains(markers, name) {
			c.marker = max(c.marker, name) // the same one in any order
		} else if e.Type()&fs.ModeSymlink != 0 {
			c.links = append(c.links, name)
		}
	}
}
