package cmaketargets

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// warningsFile says, in a tree's state directory, which warnings its steps have
// printed: a line each, "build <warning> <file> <how often>". It serves what is
// shown, and no decision, so nothing is lost when it is missing or damaged.
const warningsFile = "warnings"

// What is kept of the warnings of a step, and read of the file, in bytes.
const (
	maxKnownWarnings = 4096
	maxWarningsFile  = 2 << 20
)

// warning is one that was printed, whatever its line: two of the same in one
// file are told apart by their number only. Both are digests.
type warning struct{ text, file string }

// printed is how often each warning was printed.
type printed map[warning]int

// compareWarnings finds out which warnings of a step are new, and remembers
// them all.
func (t *tree) compareWarnings(res Result) Result {
	if len(res.Args) == 0 {
		return res
	}
	all := t.knownWarnings()
	before := printed{}
	for _, of := range all { // A build can run CMake, which says what it said when it configured.
		before.atLeast(of)
	}
	now, kept := printed{}, 0
	for i, d := range res.Diagnostics {
		if d.Severity != SeverityWarning {
			continue
		}
		kept++
		w := warning{digest(d.sameAs()), digest(d.File)}
		if now[w]++; now[w] > before[w] {
			res.Diagnostics[i].New = true
			res.NewWarnings++
		}
	}
	if more := res.Warnings - kept; more > 0 {
		w := warning{digest("further ones of " + string(res.Step)), digest("")}
		now[w] = more
		res.NewWarnings += max(0, more-before[w])
	}
	after := t.stillThere(all[res.Step], now, res)
	if !maps.Equal(all[res.Step], after) {
		all[res.Step] = after
		t.keepWarnings(all)
	}
	return res
}

// stillThere are the warnings of a step that are there after it, though it may
// not have printed them: a build compiles only what changed, and what failed
// may have come to its end before it said all.
func (t *tree) stillThere(before, now printed, res Result) printed {
	if len(before) == 0 || res.Status == StatusOK && res.Step != StepBuild {
		return now
	}
	after := maps.Clone(now)
	after.atLeast(before)
	if res.Step == StepBuild {
		again := t.compiledAgain(res)
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

// compiledAgain are digests of the files of which a build compiled every
// object, as far as Ninja's log tells. No warning of these is there any more
// but what was printed.
func (t *tree) compiledAgain(res Result) map[string]bool {
	objects := map[string]string{} // their sources
	read := func(edges []cmake.Edge, take func(object, source string)) {
		for _, edge := range edges {
			for _, object := range edge.Outputs {
				if source := cmake.SourceOf(object); source != "" {
					take(object, filepath.Join(t.project.Dir, source))
				}
			}
		}
	}
	again := map[string]bool{}
	read(res.ninja.Edges(t.dir), func(object, source string) {
		objects[object] = source
		again[digest(source)] = true
	})
	if len(again) == 0 {
		return nil
	}
	read(cmake.NinjaMark{}.Edges(t.dir), func(object, source string) {
		if objects[object] == "" {
			delete(again, digest(source))
		}
	})
	return again
}

// atLeast raises the numbers to those of another list.
func (p printed) atLeast(of printed) {
	for w, n := range of {
		p[w] = max(p[w], n)
	}
}

func (t *tree) knownWarnings() map[Step]printed {
	all := map[Step]printed{}
	data, _, _ := fsutil.Read(filepath.Join(t.dir, stateDir, warningsFile), maxWarningsFile)
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) != 4 {
			continue
		}
		if n, err := strconv.Atoi(words[3]); err == nil && n > 0 {
			step := Step(words[0])
			if all[step] == nil {
				all[step] = printed{}
			}
			all[step][warning{words[1], words[2]}] = n
		}
	}
	return all
}

func (t *tree) keepWarnings(all map[Step]printed) {
	var lines []string
	for step, of := range all {
		for w, n := range of {
			lines = append(lines, fmt.Sprintf("%s %s %s %d\n", step, w.text, w.file, n))
		}
	}
	slices.Sort(lines)
	_ = writeFile(filepath.Join(t.dir, stateDir, warningsFile), []byte(strings.Join(lines, "")))
}

// digest is short, and different for different texts.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
