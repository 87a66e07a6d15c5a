package diagnose

import (
	"hash/maphash"
	"strconv"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Limits of what is kept of one output.
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

func newKeeper() keeper {
	return keeper{seed: maphash.MakeSeed(), seen: map[uint64]*entry{}}
}

// add keeps a diagnostic, unless it is kept already or there are too many of its kind. It returns
// the entry of d.
func (k *keeper) add(d *model.Diagnostic, c command, blamed bool) *entry {
	e := &entry{Diagnostic: d, command: c.number, blamed: blamed, ended: c.ninja && !blamed}
	d.Message = bounded(d.Message)
	count, limit := k.counter(d)
	if !d.Summary && d.Origin != "ctest" {
		id := k.identity(d)
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

// identity returns a hash that is equal for the same text at the same place.
func (k *keeper) identity(d *model.Diagnostic) uint64 {
	var h maphash.Hash
	h.SetSeed(k.seed)
	for _, part := range []string{string(d.Severity), d.File, strconv.Itoa(d.Line), strconv.Itoa(d.Column), d.Code, d.Message, d.Test} {
		_, _ = h.WriteString(part) // Never fails.
		_ = h.WriteByte(0)
	}
	return h.Sum64()
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
