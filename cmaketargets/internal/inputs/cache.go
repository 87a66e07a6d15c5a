package inputs

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// CacheFile is CMake's cache in a build tree.
const CacheFile = "CMakeCache.txt"

const cacheDamaged = CacheFile + " is damaged"

func cacheFile(build string) string { return filepath.Join(build, CacheFile) }

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
	if s != nil && s.State == Done && cache == first(s.Cache) {
		if s.Source != in.Source {
			return fresh("source directory changed from %s to %s", s.Source, in.Source)
		}
		return generatorChanged(s.Actual, in.Generator)
	}
	home, ok := tree.Cached("CMAKE_HOME_DIRECTORY")
	switch {
	case !ok && s != nil && s.State == Running:
		return fresh(didNotFinish)
	case !ok:
		return fresh(cacheDamaged)
	case files.real(home) != files.real(in.Source):
		return fresh("source directory changed from %s to %s", home, in.Source)
	}
	if at, ok := tree.Cached("CMAKE_CACHEFILE_DIR"); ok && files.real(at) != files.real(in.Build) {
		return fresh("build tree changed from %s to %s", at, in.Build)
	}
	was, _ := tree.Cached("CMAKE_GENERATOR")
	return generatorChanged(was, in.Generator)
}

// cacheChanged compares the cache of a tree in which no CMake has run since: the tree was copied,
// somebody edited the cache, or its end was lost. CMake would not restore all lost entries. An edit
// leaves the end, which holds CMake's internal entries.
func (s *Snapshot) cacheChanged(cache Stamp, tree Tree) Decision {
	switch {
	case cache == first(s.Cache):
		return Decision{}
	case s.kept():
		return rerun("CMakeCache.txt has a different timestamp")
	}
	if name, value, ok := strings.Cut(s.CacheEnd, "="); ok {
		if now, ok := tree.Cached(name); !ok || now != value {
			return fresh(cacheDamaged)
		}
	}
	return rerun("CMakeCache.txt was edited")
}

// isDetection reports whether path is a file with CMake's detection of the system or a compiler.
// CMake does not detect again while the file exists.
func (s *Snapshot) isDetection(path string) bool {
	return fsutil.Inside(path, filepath.Join(s.Build, workDir, s.Version))
}

// keptHash returns a hash of the files that CMake keeps from one run to the next instead of
// generating them: its cache and those of isDetection.
func (s *Snapshot) keptHash() string {
	hashes := hashFile(cacheFile(s.Build))
	eachStamp(s.Inputs, func(input Stamp) bool {
		if s.isDetection(input.Path) {
			hashes += "\n" + hashFile(input.Path)
		}
		return true
	})
	return fsutil.Hash(hashes)
}

// kept reports whether these files are unchanged since the last step.
func (s *Snapshot) kept() bool { return s.keptHash() == s.KeptHash }

// bootID returns an identifier of the last boot; see random(4). It is empty outside of Linux:
// damage by a power failure that changes neither size nor time is not noticed there.
var bootID = sync.OnceValue(func() string {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return string(bytes.TrimSpace(id))
})

// rebooted checks a tree that was configured before the last boot. A power failure leaves files of
// the last minute empty, cut off or filled with zeros, often of the same size and time. CMake
// regenerates most files, and trusts those that it keeps.
func (s *Snapshot) rebooted() Decision {
	switch {
	case s.Boot == bootID():
		return Decision{}
	case !s.kept():
		return fresh("CMakeCache.txt or %s/%s is damaged", workDir, s.Version)
	}
	return rerun("rebooted since the last configure")
}
