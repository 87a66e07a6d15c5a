// Package diagnose reads what CMake, compilers, linkers, Ninja, Make, ctest,
// sanitizers and test libraries print, and returns their reports as data. It
// starts nothing, and changes nothing of what people see: a [Diagnostic] points
// into the log by line numbers.
//
// [Read] looks at each line once and keeps little state, so that an output of
// any size costs the same memory; [Report] says which error comes first. [Key]
// tells the same failure in several projects, and [Excerpt] reads the lines that
// a diagnostic points at.
//
// # Samples
//
// testdata/mistakes has small projects with one mistake each, capture.go beside
// it performs them with the real tools, and testdata/samples has what these
// printed; testdata/documented has the forms of tools that run elsewhere. All
// that is read from them is in testdata/diagnostics.golden.
//
// # SARIF
//
// From version 4.0 on cmake can write its messages in SARIF (--sarif-output).
// That is not used, for it says less than the text: compared on the mistakes of
// testdata with CMake 4.3.1, every result in it is in the text too, with the
// same words and the same line; it lacks call stacks, so that a package that is
// missing is located in a module of CMake's own, and messages that have no place
// ("The following variables are used in this project, but they are set to
// NOTFOUND"). TestSARIF fails when a CMake says there what we do not read.
package diagnose
