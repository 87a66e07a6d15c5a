package inputs

import (
	"errors"
	"io/fs"
	"slices"
)

// claim sets Made, Ours and Found at the beginning of a step. Either all names in the tree are
// ours, because they were before and no other has appeared, or none is. Names in a directory in
// which CMake was never run are Found, and stay so in later snapshots.
func (s *Snapshot) claim(old *Snapshot) {
	names, err := namesIn(s.Build)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return
	}
	switch {
	case old != nil:
		s.Found = old.Found
	case !slices.Contains(names, CacheFile) && !slices.Contains(names, workDir):
		s.Found = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == StateDir || name == queryDir })
	}
	empty := !slices.ContainsFunc(names, func(name string) bool { return name != StateDir })
	s.Made = empty || old != nil && old.Made && (slices.Contains(names, CacheFile) || old.Foreign(names) == "")
	if s.Made {
		s.Ours = names
	}
}

// Foreign returns one of the names in a tree without a cache that no configure step is known to
// have made, or "". If s is nil, only our own state is known.
//
// The files of a killed step are not listed anywhere. If CMake's own directory still exists, the
// tree was not emptied and used for something else since.
func (s *Snapshot) Foreign(names []string) (foreign string) {
	hasWorkDir := slices.Contains(names, workDir)
	ours := func(name string) bool {
		switch {
		case name == StateDir:
			return true
		case s == nil:
			return false
		case name == queryDir:
			return true
		case name == workDir:
			return s.State == Running || s.State == Failed
		case !s.Made:
			return false
		case s.State == Running:
			return hasWorkDir || slices.Contains(s.Ours, name)
		}
		return s.State == Failed && hasWorkDir && slices.Contains(s.Ours, name)
	}
	for _, name := range names {
		// A name that cannot be CMake's is preferred to one that can.
		if !ours(name) && (foreign == "" || foreign == queryDir || foreign == workDir) {
			foreign = name
		}
	}
	return foreign
}
