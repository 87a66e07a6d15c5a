package inputs

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// maxWritten bounds the files of a build tree that are compared, and the directories. Of the files in
// a larger tree only the build system is.
const maxWritten = 5000

// ofBuild are the names of files and directories in a build tree that other programs write than a
// configure step, or that either may write.
var ofBuild = map[string]bool{
	StateDir: true, queryDir: true, CacheFile: true, "Testing": true,
	".ninja_log": true, ".ninja_deps": true, ".ninja_lock": true,
}

// ofGenerator are the names of the files that each configure step writes, or leaves as they are if
// they would have the same content.
var ofGenerator = map[string]bool{"build.ninja": true, "Makefile": true, "cmake_install.cmake": true, "CTestTestfile.cmake": true}

// inTree returns the stamps of the files and directories in a build tree that a configure step may
// make, by path. See stampMade for the directories.
func inTree(build string) map[string]Stamp {
	found, files := map[string]Stamp{}, 0
	real, err := filepath.EvalSymlinks(build) // which may be a link to another disk
	if err != nil {
		return found
	}
	_ = filepath.WalkDir(real, func(path string, entry os.DirEntry, err error) error {
		path = build + path[len(real):]
		switch name := entry.Name(); {
		case err != nil:
			return nil
		case entry.IsDir() && (ofBuild[name] || path != build && fsutil.Exists(filepath.Join(path, CacheFile))):
			return filepath.SkipDir // another build tree, as of ExternalProject
		case entry.IsDir() && name == workDir:
			// Below it there are objects, and files that Make changes.
			names, _ := filepath.Glob(filepath.Join(path, "*.ninja"))
			for _, file := range append(names, filepath.Join(path, "Makefile2"), filepath.Join(path, "Makefile.cmake")) {
				if s := stat(file); s.Size >= 0 {
					found[file] = s
				}
			}
			return filepath.SkipDir
		case path == build || ofBuild[name]:
		case entry.IsDir() || entry.Type()&os.ModeSymlink != 0 && stampMade(path).Size == isDir:
			found[path] = stampMade(path)
		case files > maxWritten && !ofGenerator[name]:
		default:
			found[path] = stat(path)
			files++
		}
		return nil
	})
	return found
}

// stampMade returns the stamp of something that a configure step makes and others fill, as a directory:
// its existence alone matters, and of a link the target.
func stampMade(path string) Stamp {
	s := stampExists(path, func(path string) string { return path })
	s.ModTime = noTime
	return s
}

// writtenFiles returns the stamps of the files and directories in the build tree that this step or one
// before it made, and that are there.
func (b *baseline) writtenFiles(build string) string {
	now := inTree(build)
	count := 0
	for _, s := range now {
		if s.ModTime != noTime {
			count++
		}
	}
	var files, dirs []Stamp
	holding := map[string]bool{} // directories that are gone only if something that is stamped is
	for _, path := range slices.Backward(text.SortedKeys(now)) {
		s := now[path]
		was, known := b.inTree[path]
		made := b.written[path] || !known || was != s
		switch {
		case holding[path]:
		case s.ModTime == noTime && made:
			dirs = append(dirs, s)
		case s.ModTime != noTime && (ofGenerator[filepath.Base(path)] || made && count <= maxWritten):
			files = append(files, s)
		default:
			continue
		}
		holding[filepath.Dir(path)] = true
	}
	if len(dirs) <= maxWritten {
		files = append(dirs, files...)
	}
	slices.Reverse(files)
	return FormatStamps(files)
}

// addWritten stamps the files and directories in the build tree before the step.
func (b *baseline) addWritten(old *Snapshot, build string) {
	b.inTree, b.written = inTree(build), map[string]bool{}
	killed := old != nil && old.State == Running
	for path, s := range b.inTree {
		// CMake may have made the directories of a tree that was configured by hand, and what came since a
		// step that was killed.
		if s.ModTime == noTime && (old == nil || killed) || killed && s.ModTime >= old.At.UnixNano() {
			b.written[path] = true
		}
	}
	if old == nil {
		return
	}
	EachStamp(old.Used.Written, func(was Stamp) bool {
		for path := was.Path; path != build && !b.written[path]; path = filepath.Dir(path) {
			b.written[path] = true
		}
		return true
	})
}

// madeOutside returns the stamps of the files and directories that the step has made outside of the
// build tree, of those at these paths. The paths may be patterns, and have anyDepth at the end for
// everything in a directory. Of a file there is the content, so that steps in other build trees may
// write the same into it; where variants write different ones, each is configured again after the other.
func madeOutside(s *Snapshot, paths []string) string {
	var stamps []Stamp
	seen := map[string]bool{}
	add := func(path string) {
		info, err := os.Lstat(path)
		if err != nil || seen[path] || fsutil.Inside(path, s.Build) {
			return
		}
		seen[path] = true
		if info.Mode().IsRegular() {
			stamps = append(stamps, s.baseline.withContent(stat(path)))
		} else {
			stamps = append(stamps, stampOutside(path))
		}
	}
	for _, path := range paths {
		everything := filepath.Base(path) == anyDepth
		if everything {
			path = filepath.Dir(path)
		}
		paths := []string{path}
		if _, err := os.Lstat(path); err != nil { // else it is no pattern, even if it looks like one
			paths = expandNames(paths)
		}
		for _, path := range paths {
			if add(path); !everything {
				continue
			}
			_ = filepath.WalkDir(path, func(path string, _ os.DirEntry, err error) error {
				if add(path); err != nil || len(stamps) > maxWritten {
					return filepath.SkipDir
				}
				return nil
			})
		}
	}
	if len(stamps) > maxWritten && s.Used.Unknown == "" {
		s.Used.Unknown = "writes too many files outside of the build tree to compare them"
	}
	return FormatStamps(stamps)
}

// stampOutside returns the stamp of something outside of the build tree that is no regular file. Of a link, which each
// variant may make to its own build tree, there is neither the target nor whether that exists. Hash is the type.
func stampOutside(path string) Stamp {
	s := Stamp{Path: path, Size: isMissing, ModTime: noTime}
	if info, err := os.Lstat(path); err == nil {
		s.Size, s.Hash = isFile, info.Mode().Type().String()
	}
	return s
}

// written compares what configure steps made: CMake would make it again.
func (c useCheck) written(was Stamp) Decision {
	now := stat(was.Path)
	switch {
	case was.ModTime == noTime && !fsutil.Inside(was.Path, c.of.Build):
		now = stampOutside(was.Path)
	case was.ModTime == noTime:
		now = stampMade(was.Path)
	case was.Hash != "" && (c.files.Same(was) || now.Size == was.Size && c.files.Hash(was.Path) == was.Hash):
		return Decision{}
	}
	if now == was {
		return Decision{}
	}
	name, inside := fsutil.Within(was.Path, c.of.Build)
	if name = filepath.ToSlash(name) + " in the build tree"; !inside {
		name = c.of.show(was.Path)
	}
	if now.Size < 0 {
		return rerun("%s is gone", name)
	}
	return rerun("%s changed", name)
}
