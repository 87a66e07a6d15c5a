package diagnose

import (
	"hash/maphash"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Limits of the kept part of one output.
const (
	maxErrors    = 300 // of tools, and as many of tests
	maxWarnings  = 300
	maxNotes     = 50
	maxSummaries = 50

	maxMessage  = 4 << 10 // bytes of a message
	maxText     = 240     // bytes of a frame's text and of a command's title
	maxFrames   = 64      // of a stack, and notes of a report
	maxDistinct = 1 << 16 // different reports
)

// entry is a diagnostic with the state of the command that printed it.
type entry struct {
	*model.Diagnostic

	command int  // the number of the last command that printed it
	blamed  bool // the command failed
	ended   bool // the command succeeded, as far as Ninja reports
	words   bool // a Summary that has the command's output
}

// identity is equal for the same text at the same place.
type identity struct {
	severity                  model.Severity
	file, code, message, test string
	line, column              int
}

func identityOf(d model.Diagnostic) identity {
	return identity{d.Severity, d.File, d.Code, d.Message, d.Test, d.Line, d.Column}
}

// keeper holds the diagnostics of one output, each once.
type keeper struct {
	seed     maphash.Seed
	seen     map[uint64]*entry // by identity; nil for one that is not kept
	list     []*entry
	blames   int // how many failed commands were reported
	errors   int
	placed   int // of the errors, those with a line
	warnings int
	notes    int
	summary  int
	tests    int // errors that tests printed
}

// add keeps a diagnostic, unless it is kept already or there are too many of its kind. It returns
// the entry of d.
func (k *keeper) add(d *model.Diagnostic, c command, blamed bool) *entry {
	e := &entry{Diagnostic: d, command: c.number, blamed: blamed, ended: c.ninja && !blamed}
	d.Message = bounded(d.Message)
	count, limit := k.counter(d)
	if !d.Summary && d.Origin != "ctest" {
		id := maphash.Comparable(k.seed, identityOf(*d))
		if first, ok := k.seen[id]; ok {
			if first != nil {
				first.command, first.blamed, first.ended = e.command, first.blamed || blamed, first.ended && e.ended
			}
			return e
		}
		if len(k.seen) < maxDistinct {
			k.seen[id] = nil
		}
		if *count < limit {
			k.seen[id] = e
		}
	}
	*count++
	if count == &k.errors && placed(*d) {
		k.placed++
	}
	if *count <= limit {
		// Clones do not hold the whole line, which can be much longer.
		d.File, d.Message, d.Code = strings.Clone(d.File), strings.Clone(d.Message), strings.Clone(d.Code)
		k.list = append(k.list, e)
	}
	return e
}

// counter returns the count of diagnostics of d's kind and their limit.
func (k *keeper) counter(d *model.Diagnostic) (count *int, limit int) {
	switch {
	case d.Summary:
		return &k.summary, maxSummaries
	case d.Severity == model.Warning:
		return &k.warnings, maxWarnings
	case d.Severity == model.Note:
		return &k.notes, maxNotes
	case d.Test != "" && d.Origin != "ctest":
		return &k.tests, maxErrors // The failed test is counted, not the errors in its output.
	}
	return &k.errors, maxErrors
}

// bounded cuts a message that is too long, at the end of a line or a character.
func bounded(text string) string {
	if len(text) <= maxMessage {
		return text
	}
	text = text[:maxMessage]
	if at := strings.LastIndexByte(text, '\n'); at > 0 {
		return text[:at]
	}
	return strings.ToValidUTF8(text, "")
}

// push adds a frame to a stack or to notes, as long as there is room.
func push(frames []model.Frame, f model.Frame) []model.Frame {
	if len(frames) == maxFrames {
		return frames
	}
	if len(f.Text) > maxText {
		f.Text = strings.ToValidUTF8(f.Text[:maxText], "")
	}
	f.File, f.Text = strings.Clone(f.File), strings.Clone(f.Text)
	return append(frames, f)
}

// blame marks the diagnostics of the commands from number since on as those of failed commands,
// unless one of these commands is known to have failed already: its failure ended the others. When
// the output of several commands is mixed, vague diagnostics may belong to one that succeeded.
func (k *keeper) blame(since int, mixed bool) {
	if k.blames++; k.blames > maxSummaries {
		return // Only the first failures matter.
	}
	for _, e := range k.list {
		if e.command >= since && e.blamed {
			return
		}
	}
	for _, e := range k.list {
		if e.command >= since && !(e.Summary && !e.words) && !(mixed && vague(*e.Diagnostic)) {
			e.blamed = true
		}
	}
}

// excuse undoes blame for the commands after number behind.
func (k *keeper) excuse(behind int) {
	for _, e := range k.list {
		if e.command > behind {
			e.blamed = false
		}
	}
}

// printedBy marks the errors of CMake until now as those of a project inside of this one.
func (k *keeper) printedBy(inner string) {
	for _, e := range k.list {
		if e.Origin == "cmake" && e.Severity == model.Error {
			e.Inner = inner
		}
	}
}

// report returns the diagnostics. step decides which error comes first.
func (k *keeper) report(step string) Report {
	r := Report{First: -1, Errors: k.errors, Warnings: k.warnings, placed: k.placed}
	best := 0
	for i, e := range k.list {
		if step == "build" && k.blames > 0 && e.Severity == model.Error && e.ended && !e.blamed && !e.Summary {
			r.Errors--
			if placed(*e.Diagnostic) {
				r.placed, r.Warnings = r.placed-1, r.Warnings+1
			}
			r.List = append(r.List, harmless(*e.Diagnostic))
			continue
		}
		if rank := k.rank(step, e); rank > best {
			best, r.First = rank, i
		}
		r.List = append(r.List, *e.Diagnostic)
	}
	return r
}

// rank returns how well an error explains the failure of a step, 0 for not at all. In a build it is
// low when other commands are known to have failed.
func (k *keeper) rank(step string, e *entry) int {
	own := map[string]string{"configure": "cmake", "install": "cmake", "test": "ctest"}[step]
	blamed := e.blamed && step == "build"
	switch {
	case e.Severity != model.Error:
		return 0
	case e.Origin == "system", e.Code == model.OutOfMemory:
		return 8
	case !e.Summary && (blamed || e.Origin == own):
		return 7
	case blamed && e.words:
		return 6
	case blamed:
		return 5
	case !e.Summary && !(k.blames > 0 && vague(*e.Diagnostic)):
		return 4
	case e.Summary && e.words:
		return 3
	case !e.Summary:
		return 2
	default:
		return 1
	}
}

// vague reports whether a diagnostic comes from a line "word: error: text" with an unknown word.
func vague(d model.Diagnostic) bool {
	switch d.Origin {
	case "gcc", "clang", "ld", "ninja", "make", "cmake", "ctest", "c++", "python", "test", "assert", "system":
		return false
	}
	return d.File == "" && d.Code == ""
}
