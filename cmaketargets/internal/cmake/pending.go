package cmake

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Statements returns an estimate of the number of commands in the build.ninja of a tree. It does not
// read a large one, beside whose commands the time of asking Ninja, see [Pending], is small.
func Statements(buildDir string) (commands int, large bool) {
	const small = 64 << 10 // bytes, of about 60 commands
	path := filepath.Join(buildDir, "build.ninja")
	if info, err := os.Stat(path); err != nil || info.Size() > small {
		return 0, err == nil
	}
	data, _, _ := fsutil.Read(path, small)
	commands = bytes.Count(data, []byte("\nbuild "))
	for _, other := range []string{": phony", ".util: ", ": RERUN_CMAKE ", ": CLEAN\n", ": HELP\n"} { // which a build does not run
		commands -= bytes.Count(data, []byte(other))
	}
	return commands, false
}

// firstEdge matches the first line of Ninja's output: "[1/320] ".
var firstEdge = text.Regexp(`(?m)^\[\d+/(\d+)\] `)

// Pending returns the number of commands that are to be done by the output of ninja -n.
func Pending(output string) int {
	found := firstEdge().FindStringSubmatch(output)
	if found == nil {
		return 0
	}
	n, _ := strconv.Atoi(found[1])
	return n
}

// MeanTime returns the mean time of the commands in Ninja's log of a tree, 0 when there are none.
func MeanTime(buildDir string) time.Duration {
	total, edges := time.Duration(0), Edges(buildDir, nil)
	for _, e := range edges {
		total += e.End - e.Start
	}
	return total / time.Duration(max(1, len(edges)))
}
