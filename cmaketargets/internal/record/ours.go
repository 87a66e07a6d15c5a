package record

import (
	"errors"
	"io/fs"
	"os"
	"slices"
)

const (
	queryDir = ".cmake"     // we make it before CMake is started, for the query of the file API
	workDir  = "CMakeFiles" // CMake makes it before it reads a project, since 3.24
)

// namesIn lists a tree, none where there is no directory.
func namesIn(build string) ([]string, error) {
	entries, err := os.ReadDir(build)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, err
}

// claim notes which of the names in the tree are known to be ours when a step
// begins: all, where they were before and nothing else has come, or none. Those
// in a directory that is no build tree yet, because CMake was never there, are
// somebody else's for ever.
func (r *Record) claim(old *Record) {
	names, err := namesIn(r.Build)
	if err != nil {
		return
	}
	switch {
	case old != nil:
		r.Found = old.Found
	case !slices.Contains(names, cacheName) && !slices.Contains(names, workDir):
		r.Found = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == stateDir || name == queryDir })
	}
	empty := !slices.ContainsFunc(names, func(name string) bool { return name != stateDir })
	r.Made = empty || old != nil && old.Made && (slices.Contains(names, cacheName) || old.Stranger(names) == "")
	if r.Made {
		r.Ours = names
	}
}

// Stranger returns one of the names in the tree, which holds no cache, that did
// not get there by a configure step as far as the record tells, or "". Without
// a record, when r is nil, that is all but our own notes.
//
// What a killed step made nobody has listed. That CMake's own directory is
// there still tells that the tree was not emptied and used for something else.
func (r *Record) Stranger(names []string) (stranger string) {
	atWork := slices.Contains(names, workDir)
	ours := func(name string) bool {
		switch {
		case name == stateDir:
			return true
		case r == nil:
			return false
		case name == queryDir:
			return true
		case name == workDir:
			return r.State == Running || r.State == Failed
		case !r.Made:
			return false
		case r.State == Running:
			return atWork || slices.Contains(r.Ours, name)
		}
		return r.State == Failed && atWork && slices.Contains(r.Ours, name)
	}
	for _, name := range names {
		// What is nobody's for sure is named before what may be CMake's.
		if !ours(name) && (stranger == "" || stranger == queryDir || stranger == workDir) {
			stranger = name
		}
	}
	return stranger
}
