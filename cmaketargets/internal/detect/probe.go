package detect

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

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
	probeFlat  = "flat"  // the files in a directory, with size, times and mode
	probeTree  = "tree"  // the same in all directories below it
)

// maxListed is the largest number of files in all listings of a session.
const maxListed = 200_000

// prober answers probes, each path at most once. It is not safe for concurrent use.
type prober struct {
	results  map[probe]string
	dirs     map[string]string  // directory -> the same with links resolved
	listings map[string]listing // by directory, with links resolved
	lines    []byte             // of the last listing
	files    int                // seen in listings
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
	switch kind {
	case probeFlat:
		_, l := o.list(path)
		return l.hash
	case probeTree:
		return fsutil.Hash(strings.Join(o.tree(nil, path, map[string]bool{}), "\n"))
	}
	info, err := os.Stat(path)
	if err == nil && kind != probeThere {
		_ = o.see(nil, info)
	}
	switch {
	case err != nil || kind == probeDir && !info.IsDir():
		return "absent"
	case kind == probeFile:
		return fmt.Sprintf("%s %d %d %v", o.target(path), info.Size(), info.ModTime().UnixNano(), info.Mode())
	case kind == probeDir:
		return strconv.FormatInt(info.ModTime().UnixNano(), 10)
	default:
		return info.Mode().Type().String()
	}
}

// see notes when a file changed last, and returns line with everything that changes with the file.
func (o *prober) see(line []byte, info fs.FileInfo) []byte {
	changed, modified := fsutil.ChangeTime(info), info.ModTime().UnixNano()
	o.newest = max(o.newest, changed, modified)
	line = append(line, info.Name()...)
	for _, n := range []int64{info.Size(), modified, changed, int64(info.Mode())} {
		line = strconv.AppendInt(append(line, ' '), n, 10)
	}
	return append(line, '\n')
}

// listing is the content of a directory.
type listing struct {
	hash string
	dirs []string // in it, also by links, with links resolved
}

// list returns the listing of a directory. All links are followed.
func (o *prober) list(dir string) (real string, l listing) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", listing{hash: "absent"}
	}
	return real, o.listReal(real)
}

// listReal returns the listing of a directory whose path has no links.
func (o *prober) listReal(real string) (l listing) {
	if l, ok := o.listings[real]; ok {
		return l
	}
	names, err := os.ReadDir(real)
	if err != nil {
		l.hash = "unreadable"
	}
	lines := o.lines[:0]
	for _, name := range names {
		info, err := name.Info()
		if err != nil {
			continue // removed since
		}
		lines = o.see(lines, info)
		o.files++
		linked := info.Mode()&fs.ModeSymlink != 0
		if !linked && !info.IsDir() {
			continue
		}
		path := filepath.Join(real, name.Name())
		if linked {
			if info, err = os.Stat(path); err != nil {
				continue
			}
			lines = o.see(lines, info)
			if !info.IsDir() {
				continue
			}
			if path, err = filepath.EvalSymlinks(path); err != nil {
				continue // removed since
			}
		}
		l.dirs = append(l.dirs, path)
	}
	o.lines = lines
	l.hash += fsutil.Hash(lines)
	o.listings[real] = l
	return l
}

// tree adds the hashes of a directory and all below it, each once.
func (o *prober) tree(hashes []string, dir string, seen map[string]bool) []string {
	real, l := o.list(dir)
	return o.treeReal(hashes, real, l, seen)
}

func (o *prober) treeReal(hashes []string, real string, l listing, seen map[string]bool) []string {
	if seen[real] {
		return hashes
	}
	seen[real] = true
	hashes = append(hashes, l.hash)
	for _, below := range l.dirs {
		if o.files > maxListed {
			break // see Session.probes
		}
		hashes = o.treeReal(hashes, below, o.listReal(below), seen)
	}
	return hashes
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
