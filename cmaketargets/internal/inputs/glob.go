package inputs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// anyDepth is the element before the last one of a pattern that is about all directories below.
const anyDepth = "**"

// expandGlobs returns a pattern for each directory in which these patterns look, with wildcards in
// its last element only. unknown is a reason if there are too many.
//
// The last element may hold several patterns, separated by "|". The element before it may be "**":
// the directory and all below it.
func expandGlobs(globs []string) (patterns []string, unknown string) {
	seen := map[string]bool{}
	for queue := globs; len(queue) > 0; queue = queue[1:] {
		glob := queue[0]
		if seen[glob] {
			continue
		}
		if len(seen) >= maxListed {
			return nil, "lists more than " + text.Count(maxListed, "directory")
		}
		seen[glob] = true
		dir, tail := listedDir(glob), filepath.Base(glob)
		recursive := dir != filepath.Dir(glob)
		if recursive {
			tail = filepath.Join(anyDepth, tail)
		}
		if i := firstWildcard(dir); i >= 0 {
			// The directories that the pattern names are those of a listing themselves.
			base, rest, _ := strings.Cut(dir[i:], string(filepath.Separator))
			parent := filepath.Join(dir[:i], base)
			queue = append(queue[:len(queue):len(queue)], parent)
			for _, name := range matching(filepath.Dir(parent), base, false) {
				queue = append(queue, filepath.Join(filepath.Dir(parent), name, rest, tail))
			}
			continue
		}
		patterns = append(patterns, glob)
		if recursive {
			for _, name := range matching(dir, "", true) {
				queue = append(queue[:len(queue):len(queue)], filepath.Join(dir, name, tail))
			}
		}
	}
	return patterns, ""
}

// firstWildcard returns where the first element of a path with a wildcard begins, or -1.
func firstWildcard(path string) int {
	i := strings.IndexAny(path, "*?[")
	if i < 0 {
		return -1
	}
	return strings.LastIndexByte(path[:i], filepath.Separator) + 1
}

// listedDir returns the directory of a pattern.
func listedDir(pattern string) string {
	dir := filepath.Dir(pattern)
	if filepath.Base(dir) == anyDepth {
		dir = filepath.Dir(dir)
	}
	return dir
}

// stampNames returns the stamp of the names that match a pattern: Size is their number, ModTime the
// directory's. Where the pattern is one of programs, Hash depends on what their files are, too.
func stampNames(pattern string) Stamp {
	dir := listedDir(pattern)
	s := Stamp{Path: pattern, ModTime: stat(dir).ModTime}
	names := matching(dir, filepath.Base(pattern), dir != filepath.Dir(pattern))
	s.Size = int64(len(names))
	if ofPrograms(pattern) {
		for i, name := range names {
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil {
				names[i] += " " + info.Mode().String()
			}
		}
	}
	s.Hash = fsutil.Hash(fmt.Sprintf("%q", names))[:16]
	return s
}

// ofPrograms reports whether a pattern may be that of programs for which CMake looks again: one without
// wildcards. One that cannot be executed was not found, nor was a link to a file that does not exist.
func ofPrograms(pattern string) bool { return !strings.ContainsAny(pattern, "*?[") }

// sameDirectory reports whether names that match a pattern are as they were, by the time of their directory.
func sameDirectory(was, dir Stamp) bool {
	return dir.ModTime == was.ModTime && (was.Size == 0 || !ofPrograms(was.Path))
}

// precedesNames is precedes for the names that match a pattern.
func (b *baseline) precedesNames(pattern string) bool {
	dir := listedDir(pattern)
	changed := func(name string) bool { return !b.precedes(stat(filepath.Join(dir, name))) }
	return !changed("") && !(ofPrograms(pattern) && slices.ContainsFunc(matching(dir, filepath.Base(pattern), false), changed))
}

// matching returns the names in a directory that match a pattern, sorted, and those of its
// directories if it is recursive. A directory that cannot be read has none.
func matching(dir, pattern string, recursive bool) (names []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, entry := range entries {
		if name := entry.Name(); recursive && entry.IsDir() || matches(pattern, name) {
			names = append(names, name)
		}
	}
	return names
}

// matches reports whether a name matches a pattern of CMake, or may do so.
func matches(pattern, name string) bool {
	if strings.ContainsAny(pattern, `[\`) {
		return true
	}
	for _, alternative := range append(strings.Split(pattern, "|"), pattern) {
		if ok, err := filepath.Match(alternative, name); ok || err != nil {
			return true
		}
	}
	return false
}

// names compares a listing.
func (c useCheck) names(was Stamp) Decision {
	dir := listedDir(was.Path)
	if was.Hash == unknownNames {
		return rerun("files may have been added to or removed from %s during the last configure", c.of.show(dir))
	}
	if sameDirectory(was, c.files.Stat(dir)) {
		return Decision{}
	}
	now := c.files.names(was.Path)
	if now.Size == was.Size && now.Hash != was.Hash && ofPrograms(was.Path) {
		return rerun("%s in %s changed", strings.ReplaceAll(filepath.Base(was.Path), "|", " or "), c.of.show(dir))
	}
	return when(now.Size != was.Size || now.Hash != was.Hash, "files were added to or removed from "+c.of.show(dir))
}
