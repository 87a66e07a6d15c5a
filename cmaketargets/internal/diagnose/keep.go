package diagnose

import (
	"hash/maphash"
	"strconv"
	"strings"
)

// What is kept of one output.
const (
	maxErrors    = 300 // of tools, and as many that tests print
	maxWarnings  = 300
	maxNotes     = 50
	maxSummaries = 50

	maxMessage  = 4 << 10 // bytes of a message
	maxFrames   = 64      // of a stack, and notes of a report
	maxDistinct = 1 << 16 // reports that are told apart
)

// entry is a diagnostic, and what is known of the command that printed it.
type entry struct {
	*Diagnostic

	command int  // its number, see command; the last of those that printed it
	blamed  bool // it failed
	ended   bool // Ninja would have said so if it had failed
	words   bool // of a Summary: it has what the command said
}

// keeper holds the diagnostics of one output, each once.
type keeper struct {
	seed     maphash.Seed
	seen     map[uint64]*entry // by what they say and where; nil for one that is not kept
	list     []*entry
	told     int // how often it was told which commands failed
	errors   int
	placed   int // of the errors, those that name a line
	warnings int
	notes    int
	summary  int
	tests    int // errors that tests printed
}

func newKeeper() keeper {
	return keeper{seed: maphash.MakeSeed(), seen: map[uint64]*entry{}}
}

// add keeps a diagnostic, unless it is there already or there are too many of
// its kind, and returns it.
func (k *keeper) add(d *Diagnostic, c command, blamed bool) *entry {
	e := &entry{Diagnostic: d, command: c.number, blamed: blamed, ended: c.ninja && !blamed}
	d.Message = bounded(d.Message)
	count, limit := &k.errors, maxErrors
	switch {
	case d.Summary:
		count, limit = &k.summary, maxSummaries
	case d.Severity == SeverityWarning:
		count, limit = &k.warnings, maxWarnings
	case d.Severity == SeverityNote:
		count, limit = &k.notes, maxNotes
	case d.Test != "" && d.Origin != "ctest":
		count = &k.tests // The test that fails is counted, not what it says.
	}
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
	if count == &k.errors && d.placed() {
		k.placed++
	}
	if *count > limit {
		return e
	}
	// A line can be much longer than what is taken from it.
	d.File, d.Message, d.Code = strings.Clone(d.File), strings.Clone(d.Message), strings.Clone(d.Code)
	k.list = append(k.list, e)
	return e
}

// blame says that the commands from a number on failed. When one of them is
// known to have failed already, it is what made the others fail. Where the
// output of several is mixed, what is vague can be of one that succeeded.
func (k *keeper) blame(since int, mixed bool) {
	if k.told++; k.told > maxSummaries {
		return // The first failure is looked for.
	}
	for _, e := range k.list {
		if e.command >= since && e.blamed {
			return
		}
	}
	for _, e := range k.list {
		if e.command >= since && !(e.Summary && !e.words) && !(mixed && e.vague()) {
			e.blamed = true
		}
	}
}

// excuse takes that back for commands behind a number.
func (k *keeper) excuse(behind int) {
	for _, e := range k.list {
		if e.command > behind {
			e.blamed = false
		}
	}
}

// identity is equal for reports that say the same of the same place.
func (k *keeper) identity(d *Diagnostic) uint64 {
	var h maphash.Hash
	h.SetSeed(k.seed)
	for _, part := range []string{string(d.Severity), d.File, strconv.Itoa(d.Line), strconv.Itoa(d.Column), d.Code, d.Message, d.Test} {
		_, _ = h.WriteString(part) // Never fails.
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}

// report returns what is kept. step decides which error comes first.
func (k *keeper) report(step string) Report {
	r := Report{First: -1, Errors: k.errors, Warnings: k.warnings, placed: k.placed}
	best := 0
	for i, e := range k.list {
		if step == "build" && k.told > 0 && e.Severity == SeverityError && e.ended && !e.blamed && !e.Summary {
			r.Errors--
			if e.placed() {
				r.placed, r.Warnings = r.placed-1, r.Warnings+1
			}
			r.List = append(r.List, e.harmless())
			continue
		}
		if rank := k.rank(step, e); rank > best {
			best, r.First = rank, i
		}
		r.List = append(r.List, *e.Diagnostic)
	}
	return r
}

// rank says how much an error explains of the failure of a step; 0 is nothing.
// In a build it is little when others are said to have failed.
func (k *keeper) rank(step string, e *entry) int {
	own := map[string]string{"configure": "cmake", "install": "cmake", "test": "ctest"}[step]
	blamed := e.blamed && step == "build"
	switch {
	case e.Severity != SeverityError:
		return 0
	case e.Origin == "system":
		return 8
	case !e.Summary && (blamed || e.Origin == own):
		return 7
	case blamed && e.words:
		return 6
	case blamed:
		return 5
	case !e.Summary && !(k.told > 0 && e.vague()):
		return 4
	case e.Summary && e.words:
		return 3
	case !e.Summary:
		return 2
	default:
		return 1
	}
}

// bounded cuts what is too long, at the end of a line or a character.
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
func push(frames []Frame, f Frame) []Frame {
	if len(frames) == maxFrames {
		return frames
	}
	if len(f.Text) > maxHeadline {
		f.Text = strings.ToValidUTF8(f.Text[:maxHeadline], "")
	}
	f.File, f.Text = strings.Clone(f.File), strings.Clone(f.Text)
	return append(frames, f)
}
