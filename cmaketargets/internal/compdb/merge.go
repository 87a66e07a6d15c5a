package compdb

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
)

// Source is the database of one build tree. Of several entries about a file that counts which comes from the source of
// the lowest Rank, then from the one whose Owner the file lies in, the innermost, then from the first source; within a
// source that of the Config, then the first.
type Source struct {
	// Path is the database, absolute. There need not be one.
	Path string
	// Rank is lower for what is preferred.
	Rank int
	// Owner is the source directory of the build tree's project, absolute.
	Owner string
	// Config is the configuration that is meant where the tree has several.
	Config string
}

// precedence orders the entries about one file, the lowest first.
type precedence struct {
	rank, distance, source, config, number int
}

func (a precedence) before(b precedence) bool {
	switch {
	case a.rank != b.rank:
		return a.rank < b.rank
	case a.distance != b.distance:
		return a.distance < b.distance
	case a.source != b.source:
		return a.source < b.source
	case a.config != b.config:
		return a.config < b.config
	}
	return a.number < b.number
}

// merger knows which entry of which source each file has.
type merger struct {
	sources  []Source
	chosen   map[string]precedence // by the name of the file
	trees    int                   // sources with an entry that was chosen
	warnings []string              // what could not be merged
	failed   bool                  // one of the sources could not be read to its end
}

// choose reads all sources.
func choose(sources []Source) *merger {
	m := &merger{sources: sources, chosen: map[string]precedence{}}
	for i, s := range sources {
		left, err := eachEntry(s.Path, func(number int, e entry) error {
			p := precedence{rank: s.Rank, distance: distance(e.name(), s.Owner), source: i, config: s.foreign(e), number: number}
			if old, ok := m.chosen[e.name()]; !ok || p.before(old) {
				m.chosen[e.name()] = p
			}
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			m.failed = true
			m.warnings = append(m.warnings, fmt.Sprintf("read %s: %v", s.Path, err))
		}
		if left > 0 {
			m.warnings = append(m.warnings, fmt.Sprintf("read %s: left out %d of its entries, which are not UTF-8 or lack a field", s.Path, left))
		}
	}
	from := map[int]bool{}
	for _, p := range m.chosen {
		from[p.source] = true
	}
	m.trees = len(from)
	return m
}

// distance is lower the closer a file lies to the directory of its project, and higher than that of any other outside.
func distance(file, owner string) int {
	const outside = 1 << 30
	if strings.HasPrefix(file, owner) && (len(file) == len(owner) || file[len(owner)] == filepath.Separator) {
		return outside - len(owner)
	}
	return outside
}

// foreign is 1 for an entry of another configuration than the one that is meant. CMake tells them apart by a definition
// of its own, which only trees with several have.
func (s Source) foreign(e entry) int {
	const mark = "CMAKE_INTDIR="
	words := e.Command
	if words == "" {
		words = strings.Join(e.Arguments, " ")
	}
	if !strings.Contains(words, mark) {
		return 0
	}
	words = strings.ReplaceAll(words, `\`, "") // as a shell would
	if strings.Contains(words, mark+`"`+s.Config+`"`) {
		return 0
	}
	return 1
}

// write writes the chosen entries in the order of the sources and of the entries in them, a line each.
func (m *merger) write(w io.Writer) error {
	out := bufio.NewWriterSize(w, 64<<10)
	encoder := json.NewEncoder(joiner{out})
	encoder.SetEscapeHTML(false)
	separator := "[\n"
	for i, s := range m.sources {
		// A source that cannot be read any more has changed, which the caller will see; out keeps its own errors.
		_, _ = eachEntry(s.Path, func(number int, e entry) error {
			if p, ok := m.chosen[e.name()]; !ok || p.source != i || p.number != number {
				return nil
			}
			_, _ = out.WriteString(separator)
			separator = ",\n"
			return encoder.Encode(e)
		})
	}
	if separator == "[\n" {
		return errVanished
	}
	_, _ = out.WriteString("\n]\n")
	return out.Flush()
}

// errVanished says that the sources were removed after they were chosen from.
// An empty list must not be written: nobody could tell that it is ours.
var errVanished = errors.New("the sources are gone")

// joiner takes away the end of line that an encoder puts after each value.
type joiner struct{ to io.Writer }

// Write implements io.Writer.
func (j joiner) Write(p []byte) (int, error) {
	if n, err := j.to.Write(p[:len(p)-1]); err != nil {
		return n, err
	}
	return len(p), nil
}
