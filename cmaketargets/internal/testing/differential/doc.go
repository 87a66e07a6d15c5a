// Package differential holds tests only: random sequences of edits to a repository of which there are two copies. After each
// edit one copy takes a run of this module, and the other one CMake by hand: cmake with the same arguments and environment in
// the same build tree, then cmake --build, ctest and cmake --install. Afterwards both have the same build systems, artifacts,
// installed files, test results and caches, and the run has not compiled more.
//
//	shape_test.go       the repositories: testdata/shapes, one file each
//	edits*_test.go      their edits
//	workspace_test.go   the two copies, and their surroundings
//	run_test.go         a run
//	twin_test.go        CMake by hand
//	compare_test.go     the comparison of the two copies
//	start_test.go       the state in which sequences begin
//	differential_test.go  the sequences, random ones and those that once failed
//	affected_test.go    edits of a repository of many projects, with affected_workspace_test.go
//
// A sequence is some edits. Most of its time goes into starts of cmake, so the projects of a unit, which
// is a shape or two with one cmake, are built once in both copies, and each of its sequences begins with
// these files. A run of ours happens in the process of the test. By hand ninja is started without
// cmake --build, and ctest and cmake --install where our run has their steps. In CI half of the shapes
// without a compiler have four sequences each.
//
// A sequence that fails is printed as a line that replays it:
//
//	DIFFERENTIAL_REPLAY='file-read: change one/app/VERSION; nothing' go test ./cmaketargets/internal/testing/differential -run TestReplay
//
// TestAffected compares the projects that a git revision selects with those that have something to do: it
// builds the selected ones, then asks for all others whether CMake or Ninja would run a command. In CI it
// makes a dozen edits.
//
// # Environment
//
//	DIFFERENTIAL_SEQUENCES  how many random sequences of all units, new ones in each run
//	DIFFERENTIAL_REPLAY     one sequence, as a failing test has printed it
//	AFFECTED_EDITS          how many edits TestAffected makes, of new ones in each run, in AFFECTED_PROJECTS (60) projects
//	AFFECTED_SEED           the seed of edits, as a failing test has printed it
//	AFFECTED_NEEDLESS       set to print the projects that were selected and had nothing to do
package differential
