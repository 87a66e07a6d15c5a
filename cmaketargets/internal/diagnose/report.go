package diagnose

import "io"

// Report is what was found in the output of a step.
type Report struct {
	// List has the diagnostics in the order of the output, each once however
	// often it was printed, and of each kind no more than the first few
	// hundred.
	List []Diagnostic
	// Errors and Warnings count all there were, those that are not in List
	// too; Summary ones are not counted.
	Errors, Warnings int
}

// Read reads the output of CMake, a build or ctest. Time is linear in the
// input; memory does not grow with it. It returns what it has, and the error,
// when r fails.
func Read(r io.Reader) (Report, error) {
	s := scanner{lines: newLineReader(r)}
	err := s.run()
	return Report{List: s.found, Errors: s.count[0], Warnings: s.count[2]}, err
}

// First returns the index of the error that a person wants to see first, or
// -1: the first that says what is wrong, else the first that says that
// something failed. step is "configure", "build", "test" or "install"; in the
// output of a test step, what ctest says about its tests comes before what the
// tests print.
func First(step string, list []Diagnostic) int {
	best, rank := -1, 0
	for i, d := range list {
		r := 2
		switch {
		case d.Severity != SeverityError:
			continue
		case step == "test" && d.Origin == "ctest":
			r = 3
		case d.Summary:
			r = 1
		}
		if r > rank {
			best, rank = i, r
		}
	}
	return best
}
