package cmake

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Entry is one entry of a CMakeCache.txt.
type Entry struct {
	Name, Type, Value string
	Help              string // its lines joined as CMake joins them
	Advanced          bool
}

// Cache is a CMakeCache.txt by name of entry.
type Cache map[string]Entry

const (
	// cacheFile is the name of the cache in a build tree.
	cacheFile = "CMakeCache.txt"
	// maxCacheLine bounds one line, in bytes. CMake sets no bound; a value
	// of this size is a mistake or not a cache.
	maxCacheLine = 16 << 20
	// homeDirectory is the entry that names the source directory.
	homeDirectory = "CMAKE_HOME_DIRECTORY"
	// cacheDirectory is the entry that names the cache's own directory.
	cacheDirectory = "CMAKE_CACHEFILE_DIR"
)

// ErrNoHome says that a CMakeCache.txt does not name its source directory, as
// happens when a first configure failed early.
var ErrNoHome = errors.New("no CMAKE_HOME_DIRECTORY in " + cacheFile)

// ReadCache reads the CMakeCache.txt at path.
func ReadCache(path string) (Cache, error) {
	file, err := fsutil.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read cache: %w", err)
	}
	defer file.Close()
	cache, err := ParseCache(file)
	if err != nil {
		return nil, fmt.Errorf("read cache %s: %w", path, err)
	}
	return cache, nil
}

// ParseCache reads a CMakeCache.txt by the rules of cmCacheManager: the last
// of two entries of one name counts, and what CMake stores beside an entry
// ("NAME-ADVANCED", "-MODIFIED", "-STRINGS") is not an entry.
func ParseCache(r io.Reader) (Cache, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxCacheLine)
	cache, advanced := Cache{}, map[string]bool{}
	help, number := "", 0
	for lines.Scan() {
		number++
		line := strings.TrimLeft(lines.Text(), " \t\r")
		if line == "" || line[0] == '#' {
			continue
		}
		if text, ok := strings.CutPrefix(line, "//"); ok {
			// CMake wraps help at will and marks a real line end with \n.
			if rest, ok := strings.CutPrefix(text, `\n`); ok {
				text = "\n" + rest
			}
			help += strings.TrimSuffix(text, "\r")
			continue
		}
		entry, ok := parseEntry(line)
		if !ok {
			return nil, fmt.Errorf("line %d: not an entry: %q", number, clip(line, 80))
		}
		entry.Help, help = help, ""
		if owner, property := entryProperty(entry); property != "" {
			if property == "ADVANCED" {
				advanced[owner] = isOn(entry.Value)
			}
			continue
		}
		cache[entry.Name] = entry
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", number+1, err)
	}
	for name, on := range advanced {
		if entry, ok := cache[name]; ok {
			entry.Advanced = on
			cache[name] = entry
		}
	}
	return cache, nil
}

// parseEntry reads NAME:TYPE=VALUE. A name with '=' , ':' or "//" is in double
// quotes. White space at the end belongs to the value only within single
// quotes.
func parseEntry(line string) (Entry, bool) {
	name, rest, ok := strings.Cut(line, ":")
	if quoted, isQuoted := strings.CutPrefix(line, `"`); isQuoted {
		name, rest, ok = strings.Cut(quoted, `":`)
	}
	if !ok || name == "" {
		return Entry{}, false
	}
	kind, value, ok := strings.Cut(rest, "=")
	if !ok || strings.Contains(kind, ":") {
		return Entry{}, false
	}
	// An all-blank value keeps its blanks, save a carriage return.
	if trimmed := strings.TrimRight(value, " \t\r"); trimmed != "" {
		value = trimmed
	}
	value = strings.TrimSuffix(value, "\r")
	if len(value) >= 2 && value[0] == '\'' && value[len(value)-1] == '\'' {
		value = value[1 : len(value)-1]
	}
	return Entry{Name: name, Type: kind, Value: value}, true
}

// entryProperty returns the entry that e is a property of, and which one, or
// nothing when e stands for itself.
func entryProperty(e Entry) (owner, property string) {
	if e.Type != "INTERNAL" {
		return "", ""
	}
	for _, property := range []string{"ADVANCED", "MODIFIED", "STRINGS"} {
		if owner, ok := strings.CutSuffix(e.Name, "-"+property); ok && owner != "" {
			return owner, property
		}
	}
	return "", ""
}

// isOn reports whether CMake takes a value for true.
func isOn(value string) bool {
	switch strings.ToUpper(value) {
	case "1", "ON", "YES", "TRUE", "Y":
		return true
	}
	return false
}
