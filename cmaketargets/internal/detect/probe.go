package detect

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sourcegraph/conc/iter"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// probe is one property of the file system that an entry depends on.
type probe struct {
	Path string `json:"path"`
	Kind string `json:"kind"`
	Was  string `json:"was"`
}

// The kinds of probes.
const (
	probeFile  = "file"  // the file at the end of all links: path, size, time and mode
	probeDir   = "dir"   // the names in a directory, by its time
	probeThere = "there" // existence
	probeFlat  = "flat"  // the files in a directory, with size, times and mode, and the names of directories
	probeTree  = "tree"  // the same in all directories below it
)

// absent is the result of a probe of what does not exist.
const absent = "absent"

// maxListed is the largest number of files in all listings of a session.
const maxListed = 200_000

// prober answers probes, each path at most once. It is not safe for concurrent use.
type prober struct {
	results  map[probe]string
	dirs     map[string]string  // directory -> the same with links resolved
	listings map[string]listing // by directory, with links resolved
	files    int                // in listings
	newest   int64              // time of the last change of a probed file, in nanoseconds since 1970
}

func newProber() *prober {
	return &prober{results: map[probe]string{}, dirs: map[string]string{}, listings: map[string]listing{}}
}

// unchanged reports whether all probes still give the same result.
func (o *prober) unchanged(probes []probe) bool {
	return !slices.ContainsFunc(probes, func(p probe) bool { return o.probe(p.Path, p.Kind) != p.Was })
}

func (o *prober) probe(path, kind string) string {
	at := probe{Path: path, Kind: kind}
	result, ok := o.results[at]
	if !ok {
		result = o.stat(path, kind)
		o.results[at] = result
	}
	return result
}

func (o *prober) stat(path, kind string) string {
	if kind == probeFlat || kind == probeTree {
		return fsutil.Hash(strings.Join(o.list(path, kind == probeTree), "\n"))
	}
	info, err := os.Stat(path)
	if err == nil && kind != probeThere {
		o.newest = max(o.newest, lastChange(info))
	}
	switch {
	case err != nil || kind == probeDir && !info.IsDir():
		return absent
	case kind == probeFile:
		return fmt.Sprintf("%s %d %d %v", o.target(path), info.Size(), info.ModTime().UnixNano(), info.Mode())
	case kind == probeDir:
		return strconv.FormatInt(info.ModTime().UnixNano(), 10)
	default:
		return info.Mode().Type().String()
	}
}

// listing is the content of a directory.
type listing struct {
	hash   string
	dirs   []string // in it, also by links, with links resolved
	files  int
	newest int64 // see prober.newest
	own    int64 // time of the last change of the directory itself
}

// list returns the hashes of the listing of a directory and, if it is deep, of all below it, each once. All links are followed.
func (o *prober) list(dir string, deep bool) (hashes []string) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return []string{absent}
	}
	seen := map[string]bool{real: true}
	for level := []string{real}; len(level) > 0; {
		listings := o.listReal(level)
		level = nil
		for _, l := range listings {
			hashes = append(hashes, l.hash)
			for _, below := range l.dirs {
				if deep && !seen[below] && o.files <= maxListed { // see probes
					seen[below] = true
					level = append(level, below)
				}
			}
		}
	}
	return hashes
}

// listReal returns the listings of directories whose paths have no links. Those that are new are read side by side: most of
// the time is spent in the system.
func (o *prober) listReal(dirs []string) []listing {
	unread := slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool { _, ok := o.listings[dir]; return ok })
	for i, l := range iter.Map(unread, func(dir *string) listing { return readListing(*dir) }) {
		o.listings[unread[i]] = l
		o.files += l.files
		o.newest = max(o.newest, l.newest)
	}
	listings := make([]listing, len(dirs))
	for i, dir := range dirs {
		listings[i] = o.listings[dir]
	}
	return listings
}

// readListing returns the listing of a directory whose path has no links.
func readListing(real string) (l listing) {
	names, err := os.ReadDir(real)
	if err != nil {
		l.hash = "unreadable"
	}
	if info, err := os.Stat(real); err == nil {
		l.own = lastChange(info)
		l.newest = l.own // all that a removed file leaves
	}
	lines := make([]byte, 0, 80*len(names))
	// note adds a line with everything that changes with the file. What is in a directory below does not count here.
	note := func(info fs.FileInfo) {
		lines = append(lines, info.Name()...)
		properties := []int64{int64(info.Mode())}
		if !info.IsDir() {
			l.newest = max(l.newest, lastChange(info))
			properties = append(properties, info.Size(), info.ModTime().UnixNano(), fsutil.ChangeTime(info))
		}
		for _, n := range properties {
			lines = strconv.AppendInt(append(lines, ' '), n, 10)
		}
		lines = append(lines, '\n')
	}
	for _, name := range names {
		info, err := name.Info()
		if err != nil {
			continue // removed since
		}
		note(info)
		l.files++
		linked := info.Mode()&fs.ModeSymlink != 0
		if !linked && !info.IsDir() {
			continue
		}
		path := filepath.Join(real, name.Name())
		if linked {
			if info, err = os.Stat(path); err != nil {
				continue
			}
			note(info)
			if !info.IsDir() {
				continue
			}
			if path, err = filepath.EvalSymlinks(path); err != nil {
				continue // removed since
			}
		}
		l.dirs = append(l.dirs, path)
	}
	l.hash += fsutil.Hash(lines)
	return l
}

// touched returns a path whose probe may give another result now, or "". Of the files in listings it does not look at
// each one: one that was written in place is not noticed, as one is that was added, removed or replaced.
func (o *prober) touched() string {
	for dir, l := range o.listings {
		if info, err := os.Stat(dir); err != nil || lastChange(info) != l.own {
			return dir
		}
	}
	now := newProber()
	for p, was := range o.results {
		if p.Kind != probeFlat && p.Kind != probeTree {
			if now.probe(p.Path, p.Kind) != was {
				return p.Path
			}
			continue
		}
		real, err := filepath.EvalSymlinks(p.Path)
		if _, listed := o.listings[real]; err == nil && !listed || err != nil && was != fsutil.Hash(absent) {
			return p.Path
		}
	}
	return ""
}

// lastChange returns when a file changed last, in nanoseconds since 1970.
func lastChange(info fs.FileInfo) int64 {
	return max(fsutil.ChangeTime(info), info.ModTime().UnixNano())
}

// target returns path with links resolved, or "" if it no longer exists.
func (o *prober) target(path string) string {
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeSymlink != 0 {
		target, _ := filepath.EvalSymlinks(path)
		return target
	}
	dir, base := filepath.Split(path)
	real, ok := o.dirs[dir]
	if !ok {
		var err error
		if real, err = filepath.EvalSymlinks(dir); err != nil {
			return ""
		}
		o.dirs[dir] = real
	}
	return filepath.Join(real, base)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
