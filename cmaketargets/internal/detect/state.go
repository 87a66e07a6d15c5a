package detect

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
)

// cacheEntry is an entry of CMake's cache as CMakeCache.txt shows it.
type cacheEntry struct {
	kind, value, help string
	advanced          bool
}

// state is the state of a cmake run at one moment, as the script wrote it.
type state struct {
	key       string
	variables map[string]string // ordinary ones, which hide a cache entry of the same name
	cache     map[string]cacheEntry
	env       map[string]string
}

var errState = errors.New("read state: not in the form that the script writes")

// parseState parses records "kind name length\nvalue\n"; the last one has the kind "end". One of the kind "vars" has
// several variables, and their number as its name.
func parseState(data []byte) (state, error) {
	data = unixLines(data)
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
		case "vars":
			list := strings.Split(value, separator)
			if strconv.Itoa(len(list)-1) != name || list[len(list)-1] != "" {
				return state{}, errState // one of them contains the separator
			}
			for _, v := range list[:len(list)-1] {
				name, value, ok := strings.Cut(v, "=")
				if !ok {
					return state{}, errState
				}
				s.variables[name] = value
			}
		case "env":
			s.env[name] = value
		case "cache":
			if s.cache[name], err = parseCacheEntry(value); err != nil {
				return state{}, err
			}
		default:
			return state{}, errState
		}
	}
}

// parseCacheEntry parses "type advanced length\nhelp\nvalue", with the length of help.
func parseCacheEntry(text string) (cacheEntry, error) {
	head, rest, _ := strings.Cut(text, "\n")
	fields := strings.Split(head, " ")
	if len(fields) != 3 {
		return cacheEntry{}, errState
	}
	n, err := strconv.Atoi(fields[2])
	if err != nil || n < 0 || n >= len(rest) || rest[n] != '\n' {
		return cacheEntry{}, errState
	}
	return cacheEntry{kind: fields[0], advanced: fields[1] == "1", help: rest[:n], value: rest[n+1:]}, nil
}
