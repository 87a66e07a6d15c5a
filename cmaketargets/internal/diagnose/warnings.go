package diagnose

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"sort"
	"strconv"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Limits of the warnings that are remembered: in number for a step, in bytes for the file.
const (
	maxKnownWarnings = 4096
	maxWarningsFile  = 2 << 20
)

// warning identifies a warning wherever its line is: the same ones in one file differ only by their
// count. Both are hashes.
type warning struct{ text, file string }

// counts is how often each warning was printed.
type counts map[warning]int

// MarkNew returns a step's result with its new warnings marked and counted: those that no step had
// printed in this build tree. It remembers all of them in file, which has a line "build <warning>
// <file> <count>" for each and affects no decision, so nothing is lost when it is missing or
// damaged.
//
// A build prints only the warnings of the files that it compiles. compiled returns the absolute
// paths of the sources of which the build compiled every object: their warnings that were not
// printed are gone. It is called when the answer is needed.
func MarkNew(res model.Result, file string, compiled func() []string) model.Result {
	if len(res.Args) == 0 {
		return res
	}
	all := readWarnings(file)
	before := counts{}
	for _, step := range all { // A build can run CMake, which prints the warnings of the configure step.
		before.atLeast(step)
	}
	now, listed := counts{}, 0
	for i, d := range res.Diagnostics {
		if d.Severity != model.Warning {
			continue
		}
		listed++
		w := warning{Hash(d.Key), Hash(d.File)}
		if now[w]++; now[w] > before[w] {
			res.Diagnostics[i].New = true
			res.NewWarnings++
		}
	}
	if more := res.Warnings - listed; more > 0 {
		w := warning{Hash("further ones of " + string(res.Step)), Hash("")}
		now[w] = more
		res.NewWarnings += max(0, more-before[w])
	}
	after := remaining(all[res.Step], now, res, compiled)
	if !maps.Equal(all[res.Step], after) {
		all[res.Step] = after
		_ = writeWarnings(file, all)
	}
	return res
}

// remaining returns the warnings of a step that exist after it, also when it did not print them: a
// build compiles only changed files, and a failed one may end before it has printed all.
func remaining(before, now counts, res model.Result, compiled func() []string) counts {
	if len(before) == 0 || res.Status == model.OK && res.Step != model.Build {
		return now
	}
	after := maps.Clone(now)
	after.atLeast(before)
	if res.Step == model.Build {
		again := map[string]bool{}
		for _, source := range compiled() {
			again[Hash(source)] = true
		}
		maps.DeleteFunc(after, func(w warning, _ int) bool { return now[w] == 0 && again[w.file] })
		for w, n := range now {
			if again[w.file] {
				after[w] = n
			}
		}
	}
	if len(after) > maxKnownWarnings {
		return now
	}
	return after
}

// atLeast raises the counts to those of another list.
func (c counts) atLeast(other counts) {
	for w, n := range other {
		c[w] = max(c[w], n)
	}
}

func readWarnings(file string) map[model.Step]counts {
	all := map[model.Step]counts{}
	data, _, _ := fsutil.Read(file, maxWarningsFile)
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) != 4 {
			continue
		}
		if n, err := strconv.Atoi(words[3]); err == nil && n > 0 {
			step := model.Step(words[0])
			if all[step] == nil {
				all[step] = counts{}
			}
			all[step][warning{words[1], words[2]}] = n
		}
	}
	return all
}

func writeWarnings(file string, all map[model.Step]counts) error {
	var lines []string
	for step, list := range all {
		for w, n := range list {
			lines = append(lines, fmt.Sprintf("%s %s %s %d\n", step, w.text, w.file, n))
		}
	}
	sort.Strings(lines)
	return fsutil.WriteFile(file, []byte(strings.Join(lines, "")))
}

// Hash returns a short hash of a text, in hexadecimal.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
