package cmake

import (
	"bufio"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Edge is a command that Ninja ran: its outputs, and its times counted from the start of Ninja.
type Edge struct {
	Outputs    []string // relative to the build tree, or absolute
	Start, End time.Duration
}

// NinjaLogFile is the name of Ninja's log of finished commands.
// https://ninja-build.org/manual.html#ref_log
const NinjaLogFile = ".ninja_log"

// maxEdges bounds the commands of one build.
const maxEdges = 20_000

// NinjaLog returns the state of a tree's Ninja log, for [Edges] after a build; nil when there is
// none.
func NinjaLog(buildDir string) fs.FileInfo {
	info, err := os.Stat(filepath.Join(buildDir, NinjaLogFile))
	if err != nil {
		return nil
	}
	return info
}

// Edges returns the commands that Ninja ran in a tree since its log was in the given state, in the
// order in which they ended; all in the log when that is nil, none when another tool builds. A
// build that still runs, or a later one, may add to them.
//
// Ninja appends to its log while it builds, and rewrites it when too much in it is out of date. In
// a rewritten log the result is the end in which no command ended before the one above it.
func Edges(buildDir string, since fs.FileInfo) []Edge {
	file, err := fsutil.Open(filepath.Join(buildDir, NinjaLogFile))
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil
	}
	if since != nil && os.SameFile(since, info) && info.Size() >= since.Size() {
		if _, err := file.Seek(since.Size(), io.SeekStart); err != nil {
			return nil
		}
		return parseEdges(file)
	}
	edges := parseEdges(file)
	if since == nil {
		return edges
	}
	for i := len(edges) - 1; i > 0; i-- {
		if edges[i-1].End > edges[i].End {
			return edges[i:]
		}
	}
	return edges
}

// parseEdges parses lines "start, end, mtime, output, hash" with tabs between them and times in
// milliseconds, and passes over others. A command with several outputs has a line for each, one
// after the other.
func parseEdges(r io.Reader) []Edge {
	var edges []Edge
	var last string // start, end and hash of the line before
	lines := bufio.NewScanner(r)
	for lines.Scan() && len(edges) < maxEdges {
		field := strings.Split(lines.Text(), "\t")
		if len(field) != 5 {
			continue
		}
		start, err1 := strconv.ParseUint(field[0], 10, 32)
		end, err2 := strconv.ParseUint(field[1], 10, 32)
		if err1 != nil || err2 != nil || end < start {
			continue
		}
		if id := field[0] + "\t" + field[1] + "\t" + field[4]; id != last {
			last = id
			edges = append(edges, Edge{Start: time.Duration(start) * time.Millisecond, End: time.Duration(end) * time.Millisecond})
		}
		e := &edges[len(edges)-1]
		e.Outputs = append(e.Outputs, field[3])
	}
	return edges
}

// colourOption matches an option that turns the colours of a compiler on, not only on a terminal.
// https://gcc.gnu.org/onlinedocs/gcc/Diagnostic-Message-Formatting-Options.html
// https://clang.llvm.org/docs/UsersManual.html#cmdoption-fcolor-diagnostics
var colourOption = text.Regexp(`-f(?:diagnostics-color(?:=always)?|color-diagnostics)(?:[\s"']|$)`)

// maxNinja bounds the part of a file that is read, in bytes: Ninja's files can have hundreds of
// megabytes.
const maxNinja = 4 << 20

// Coloured reports whether compilers in a tree of Ninja print colours also to a pipe, because of
// CMAKE_COLOR_DIAGNOSTICS in the cache or the project, or because of an option that the project
// adds itself. config is the configuration to build in a multi-config tree.
func Coloured(buildDir, config string) bool {
	return coloured(filepath.Join(buildDir, "build.ninja")) ||
		config != "" && coloured(filepath.Join(buildDir, "CMakeFiles", "impl-"+config+".ninja"))
}

func coloured(path string) bool {
	file, err := fsutil.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(io.LimitReader(file, maxNinja))
	lines.Buffer(nil, maxNinja+1)
	for lines.Scan() {
		if colourOption().Match(lines.Bytes()) {
			return true
		}
	}
	return false
}

// NinjaMultiConfig reports whether a build tree is one of Ninja Multi-Config, the only generator of
// several configurations that exports compile commands.
func NinjaMultiConfig(buildDir string) bool {
	_, err := os.Lstat(filepath.Join(buildDir, "CMakeFiles", "common.ninja"))
	return err == nil
}

// defaultRules matches the line of build.ninja that names the configuration of a build without
// --config.
var defaultRules = text.Regexp(`(?m)^include CMakeFiles/impl-(.+)\.ninja$`)

// DefaultConfiguration returns the configuration that a build of a Ninja Multi-Config build tree
// takes without --config: CMAKE_DEFAULT_BUILD_TYPE, else the first one. It returns "" for another
// generator.
func DefaultConfiguration(buildDir string) string {
	file, err := fsutil.Open(filepath.Join(buildDir, "build.ninja"))
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	head, err := io.ReadAll(io.LimitReader(file, 64<<10))
	found := defaultRules().FindSubmatch(head)
	if err != nil || found == nil {
		return ""
	}
	return string(found[1])
}
