package inputs

import (
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Tree answers questions about a build tree that need knowledge of CMake. Each method is called
// only if its answer matters.
type Tree interface {
	// Cached returns the value of a cache entry.
	Cached(name string) (value string, ok bool)
	// Reply returns the newest file API index file: its name, "" if there is none, and its size.
	Reply() Stamp
}

// Files looks at files and directories, at each at most once, however many projects share it. It
// serves the questions of one run at one moment, and may be used from several goroutines.
type Files struct {
	stats sync.Map // path -> Stamp, without Hash
	links sync.Map // path -> the same with links resolved
}

// stat returns the stamp of path, links followed, without a hash.
func (f *Files) stat(path string) Stamp {
	if s, ok := f.stats.Load(path); ok {
		return s.(Stamp)
	}
	s := stat(path)
	f.stats.Store(path, s)
	return s
}

// real returns path with all links resolved, or path itself if that fails.
func (f *Files) real(path string) string {
	if r, ok := f.links.Load(path); ok {
		return r.(string)
	}
	r, err := filepath.EvalSymlinks(path)
	if err != nil {
		r = path
	}
	f.links.Store(path, r)
	return r
}

// same reports whether the stamp still describes its file.
func (f *Files) same(old Stamp) bool {
	now := f.stat(old.Path)
	if now.Size != old.Size || now.ModTime != old.ModTime {
		return false
	}
	return old.Hash == "" || hashFile(old.Path) == old.Hash
}

// change returns how the file of a stamp that is not the same has changed.
func (f *Files) change(s Stamp) string {
	switch {
	case f.stat(s.Path).Size < 0:
		return " is gone"
	case s.Size < 0:
		return " is new"
	case s.ModTime == noTime:
		return " may have changed during the last configure"
	default:
		return " changed"
	}
}

// filesChanged compares the files that CMake read.
func (s *Snapshot) filesChanged(files *Files) Decision {
	return changed(s.Inputs, func(was Stamp) Decision {
		switch {
		case !files.same(was):
			reason := s.show(was.Path) + files.change(was)
			if s.isDetection(was.Path) && !s.kept() {
				return fresh("%s", reason)
			}
			return rerun("%s", reason)
		case was.Size < 0 && strings.ContainsRune(was.Path, utf8.RuneError):
			// CMake's reply is JSON, which cannot hold arbitrary bytes: the file that CMake read
			// has another name.
			return rerun("%s has a name that is not UTF-8, so only CMake can check it", s.show(was.Path))
		}
		return Decision{}
	})
}

// show returns a path for a message: relative if it is below the source directory.
func (s *Snapshot) show(path string) string {
	if rel, ok := fsutil.Within(path, s.Source); ok {
		return filepath.ToSlash(rel)
	}
	return path
}

// presetsChanged compares the settings: preset files, toolchain files and initial caches (-C).
// CMake reads them only in a new tree, or keeps their former values in the cache, so any change needs
// a fresh start.
func (s *Snapshot) presetsChanged(files *Files) Decision {
	return changed(s.Settings, func(was Stamp) Decision {
		if files.same(was) {
			return Decision{}
		}
		return fresh("%s", s.show(was.Path)+files.change(was))
	})
}
