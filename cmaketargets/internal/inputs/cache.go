package inputs

import "strings"

const cacheDamaged = CacheFile + " is damaged"

// CacheUnchanged reports whether the cache is the one that the step of s wrote.
func CacheUnchanged(s *Snapshot, files *Files) bool {
	return s.State == Done && wroteCache(s, files.Stat(cacheFile(s.Build)))
}

// wroteCache reports whether the stamp of the cache is the one from the end of the step.
func wroteCache(s *Snapshot, now Stamp) bool {
	was := first(s.Cache)
	return was.Size == now.Size && was.ModTime == now.ModTime
}

// cacheMissing decides about a tree without a cache.
func (s *Snapshot) cacheMissing() Decision {
	switch {
	case s == nil:
		return Decision{Action: Fresh, New: true, Reason: NeverConfigured}
	case s.State == Running:
		return fresh(didNotFinish)
	case s.State == Failed:
		return fresh(didFail)
	}
	return fresh("CMakeCache.txt is gone")
}

// placeChanged compares the source directory, the build tree and the generator: CMake refuses to
// run if its cache names others. It reads the cache only if the cache is not that of the snapshot.
func (s *Snapshot) placeChanged(cache Stamp, in Intent, tree Tree, files *Files) Decision {
	if s != nil && s.State == Done && wroteCache(s, cache) {
		if s.Source != in.Source {
			return rebuild("source directory changed from %s to %s", s.Source, in.Source)
		}
		return generatorChanged(s.Actual, in.Generator)
	}
	home, ok := tree.Cached("CMAKE_HOME_DIRECTORY")
	switch {
	case !ok && s != nil && s.State == Running:
		return fresh(didNotFinish)
	case !ok:
		return damaged(cacheDamaged)
	case files.real(home) != files.real(in.Source):
		return rebuild("source directory changed from %s to %s", home, in.Source)
	}
	if at, ok := tree.Cached("CMAKE_CACHEFILE_DIR"); ok && files.real(at) != files.real(in.Build) {
		return rebuild("build tree changed from %s to %s", at, in.Build)
	}
	was, _ := tree.Cached("CMAKE_GENERATOR")
	return generatorChanged(was, in.Generator)
}

// cacheChanged compares the cache of a tree in which no CMake has run since: the tree was copied,
// the cache was edited, or its end was lost. CMake would not restore all lost entries. An edit
// leaves the end, which holds CMake's internal entries.
func (s *Snapshot) cacheChanged(cache Stamp, tree Tree) Decision {
	switch {
	case wroteCache(s, cache):
		return Decision{}
	case s.kept():
		return rerun("CMakeCache.txt has a different timestamp")
	}
	if name, value, ok := strings.Cut(s.CacheEnd, "="); ok {
		if now, ok := tree.Cached(name); !ok || now != value {
			return damaged(cacheDamaged)
		}
	}
	return rerun("CMakeCache.txt was edited")
}
