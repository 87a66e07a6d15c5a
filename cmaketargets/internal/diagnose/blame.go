package diagnose

import "github.com/magecmake/magecmake/cmaketargets/internal/model"

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
	case e.Origin == "system":
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

// placed reports whether a diagnostic has a line of a file.
func placed(d model.Diagnostic) bool { return d.File != "" && d.Line > 0 }

// harmless returns a diagnostic as one of a command that succeeded.
func harmless(d model.Diagnostic) model.Diagnostic {
	switch {
	case d.Severity != model.Error:
	case placed(d):
		d.Severity = model.Warning
	default:
		d.Severity = model.Note
	}
	return d
}

// vague reports whether a diagnostic comes from a line "word: error: text" with an unknown word.
func vague(d model.Diagnostic) bool {
	switch d.Origin {
	case "gcc", "clang", "ld", "ninja", "make", "cmake", "ctest", "c++", "python", "test", "assert", "system":
		return false
	}
	return d.File == "" && d.Code == ""
}
