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
	// Reply returns the newest file API index file: its name, "" if there is none, and its size. last is
	// that of the last step, with the time of its directory.
	Reply(last Stamp) Stamp
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
	texts map[string]string // by path; see HashFile
}

// Stat returns the stamp of path, links followed, with its change time and without a hash.
func (f *Files) Stat(path string) Stamp {
	return remember(f, &f.stats, path, Examine)
}

// real returns path with all links resolved, or path itself if that fails.
func (f *Files) real(path string) string { return remember(f, &f.links, path, realPath) }

func realPath(path string) string {
	if r, err := filepath.EvalSymlinks(path); err == nil {
		return r
	}
	return path
}

// existence returns the stamp of the existence of path.
func (f *Files) existence(path string) Stamp {
	return remember(f, &f.types, path, func(path string) Stamp { return stampExists(path, f.real) })
}

// Hash returns the hash of the content of path.
func (f *Files) Hash(path string) string { return remember(f, &f.texts, path, HashFile) }

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

// Same reports whether the stamp still describes its file.
func (f *Files) Same(old Stamp) bool {
	now := f.Stat(old.Path)
	if now.Size != old.Size || now.ModTime != old.ModTime {
		return false
	}
	return old.Hash == "" || old.Changed != 0 && now.Changed == old.Changed || HashFile(old.Path) == old.Hash
}

// change returns how the file of a stamp that is not the same has changed.
func (f *Files) change(s Stamp) string {
	switch {
	case f.Stat(s.Path).Size < 0:
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
		case !files.Same(was):
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

// settingsChanged compares the content of toolchain files and initial caches (-C), which CMake reads
// in a new tree only, or keeps their former values in its cache, and of preset files. CMake applies
// a preset in each run; presetChanged has the exceptions.
func (s *Snapshot) settingsChanged(files *Files) Decision {
	return changed(s.Settings, func(was Stamp) Decision {
		now := files.Stat(was.Path)
		settled := s.At.Add(-ClockResolution).UnixNano()
		same := now.Size == was.Size && now.ModTime == was.ModTime && was.ModTime < settled &&
			was.Changed < settled && now.Changed == was.Changed
		if same || now.Size < 0 && was.Size < 0 || was.ModTime != noTime && now.Size == was.Size && HashFile(was.Path) == was.Hash {
			return Decision{}
		}
		d := rerun("%s", s.show(was.Path)+files.change(was))
		if !strings.HasSuffix(was.Path, ".json") {
			d.Action, d.Detect = Fresh, true
		}
		return d
	})
}

// presetChanged compares the values of a preset. A re-run has to remove the cache entries that it
// no longer sets.
func presetChanged(s *Snapshot, in Intent) Decision {
	var d Decision
	var undefine []string
	now := s.hashValues(in.Preset)
	var defined map[string]string
	if len(s.Preset)+len(now) > 0 {
		defined, _ = splitDefinitions(in.Args)
	}
	for _, name := range allKeys(s.Preset, now) {
		_, has := now[name]
		_, ours := defined[name]
		switch {
		case s.Preset[name] == now[name]:
			continue
		case onlyInNewTree(name) && !ours:
			return detectAgain("the preset's value of %s changed", name)
		case !has && !ours:
			undefine = append(undefine, name)
		}
		if d.Action == Nothing {
			d = rerun("the preset's value of %s changed", name)
		}
	}
	environment := s.hashValues(in.PresetEnv)
	for _, name := range allKeys(s.PresetEnv, environment) {
		if r := reader(name); r != nil && r.change == Fresh && s.PresetEnv[name] != environment[name] {
			return detectAgain("the preset's value of %s in the environment changed", name)
		}
	}
	d.Undefine = undefine
	return d
}
