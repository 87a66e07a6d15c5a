package inputs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
)

// unknownNames is the hash of a directory whose names at the beginning of the step are unknown.
const unknownNames = "unknown"

// stampDir returns the stamp of the names in a directory: Size is their number, Hash that of their
// list. See listing for the names that count.
func stampDir(path string) Stamp {
	s := stat(path)
	if s.Size < 0 {
		return s
	}
	s.Size, s.Hash = listing(path)
	if stat(path).ModTime != s.ModTime {
		s.ModTime = noTime // the names may be those of before or after the change
	}
	return s
}

// sameNames reports whether a directory still holds the same names.
func (f *Files) sameNames(old Stamp) bool {
	if now := f.stat(old.Path); now.Size >= 0 && now.ModTime == old.ModTime {
		return true
	}
	size, hash := listing(old.Path)
	return size == old.Size && hash == old.Hash
}

// listing returns the number of names in a directory and their hash, leaving out hidden files and
// what editors, and we for editors, write beside sources.
func listing(path string) (int64, string) {
	dir, err := os.Open(path)
	if err != nil {
		return -1, ""
	}
	defer func() { _ = dir.Close() }()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return -1, ""
	}
	names = slices.DeleteFunc(names, func(n string) bool {
		return strings.HasPrefix(n, ".") || strings.HasSuffix(n, "~") || n == "4913" || // vim's write probe
			n == "compile_commands.json"
	})
	sort.Strings(names)
	h := sha256.New()
	for _, n := range names {
		fmt.Fprintf(h, "%q\n", n)
	}
	return int64(len(names)), hex.EncodeToString(h.Sum(nil)[:16])
}

// globsChanged returns Rerun if there are globs that only CMake can evaluate.
func (s *Snapshot) globsChanged() Decision {
	if s.Globs {
		return rerun("only CMake can check file(GLOB ... CONFIGURE_DEPENDS)")
	}
	return Decision{}
}

// directoriesChanged compares the names in the source directories, for globs without
// CONFIGURE_DEPENDS.
func (s *Snapshot) directoriesChanged(files *Files) Decision {
	return changed(s.Dirs, func(was Stamp) Decision {
		switch {
		case was.Hash == unknownNames:
			return rerun("files may have been added to or removed from %s during the last configure", s.show(was.Path))
		case !files.sameNames(was):
			return rerun("files were added to or removed from %s", s.show(was.Path))
		}
		return Decision{}
	})
}
