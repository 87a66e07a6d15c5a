package diagnose

import "github.com/magecmake/magecmake/cmaketargets/internal/model"

// Report holds the diagnostics in the output of a step.
type Report struct {
	// List has the diagnostics in the order of the output, each once however often it was printed,
	// and of each kind no more than the first few hundred. Files are as printed.
	List []model.Diagnostic

	// First is the index of the error that best explains the failure of the step, or -1 when there
	// is no error. It is the first one
	//
	//   - of ctest in a test step, of CMake in a configure or install step;
	//   - in a build step, of those that a failed command printed, or the last words of that
	//     command when it printed none: errors of a command that then succeeds are no reason. Ninja
	//     reports which commands failed, also of a build inside of a build; Make does where
	//     commands do not run at once, and otherwise nearly;
	//   - else, that gives a cause and not only that something failed.
	First int

	// Errors and Warnings count all different ones, also those that are not in List; after tens of
	// thousands, the same one again counts again. Summaries are not counted, nor errors that a test
	// prints. Errors of a command that succeeded, as far as Ninja reports, count as in Succeeded.
	Errors, Warnings int

	placed int // of the errors, those with a line
}

// Succeeded returns the report of a step that succeeded, in which nothing is an error: commands
// print "Summary: error: 0", or errors that they then tolerate. One with a line of a file becomes a
// warning, any other a note.
func (r Report) Succeeded() Report {
	out := Report{First: -1, Warnings: r.Warnings + r.placed}
	for _, d := range r.List {
		out.List = append(out.List, harmless(d))
	}
	return out
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
