package detect

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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
)

// prober answers probes, each path at most once. It is not safe for concurrent use.
type prober struct {
	results map[probe]string
	dirs    map[string]string // directory -> the same with links resolved
}

func newProber() *prober {
	return &prober{results: map[probe]string{}, dirs: map[string]string{}}
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
	info, err := os.Stat(path)
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
