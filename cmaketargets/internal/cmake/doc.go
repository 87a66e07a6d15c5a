// Package cmake holds the subject CMake: versions and their features, the argument lists of cmake
// and ctest, and readers of the files that CMake, ctest and Ninja write: CMakeCache.txt, the file
// API's replies, generated test and install scripts, presets, test results, logs and profiles.
//
// Argument lists are pure functions of a struct and a [Version]: tests compare lists, and a dry run
// prints the same list that a run executes. The package starts no process.
//
// Readers are bounded in memory, never change a build tree, and return errors that name the damaged
// file. Only [WriteQuery] and [RemoveDamaged] write. The package has no state, environments are
// parameters, and everything is safe for concurrent use.
//
// It imports model, fsutil and text.
package cmake
