package cmake

import (
	"bytes"
	"path/filepath"
	"strconv"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Commands are those that a build may run: their number, how many of them wait for no other one, and that of the longest
// chain of commands that wait for each other. Both are 0 where they are unknown.
type Commands struct{ Number, Ready, Chain int }

// Statements returns the commands of the default targets in the build.ninja of a tree, none where it has no such file. ok is
// false where only Ninja can decide.
func Statements(buildDir string) (commands Commands, ok bool) {
	if !fsutil.Exists(filepath.Join(buildDir, defaultNinjaFile)) {
		return Commands{}, true
	}
	m := newManifest(buildDir)
	if err := m.read(defaultNinjaFile, map[string]string{}); err != nil {
		return Commands{}, false
	}
	for _, target := range m.defaults {
		commands.Chain = max(commands.Chain, m.node(target).longest(&commands))
	}
	return commands, true
}

func newManifest(buildDir string) *manifest {
	return &manifest{dir: buildDir, nodes: map[string]*node{}, rules: map[string]dependencies{}}
}

// longest returns the length of the longest chain of commands that ends with n, and adds all that are new to sum.
func (n *node) longest(sum *Commands) int {
	if n.visited {
		return n.chain // 0 within a circle, as the outputs of one command are
	}
	n.visited = true
	longest := 0
	for _, list := range [][]*node{n.inputs, n.orderOnly} {
		for _, in := range list {
			longest = max(longest, in.longest(sum))
		}
	}
	if n.command {
		if sum.Number++; longest == 0 {
			sum.Ready++
		}
		longest++
	}
	n.chain = longest
	return longest
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

// nothingToDo matches the line that Ninja and samurai print when there is no command to run.
var nothingToDo = text.Regexp(`(?m)^(ninja: no work to do\.|samu: nothing to do)\r?$`)

// NothingToDo reports whether the output of a Ninja states that there is nothing to do.
func NothingToDo(output string) bool { return nothingToDo().MatchString(output) }

// MeanTime returns the mean time of the commands in Ninja's log of a tree, 0 when there are none.
func MeanTime(buildDir string) time.Duration {
	total, edges := time.Duration(0), Edges(buildDir, nil)
	for _, e := range edges {
		total += e.End - e.Start
	}
	return total / time.Duration(max(1, len(edges)))
}

// CountStatements returns about how many commands are in the build.ninja of a tree: its build statements but for those
// that only name others.
func CountStatements(buildDir string) int {
	const limit = 256 << 20 // bytes; a file of this size is read in less time than Ninja needs to begin with it
	data, _, err := fsutil.Read(filepath.Join(buildDir, defaultNinjaFile), limit)
	if err != nil {
		return 0
	}
	return max(0, bytes.Count(data, []byte("\nbuild "))-bytes.Count(data, []byte(": phony")))
}
