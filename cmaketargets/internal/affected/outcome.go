package affected

import (
	"context"
	"crypto/sha256"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// Outcome holds hashes of the files that the steps in a build tree have made, by absolute path.
type Outcome struct{ made, installed map[string]string }

// changing are directories and files of a build tree that differ though nothing was made: logs, and
// the state of programs.
var changing = []string{
	treestate.Dir, ".cmake", "Testing", ".git", ".ninja_log", ".ninja_deps", ".ninja_lock", "install_manifest.txt", "LastTest.log",
}

// Observe returns the outcome of a build tree: all files in it, of CMake's own files the build system, the
// cache and the scripts for tests and installation, and the files that were installed from it. It is empty
// if the build tree was not configured, and not whole if ctx has ended.
func Observe(ctx context.Context, dir string) Outcome {
	o := Outcome{map[string]string{}, map[string]string{}}
	if !fsutil.Exists(filepath.Join(dir, treestate.CacheFile)) {
		return o
	}
	_ = fsutil.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		switch {
		case ctx.Err() != nil:
			return fs.SkipAll
		case err != nil: // it cannot be compared
			return nil
		case path != dir && slices.Contains(changing, e.Name()):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.IsDir() || internal(filepath.ToSlash(rel)):
			return nil
		}
		o.made[path] = content(path, rel)
		return nil
	})
	for _, path := range cmake.Installed(dir, "") {
		if ctx.Err() != nil {
			break
		}
		o.installed[path] = content(path, "")
	}
	return o
}

// internal reports whether a file in a build tree is one of CMake's own, but no object file.
func internal(rel string) bool {
	ext := filepath.Ext(rel)
	return strings.Contains("/"+rel, "/CMakeFiles/") && ext != ".o" && ext != ".obj"
}

// content returns a hash of a file, or the target of a link.
func content(path, rel string) string {
	if target, err := os.Readlink(path); err == nil {
		return "a link to " + target
	}
	if rel == treestate.CacheFile || rel == "build.ninja" {
		data, _, err := fsutil.Read(path, maxFile)
		if err != nil {
			return ""
		}
		return fsutil.Hash(rerun().ReplaceAll(data, nil))
	}
	file, err := fsutil.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return ""
	}
	return string(h.Sum(nil))
}

// rerun matches lines that differ between the first run of CMake in a build tree and the second, and internal
// entries of the cache.
var rerun = text.Regexp(`(?m)^build .*: RERUN_CMAKE .*\n|^build .*: phony\s*$|^ *TARGET_(?:COMPILE_)?PDB = .*\n|^#.*\n|^//.*\n|^[^=\n]*:INTERNAL=.*\n`)

// Empty reports whether there was no configured build tree.
func (o Outcome) Empty() bool { return len(o.made) == 0 }

// Differences returns the paths whose content differs in another outcome, sorted. Files that were not
// installed before are none of them: the other one may be that of an install step.
func (o Outcome) Differences(after Outcome) []string {
	all := map[string]bool{}
	for path, hash := range after.made {
		if before, ok := o.made[path]; !ok || before != hash {
			all[path] = true
		}
	}
	for path := range o.made {
		if _, ok := after.made[path]; !ok {
			all[path] = true
		}
	}
	for path, hash := range o.installed {
		if after.installed[path] != hash {
			all[path] = true
		}
	}
	return text.SortedKeys(all)
}
