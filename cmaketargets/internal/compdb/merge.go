package compdb

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Source is the database of one build tree. Of several entries for a file the one from the source
// with the lowest Rank is chosen, then the one whose Owner contains the file, the innermost, then
// the one from the first source; within a source the one of the Config, then the first.
type Source struct {
	// Path is the database, absolute. It need not exist.
	Path string
	// Rank is lower for a source that is preferred.
	Rank int
	// Owner is the source directory of the build tree's project, absolute.
	Owner string
	// Config is the configuration to choose in a tree that has several.
	Config string
}

// candidate is an entry with its precedence, the lowest first: rank, distance, number of the source,
// configuration, number in the source.
type candidate struct {
	precedence [5]int
	line       []byte // the entry in the merged database
}

// merged is a merged database.
type merged struct {
	data           []byte // nil when there are no entries
	entries, trees int
	warnings       []string // about entries that were not merged
	failed         bool     // a source could not be read to its end
}

// merge reads all sources. The chosen entries are in the order of the sources and of their entries.
func merge(sources []Source) merged {
	var m merged
	chosen := map[string]candidate{}
	for i, s := range sources {
		number := 0
		left, err := eachEntry(s.Path, func(e entry) {
			name := e.name()
			precedence := [5]int{s.Rank, distance(name, s.Owner), i, s.otherConfig(e), number}
			number++
			if old, ok := chosen[name]; !ok || slices.Compare(precedence[:], old.precedence[:]) < 0 {
				chosen[name] = candidate{precedence, encode(e)}
			}
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			m.failed = true
			m.warnings = append(m.warnings, fmt.Sprintf("read %s: %v", s.Path, err))
		}
		if left > 0 {
			m.warnings = append(m.warnings, fmt.Sprintf("read %s: left out %d of its entries, which are not UTF-8 or lack a field", s.Path, left))
		}
	}
	if len(chosen) == 0 {
		return m
	}
	list := slices.Collect(maps.Values(chosen))
	text.SortStable(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.precedence[2], b.precedence[2]), cmp.Compare(a.precedence[4], b.precedence[4]))
	})
	out := bytes.NewBufferString(head)
	for i, c := range list {
		if i == 0 || c.precedence[2] != list[i-1].precedence[2] {
			m.trees++
		}
		if i > 0 {
			out.WriteString(separator)
		}
		out.Write(c.line)
	}
	out.WriteString(tail)
	m.data, m.entries = out.Bytes(), len(list)
	return m
}

// encode returns an entry as one line, without its end.
func encode(e entry) []byte {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(e) // strings and a buffer, which do not fail
	return bytes.TrimSuffix(line.Bytes(), []byte("\n"))
}

// distance is the lower the closer a file is to the directory of its project, and highest for a file
// outside of it.
func distance(file, owner string) int {
	const outside = 1 << 30
	if fsutil.Inside(file, owner) {
		return outside - len(owner)
	}
	return outside
}

// otherConfig is 1 for an entry of another configuration than Config. CMake marks the entries of a
// tree with several configurations by a definition.
func (s Source) otherConfig(e entry) int {
	const mark = "CMAKE_INTDIR="
	words := e.Command
	if words == "" {
		words = strings.Join(e.Arguments, " ")
	}
	// A shell would remove the backslashes.
	if !strings.Contains(words, mark) || strings.Contains(strings.ReplaceAll(words, `\`, ""), mark+`"`+s.Config+`"`) {
		return 0
	}
	return 1
}

// The layout of a merged database.
const (
	head      = "[\n"
	first     = `{"file":"` // the beginning of an entry
	separator = ",\n"
	tail      = "\n]\n"
)

// ours reports whether data has the layout of a merged database: a line for each entry, which begins
// with the name of the file. CMake, Bear, compdb and Ninja begin with the directory or put an entry
// on several lines, and so does any formatter.
func ours(data []byte) bool {
	lines, begins := bytes.CutPrefix(data, []byte(head))
	lines, ends := bytes.CutSuffix(lines, []byte(tail))
	if !begins || !ends {
		return false
	}
	for line := range bytes.SplitSeq(lines, []byte(separator)) {
		if !bytes.HasPrefix(line, []byte(first)) || !bytes.HasSuffix(line, []byte("}")) || bytes.Contains(line, []byte("\n")) {
			return false
		}
	}
	return true
}
