package cmake

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// ninjaDeps is Ninja's log of the files that compilers have read.
const ninjaDeps = ".ninja_deps"

// maxDeps bounds that log, in bytes.
const maxDeps = 1 << 30

// ReadNinjaDeps returns the files that the commands of a Ninja build tree have read, by output, none
// where no command has reported any. The format of its log is that of versions 3 and 4; records of paths
// and of dependencies take turns.
// https://github.com/ninja-build/ninja/blob/master/src/deps_log.h
func ReadNinjaDeps(buildDir string) (map[string][]string, error) {
	path := filepath.Join(buildDir, ninjaDeps)
	data, _, err := fsutil.Read(path, maxDeps)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fsutil.ErrNotRegular) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	unknown := &fs.PathError{Op: "read", Path: path, Err: errors.New("it has an unknown format")}
	rest, ok := bytes.CutPrefix(data, []byte("# ninjadeps\n"))
	if !ok || len(rest) < 4 {
		return nil, unknown
	}
	version := binary.LittleEndian.Uint32(rest)
	if version != 3 && version != 4 {
		return nil, unknown
	}
	const ofDependencies = 1 << 31
	head := 12 // bytes before the dependencies: the number of the output, and its time
	if version == 3 {
		head = 8
	}
	var names []string
	deps := map[string][]string{}
	for rest = rest[4:]; len(rest) >= 4; {
		size := binary.LittleEndian.Uint32(rest)
		n := int(size &^ ofDependencies)
		rest = rest[4:]
		if n < 4 || n%4 != 0 || n > len(rest) {
			break // the last record of a build that was killed
		}
		record := rest[:n]
		rest = rest[n:]
		if size&ofDependencies == 0 {
			names = append(names, string(bytes.TrimRight(record[:n-4], "\x00")))
			continue
		}
		if n < head {
			return nil, unknown
		}
		ids := make([]string, 0, 1+(n-head)/4)
		for at := 0; at < n; at += 4 {
			if at == 4 {
				at = head
				if at == n {
					break
				}
			}
			id := binary.LittleEndian.Uint32(record[at:])
			if int64(id) >= int64(len(names)) {
				return nil, unknown
			}
			ids = append(ids, names[id])
		}
		deps[ids[0]] = ids[1:]
	}
	return deps, nil
}

// IsNinjaLog reports whether a path is that of a log of Ninja, which each build may write.
func IsNinjaLog(path string) bool {
	name := filepath.Base(path)
	return name == NinjaLogFile || name == ninjaDeps
}
