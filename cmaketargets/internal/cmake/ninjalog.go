package cmake

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Edge is a command that Ninja ran: the outputs it made, and when, counted
// from Ninja's own start.
type Edge struct {
	Outputs    []string // relative to the build tree, or absolute
	Start, End time.Duration
}

// NinjaMark is how a tree's Ninja log stood before a build. The zero value is
// that of a tree without one.
type NinjaMark struct {
	info os.FileInfo
}

// ninjaLog is where Ninja keeps what it ran.
// https://ninja-build.org/manual.html#ref_log
const ninjaLog = ".ninja_log"

// MarkNinja remembers how the log of a build tree stands.
func MarkNinja(build string) NinjaMark {
	info, err := os.Stat(filepath.Join(build, ninjaLog))
	if err != nil {
		return NinjaMark{}
	}
	return NinjaMark{info}
}

// maxEdges bounds what is kept of one build.
const maxEdges = 20_000

// Edges returns the commands that Ninja ran in the tree since the mark, in
// the order in which they ended; none where another tool builds. A build that
// goes on, or that came after, may add to them.
//
// Ninja appends to its log while it builds, and writes it anew when it holds
// too much that is old. Then the mark tells nothing, and what counts is the
// end of the log in which no command ended before the one above it.
func (m NinjaMark) Edges(build string) []Edge {
	file, err := fsutil.Open(filepath.Join(build, ninjaLog))
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil
	}
	if m.info != nil && os.SameFile(m.info, info) && info.Size() >= m.info.Size() {
		if _, err := file.Seek(m.info.Size(), io.SeekStart); err != nil {
			return nil
		}
		return readEdges(file)
	}
	edges := readEdges(file)
	if m.info == nil {
		return edges
	}
	for i := len(edges) - 1; i > 0; i-- {
		if edges[i-1].End > edges[i].End {
			return edges[i:]
		}
	}
	return edges
}

// readEdges reads lines "start, end, mtime, output, hash", tabs between them,
// times in milliseconds; it passes over what is none. A command with several
// outputs has a line for each, one after the other.
func readEdges(r io.Reader) []Edge {
	var edges []Edge
	var last string // start, end and hash of the one before
	lines := bufio.NewScanner(r)
	for lines.Scan() && len(edges) < maxEdges {
		field := bytes.Split(lines.Bytes(), []byte{'\t'})
		if len(field) != 5 {
			continue
		}
		start, err1 := strconv.ParseUint(string(field[0]), 10, 32)
		end, err2 := strconv.ParseUint(string(field[1]), 10, 32)
		if err1 != nil || err2 != nil || end < start {
			continue
		}
		output := string(field[3])
		id := string(bytes.Join([][]byte{field[0], field[1], field[4]}, []byte{'\t'}))
		if id == last {
			edges[len(edges)-1].Outputs = append(edges[len(edges)-1].Outputs, output)
			continue
		}
		last = id
		edges = append(edges, Edge{
			[]string{output}, time.Duration(start) * time.Millisecond, time.Duration(end) * time.Millisecond,
		})
	}
	return edges
}
