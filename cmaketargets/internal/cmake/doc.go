// Package cmake holds all that cmaketargets knows about CMake itself: which
// versions can do what, how its tools are found, the exact argument lists it
// is started with, and how to read what it leaves behind (CMakeCache.txt, the
// file API's replies, generated test and install scripts, presets) and what it
// and the tools below it print.
//
// Nothing here starts a configure, a build or a test. The only processes this
// package runs are a tool asked for its version or its generators. Argument
// lists are pure functions of a struct and a [Version], so that tests compare
// lists, and a dry run prints what a real run would execute.
//
// The readers are bounded in memory, never change a build tree, and report
// damaged input as an error that names the file; [WriteQuery] is the only
// function that writes. Everything is safe for concurrent use: there is no
// state in this package, and environments are handed in.
package cmake
