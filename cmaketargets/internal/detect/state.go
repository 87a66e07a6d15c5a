package detect

import (
	"bytes"
	"errors"
	"runtime"
	"strconv"
)

// cacheEntry is an entry of CMake's cache with all that CMakeCache.txt shows of it.
type cacheEntry struct {
	kind, value, help string
	advanced          bool
}

// state is what a CMake run knows at one moment, as the script wrote it down.
type state struct {
	key       string
	variables map[string]string // Ordinary ones, which hide a cache entry of the same name.
	cache     map[string]cacheEntry
	env       map[string]string
}

var errState = errors.New("read state: incomplete or not what the script writes")

// parseState reads records "kind name length\nvalue\n", of which the last is of the kind "end".
func parseState(data []byte) (state, error) {
	if runtime.GOOS == "windows" {
		// There file(WRITE) makes "\r\n" of "\n".
		data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	}
	s := state{variables: map[string]string{}, cache: map[string]cacheEntry{}, env: map[string]string{}}
	for {
		head, rest, ok := bytes.Cut(data, []byte("\n"))
		fields := bytes.Split(head, []byte(" "))
		if !ok || len(fields) < 3 {
			return state{}, errState
		}
		// A variable's name may hold spaces.
		kind, name := string(fields[0]), string(bytes.Join(fields[1:len(fields)-1], []byte(" ")))
		n, err := strconv.Atoi(string(fields[len(fields)-1]))
		if err != nil || n < 0 || n >= len(rest) || rest[n] != '\n' {
			return state{}, errState
		}
		value := string(rest[:n])
		data = rest[n+1:]
		entry := s.cache[name]
		switch kind {
		case "end":
			if len(data) != 0 {
				return state{}, errState
			}
			return s, nil
		case "key":
			s.key = value
		case "var":
			s.variables[name] = value
		case "env":
			s.env[name] = value
		case "TYPE":
			entry.kind = value
			s.cache[name] = entry
		case "VALUE":
			entry.value = value
			s.cache[name] = entry
		case "HELPSTRING":
			entry.help = value
			s.cache[name] = entry
		case "ADVANCED":
			entry.advanced = value == "1"
			s.cache[name] = entry
		default:
			return state{}, errState
		}
	}
}
