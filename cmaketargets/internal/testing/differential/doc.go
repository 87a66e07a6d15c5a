// Package differential holds tests only: random sequences of edits to a repository of which there are two copies. After each
// edit one copy takes a run of this module, and the other one CMake by hand: cmake with the same arguments and environment in
// the same build tree, then cmake --build, ctest and cmake --install. Afterwards both have the same build systems, artifacts,
// installed files, test results and caches, and the run has not compiled more.
//
//	shape_test.go       the repositories: testdata/shapes, one file each
//	edits*_test.go      what happens to them
//	workspace_test.go   the two copies, and their surroundings
//	driver_test.go      a run, in a process of its own
//	twin_test.go        CMake by hand
//	compare_test.go     the comparison of the two copies
//	differential_test.go  the sequences, random ones and those that once failed
//
// A sequence that fails is printed as a line that replays it:
//
//	DIFFERENTIAL_REPLAY='file-read: change app/VERSION; nothing' go test ./cmaketargets/internal/testing/differential
//
// # Environment
//
//	DIFFERENTIAL_SEQUENCES  how many random sequences, new ones in each run; by default a few, always the same
//	DIFFERENTIAL_REPLAY     one sequence, as a failing test has printed it
package differential
