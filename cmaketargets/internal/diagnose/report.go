package diagnose

import "io"

// Report is what was found in the output of a step.
type Report struct {
	// List has the diagnostics in the order of the output, each once however
	// often it was printed, and of each kind no more than the first few
	// hundred.
	List []Diagnostic

	// First is the index of the error that explains best why the step failed,
	// or -1 when there is no error. That is the first one
	//
	//   - of ctest in a test step, of CMake in a configure or install step;
	//   - in a build step, of those that a failed command printed, or the last
	//     words of that command when it printed none: what a command says that
	//     then succeeds is no reason. Ninja tells which those are, also of a
	//     build inside of a build; Make tells it where commands do not run at
	//     once, and else nearly;
	//   - else, that says what is wrong and not only that something failed.
	First int

	// Errors and Warnings count all different ones, those that are not in List
	// too; after tens of thousands, the same one again counts again. Summaries
	// are not counted, nor what a test prints. What a command printed that
	// succeeded, as far as Ninja tells, is as in a step that did; see Succeeded.
	Errors, Warnings int

	placed int // of the errors, those that say in which line
}

// Succeeded returns the report of a step that succeeded, in which nothing can
// be an error whatever it is called: commands print "Summary: error: 0", or what
// they then live with. What names a line of a file is a warning there, for a
// person may want to look at it, and anything else a note.
func (r Report) Succeeded() Report {
	out := Report{First: -1, Warnings: r.Warnings + r.placed}
	for _, d := range r.List {
		out.List = append(out.List, d.harmless())
	}
	return out
}

// Read reads the output of CMake, a build or ctest; step is "configure",
// "build", "test" or "install". Time is linear in the input; memory does not
// grow with it. It returns what it has, and the error, when r fails.
func Read(step string, r io.Reader) (Report, error) {
	s := scanner{step: step, lines: newLineReader(r), kept: newKeeper()}
	err := s.run()
	return s.kept.report(step), err
}
