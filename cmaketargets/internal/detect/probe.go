package detect

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// probe is one observation of the file system that an entry rests on.
type probe struct {
	Path string `json:"path"`
	Kind string `json:"kind"` // "file", "dir" or "there".
	Was  string `json:"was"`
}

// The kinds of probes.
const (
	probeFile  = "file"  // What the path leads to: place, size, time and mode.
	probeDir   = "dir"   // Which names a directory holds, told by its time.
	probeThere = "there" // Whether anything is there.
)

// observations remembers what it has seen, so that a path which many entries rest on is looked at once. It is for one
// moment, and not safe for concurrent use.
type observations struct {
	seen map[probe]string
	dirs map[string]string // Where a directory really is.
}

func newObservations() observations {
	return observations{seen: map[probe]string{}, dirs: map[string]string{}}
}

// hold reports the first probe that does not hold any more.
func (o observations) hold(probes []probe) (changed string, ok bool) {
	for _, p := range probes {
		if o.see(p.Path, p.Kind) != p.Was {
			return p.Path, false
		}
	}
	return "", true
}

func (o observations) see(path, kind string) string {
	at := probe{Path: path, Kind: kind}
	seen, ok := o.seen[at]
	if !ok {
		seen = o.look(path, kind)
		o.seen[at] = seen
	}
	return seen
}

func (o observations) look(path, kind string) string {
	const absent = "absent"
	info, err := os.Stat(path)
	if err != nil {
		return absent
	}
	switch kind {
	case probeFile:
		return fmt.Sprintf("%s %d %d %v", o.target(path), info.Size(), info.ModTime().UnixNano(), info.Mode())
	case probeDir:
		if !info.IsDir() {
			return absent
		}
		return strconv.FormatInt(info.ModTime().UnixNano(), 10)
	default:
		return info.Mode().Type().String()
	}
}

// target returns where path really is, or "" when it went away.
func (o observations) target(path string) string {
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeSymlink != 0 {
		target, err := filepath.EvalSymlinks(path)
		if err != nil {
			return ""
		}
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

// exists tells of the name itself, a broken link included.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil || !os.IsNotExist(err)
}
