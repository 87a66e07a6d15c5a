package buildtree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// entries are the cache entries of a build tree that were set by hand.
type entries struct {
	byHand map[string]string
	args   []string // that set them in a new cache
	file   string   // named by args
}

// entriesByHand returns the entries that were set by hand, and records them before a fresh start
// removes the cache. Those that cannot be kept are named in the reason of the step.
func (s *step) entriesByHand(fresh bool) (entries, error) {
	decided := s.action.Configure
	record, generated := treestate.ReadEntries(s.dir()), treestate.NewGenerated(s.dir())
	cache := generated.Cache()
	switch decision := decided.Decision; {
	case !fresh && record != nil && record.Left == nil:
		record.Left = map[string]string{} // CMake has run since
	case !fresh:
	case decision.Damaged:
		cache = nil
	case decision.Rebuild && record == nil:
		if at, _ := generated.Cached("CMAKE_HOME_DIRECTORY"); at != s.tree.Project.Dir {
			return entries{}, nil // the entries of another project
		}
	case cache == nil && (decided.Snapshot == nil || decided.Snapshot.State == inputs.Done):
		return entries{}, nil // removed by hand, with its entries
	}
	e := entries{byHand: record.Now(cache, decided.Intent.Defines())}
	if !fresh {
		return e, nil
	}
	var lost []string
	for _, name := range text.SortedKeys(e.byHand) {
		if decided.Decision.Forget || decided.Decision.Detect && treestate.Detects(name) {
			lost = append(lost, name)
			delete(e.byHand, name)
		}
	}
	if len(lost) > 0 {
		s.result.Reason += "; set by hand and not kept: " + strings.Join(lost, ", ")
	}
	if record == nil && len(e.byHand) == 0 {
		return e, nil
	}
	err := generated.Save(e.byHand, false)
	if err == nil && len(e.byHand) > 0 {
		e.file, err = treestate.WriteKept(s.dir(), e.byHand)
		e.args = []string{"-C", e.file}
	}
	return e, err
}

// remove removes the file that args name.
func (e entries) remove() {
	if e.file != "" {
		_ = os.Remove(e.file)
	}
}

// removeCache removes the files that CMake keeps from one run to the next: its cache, the detected compilers
// and the results of checks. Objects stay, unlike with cmake --fresh, and the records by which Ninja and Make
// find the outdated ones; all of these go if rebuild is set. The cache is removed last, because its content
// is the reason for rebuild if the process is killed.
func (s *step) removeCache(rebuild bool) error {
	var names []string
	if rebuild {
		names = append(names, s.targetDirs()...)
		names = append(names, ".ninja_log", ".ninja_deps", "CMakeFiles")
		inner, err := s.emptyInnerCaches()
		if err != nil {
			return err
		}
		names = append(names, inner...)
	}
	for _, entry := range readDir(filepath.Join(s.dir(), "CMakeFiles")) {
		name := entry.Name()
		version := strings.Trim(name[:1], "0123456789") == "" && !strings.HasSuffix(name, ".dir") // else of a target
		if entry.IsDir() && version || slices.Contains(findings, name) {
			names = append(names, filepath.Join("CMakeFiles", name))
		}
	}
	return s.removeAll(append(names, treestate.CacheFile))
}

// removeAll removes files and directories of the build tree.
func (s *step) removeAll(names []string) error {
	root, err := os.OpenRoot(s.dir())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	for _, name := range names {
		_, err := root.Lstat(name) // on a read-only file system RemoveAll fails also without one
		if err == nil {
			err = root.RemoveAll(name)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove %s: %w", filepath.Join(s.dir(), name), fsutil.Cause(err))
		}
	}
	return nil
}

// findings are the files and directories in CMakeFiles, besides those of detections, with results of
// former runs. CMake appends to its logs.
var findings = []string{
	"CMakeScratch", "CMakeTmp", "pkgRedirects", "CMakeOutput.log", "CMakeError.log", "CMakeConfigureLog.yaml", "cmake.check_cache",
}

// targetDirs returns the directories with the objects of targets, relative to the build tree, which
// may have been elsewhere.
func (s *step) targetDirs() []string {
	list, _, _ := fsutil.Read(filepath.Join(s.dir(), "CMakeFiles", "TargetDirectories.txt"), maxTargetDirs)
	was, _ := treestate.NewGenerated(s.dir()).Cached("CMAKE_CACHEFILE_DIR")
	var dirs []string
	for dir := range strings.Lines(string(list)) {
		if rel, ok := fsutil.Within(strings.TrimSpace(dir), was); ok && strings.HasSuffix(rel, ".dir") {
			dirs = append(dirs, rel)
		}
	}
	return dirs
}

// emptyInnerCaches empties the caches of build trees inside of this one, as of ExternalProject, which are configured
// with the same generator, and returns the paths of CMakeFiles in them. An empty cache marks the directory as a build
// tree of its own. It is another file than before, which may have a second name: in a build tree copied with cp -al.
// What was there before the build tree stays as it is, as it does in a Clean.
func (s *step) emptyInnerCaches() (names []string, err error) {
	root, err := os.OpenRoot(s.dir())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	var found []string
	if before := s.action.Configure.Snapshot; before != nil {
		found = before.Found
	}
	err = fsutil.WalkDir(s.dir(), func(path string, entry fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(s.dir(), path)
		switch {
		case err != nil || !entry.IsDir() || path == s.dir():
			return nil
		case entry.Name() == "CMakeFiles" || slices.Contains(found, rel) || fsutil.Exists(filepath.Join(path, treestate.Dir)): // another one of ours
			return filepath.SkipDir
		}
		cache := filepath.Join(path, treestate.CacheFile)
		if info, err := os.Lstat(cache); err != nil || !info.Mode().IsRegular() {
			return nil
		}
		names = append(names, filepath.Join(rel, "CMakeFiles"))
		inner, err := root.OpenRoot(rel)
		if err != nil {
			return err
		}
		return errors.Join(fsutil.ReplaceIn(inner, treestate.CacheFile, nil), inner.Close())
	})
	if err != nil {
		return nil, fmt.Errorf("remove the cache: %w", err)
	}
	return names, nil
}

// maxTargetDirs bounds CMake's list of the directories of targets, in bytes.
const maxTargetDirs = 64 << 20

// readDir returns the entries of a directory, none if it cannot be read.
func readDir(dir string) []os.DirEntry {
	entries, _ := os.ReadDir(dir)
	return entries
}
