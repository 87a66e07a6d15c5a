// Package diagnose reads the output of CMake, compilers, linkers, Ninja, Make, ctest, sanitizers
// and test libraries and returns their errors and warnings as [model.Diagnostic]. It starts no
// process and changes no output: a diagnostic refers to its lines in the log by number. The package
// imports cmake, model, fsutil and text.
//
// [Read] reads each line once and keeps bounded state, so an output of any size costs the same
// memory; [Report] names the error that explains a failure best. [Key] is equal for the same
// failure in several projects, and [Excerpt] returns the lines that a diagnostic refers to.
//
// # Parsers
//
// A scanner offers each line to the parsers, one per tool. They share an output, which holds the
// command whose output is read and the diagnostics found. A parser has up to three methods: more
// takes a further line of a report that is open, open recognises the first line of one, and close
// keeps one that is still open at the end.
//
// # Samples
//
// testdata/mistakes has small projects with one mistake each, TestCapture runs them with real tools,
// and testdata/samples has the outputs; testdata/documented has forms of tools that run elsewhere.
// testdata/diagnostics.golden has all that is read from them.
//
// # SARIF
//
// From version 4.0 on cmake can write its messages in SARIF (--sarif-output). That is not used
// because it contains less than the text: compared on the mistakes of testdata with CMake 4.3.1,
// every result in it is in the text too, with the same words and the same line; it lacks call
// stacks, so a missing package is located in a module of CMake's own, and messages without a place
// ("The following variables are used in this project, but they are set to NOTFOUND"). TestSARIF
// fails when a CMake writes something there that is not read from the text.
package diagnose
