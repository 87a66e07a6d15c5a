package inputs

import (
	"os"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// maxWritten bounds the files of a build tree that are compared. In a larger tree only the build
// system is.
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

// inTree returns the stamps of the files in a build tree that a configure step may write, by path.
func inTree(build string) map[string]Stamp {
	found := map[string]Stamp{}
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
		case entry.IsDir() || ofBuild[name]:
		case len(found) > maxWritten && !ofGenerator[name]:
		default:
			found[path] = stat(path)
		}
		return nil
	})
	return found
}

// writtenFiles returns the stamps of the files in the build tree that this step or one before it
// wrote, and that are there.
func (b *baseline) writtenFiles(build string) string {
	now := inTree(build)
	var stamps []Stamp
	for _, path := range text.SortedKeys(now) {
		ofGenerator := ofGenerator[filepath.Base(path)]
		was, known := b.inTree[path]
		if written := b.written[path] || !known || was != now[path]; ofGenerator || written && len(now) <= maxWritten {
			stamps = append(stamps, now[path])
		}
	}
	return FormatStamps(stamps)
}

// addWritten stamps the files in the build tree before the step.
func (b *baseline) addWritten(old *Snapshot, build string) {
	b.inTree, b.written = inTree(build), map[string]bool{}
	if old != nil {
		EachStamp(old.Used.Written, func(was Stamp) bool { b.written[was.Path] = true; return true })
	}
}

// written compares the files that configure steps wrote: CMake would write them again.
func (c useCheck) written(was Stamp) Decision {
	now := stat(was.Path)
	if now == was {
		return Decision{}
	}
	name, _ := fsutil.Within(was.Path, c.of.Build)
	if name = filepath.ToSlash(name); now.Size < 0 {
		return rerun("%s in the build tree is gone", name)
	}
	return rerun("%s in the build tree changed", name)
}
