package cmake

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Entry is one entry of a CMakeCache.txt.
type Entry struct {
	Type, Value string
}

// Cache is a CMakeCache.txt by name of entry.
type Cache map[string]Entry

const (
	cacheFile = "CMakeCache.txt"
	// maxCacheLine bounds one line, in bytes. CMake has no bound; a longer value is a mistake, or
	// the file is no cache.
	maxCacheLine = 16 << 20
	// homeDirectory is the entry that names the source directory, cacheDirectory the one that names
	// the directory of the cache.
	homeDirectory  = "CMAKE_HOME_DIRECTORY"
	cacheDirectory = "CMAKE_CACHEFILE_DIR"
)

// ErrNoHome is the error for a CMakeCache.txt that does not name its source directory, as after a
// first configure that failed early.
var ErrNoHome = errors.New("no CMAKE_HOME_DIRECTORY in " + cacheFile)

// ReadCache reads the CMakeCache.txt at path.
func ReadCache(path string) (Cache, error) {
	file, err := fsutil.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read cache: %w", err)
	}
	defer func() { _ = file.Close() }()
	cache, err := parseCache(file)
	if err != nil {
		return nil, fmt.Errorf("read cache %s: %w", path, err)
	}
	return cache, nil
}

// parseCache follows the rules of cmCacheManager: the last of two entries of one name counts, and
// the properties of an entry ("NAME-ADVANCED", "-MODIFIED", "-STRINGS") are no entries.
func parseCache(r io.Reader) (Cache, error) {
	cache := Cache{}
	number, err := scanCache(r, func(line string) error {
		name, entry, ok := parseEntry(line)
		if !ok {
			return fmt.Errorf("not an entry: %s", text.Quoted(line))
		}
		if !isProperty(name, entry) {
			cache[name] = entry
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", number, err)
	}
	return cache, nil
}

// scanCache calls visit for each line that is neither blank nor a comment, and returns the number of
// the line at which an error occurred. It keeps one line at a time.
func scanCache(r io.Reader, visit func(line string) error) (number int, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxCacheLine)
	for lines.Scan() {
		number++
		line := strings.TrimLeft(lines.Text(), " \t\r")
		if line == "" || line[0] == '#' || strings.HasPrefix(line, "//") {
			continue
		}
		if err := visit(line); err != nil {
			return number, err
		}
	}
	return number + 1, lines.Err()
}

// parseEntry parses NAME:TYPE=VALUE. A name with '=', ':' or "//" is in double quotes. White space
// at the end belongs to the value only within single quotes.
func parseEntry(line string) (name string, e Entry, ok bool) {
	name, rest, ok := strings.Cut(line, ":")
	if quoted, isQuoted := strings.CutPrefix(line, `"`); isQuoted {
		name, rest, ok = strings.Cut(quoted, `":`)
	}
	if !ok || name == "" {
		return "", Entry{}, false
	}
	kind, value, ok := strings.Cut(rest, "=")
	if !ok || strings.Contains(kind, ":") {
		return "", Entry{}, false
	}
	// A blank value keeps its blanks, but no carriage return.
	if trimmed := strings.TrimRight(value, " \t\r"); trimmed != "" {
		value = trimmed
	}
	value = strings.TrimSuffix(value, "\r")
	if len(value) >= 2 && value[0] == '\'' && value[len(value)-1] == '\'' {
		value = value[1 : len(value)-1]
	}
	return name, Entry{Type: kind, Value: value}, true
}

// isProperty reports whether an entry is a property of another one.
func isProperty(name string, e Entry) bool {
	return e.Type == "INTERNAL" && slices.ContainsFunc([]string{"-ADVANCED", "-MODIFIED", "-STRINGS"}, func(suffix string) bool {
		return len(name) > len(suffix) && strings.HasSuffix(name, suffix)
	})
}

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
