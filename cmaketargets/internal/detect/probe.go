package detect

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
type observations map[probe]string

func (o observations) see(path, kind string) string {
	at := probe{Path: path, Kind: kind}
	if seen, ok := o[at]; ok {
		return seen
	}
	seen := observe(path, kind)
	o[at] = seen
	return seen
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

func observe(path, kind string) string {
	const absent = "absent"
	info, err := os.Stat(path)
	if err != nil {
		return absent
	}
	switch kind {
	case probeFile:
		target, err := filepath.EvalSymlinks(path)
		if err != nil {
			return absent
		}
		return fmt.Sprintf("%s %d %d %v", target, info.Size(), info.ModTime().UnixNano(), info.Mode())
	case probeDir:
		if !info.IsDir() {
			return absent
		}
		return fmt.Sprintf("%d", info.ModTime().UnixNano())
	default:
		return info.Mode().Type().String()
	}
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
	return err == nil || !isNotExist(err)
}

func isNotExist(err error) bool {
	pathErr, ok := err.(*fs.PathError) //nolint:errorlint // Lstat returns it as it is.
	return ok && os.IsNotExist(pathErr)
}
