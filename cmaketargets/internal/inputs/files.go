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
	// Plain maps: a sync.Map inside a struct is compiled again in each package that sees the struct.
	mu    sync.RWMutex
	stats map[string]Stamp  // by path, without Hash
	links map[string]string // by path, the same with links resolved
	types map[string]Stamp  // by path; see stampExists
	lists map[string]Stamp  // by pattern; see stampNames
}

// stat returns the stamp of path, links followed, without a hash.
func (f *Files) stat(path string) Stamp {
	return remember(f, &f.stats, path, stat)
}

// real returns path with all links resolved, or path itself if that fails.
func (f *Files) real(path string) string {
	return remember(f, &f.links, path, func(path string) string {
		if r, err := filepath.EvalSymlinks(path); err == nil {
			return r
		}
		return path
	})
}

// existence returns the stamp of the existence of path.
func (f *Files) existence(path string) Stamp { return remember(f, &f.types, path, stampExists) }

// names returns the stamp of the names that match a pattern.
func (f *Files) names(pattern string) Stamp { return remember(f, &f.lists, pattern, stampNames) }

// remember returns the answer to a question about path, which it asks only if no answer is known.
func remember[T any](f *Files, answers *map[string]T, path string, ask func(path string) T) T {
	f.mu.RLock()
	answer, ok := (*answers)[path]
	f.mu.RUnlock()
	if ok {
		return answer
	}
	answer = ask(path)
	f.mu.Lock()
	defer f.mu.Unlock()
	if *answers == nil {
		*answers = map[string]T{}
	}
	(*answers)[path] = answer
	return answer
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
