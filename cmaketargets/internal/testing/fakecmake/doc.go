// Package fakecmake is a scripted stand-in for cmake, ctest and ninja, for tests only.
//
// A test binary that registers [Commands] with testscript.Main becomes all three commands, so that production code is
// tested through PATH and real processes, and needs no interface of its own for running things. The fake reads no
// CMake language. It does what cmake does around a project (arguments, cache, file API replies, generated files,
// messages, exit statuses) and, for the rest, what directives in comments of the project's CMakeLists.txt say.
//
// # Directives
//
// A directive is one comment line: a step or a thing, and what to do or how it is, left to right.
//
//	# fake: configure print="-- looking around" sleep=20ms exit=1
//	# fake: build if-type=Release warn="a.c:3:5: error: boom" exit=2
//	# fake: test name=smoke exit=1
//	# fake: install file=share/notes.txt
//	# fake: target name=core type=STATIC_LIBRARY source=core.c
//
// The steps are:
//
//	configure        cmake -S -B
//	build            cmake --build
//	install          cmake --install; a project with such a line has install rules
//	ctest            ctest itself, before its tests
//	test name=NAME   one test of the project, which ctest runs; exit=1 makes it fail
//	version          cmake --version, ctest --version, ninja --version (only in FAKECMAKE_SCRIPT)
//
// The things are:
//
//	testing                        enable_testing() was called, with or without a test line
//	input path=PATH                a further file that configuring reads
//	target name=N type=T source=S  a target; without any, there is one executable named like the project
//	no-cache                       configuring succeeds and leaves no cache
//	garbage                        configuring succeeds, and its replies are not JSON
//	reply object=O from=A to=B     damages the file API's reply when it is written: in the files whose names begin with
//	reply object=O text=TEXT       "O-", by default the index, A becomes B, or TEXT is all there is, or they are cut or
//	reply object=O size=N          grow to N bytes, or something else takes their place: nothing, a directory, a dangling
//	reply object=O turn=WHAT       link or a fifo
//
// A step's options are done in the order written. Paths are relative to the project's directory, values are bare
// words or Go double-quoted strings.
//
//	print=TEXT       a line on standard output
//	warn=TEXT        a line on standard error
//	lines=N          N numbered lines on standard output
//	bytes=N          a line of N bytes on standard output
//	env=NAME         the line NAME=value on standard output, or NAME is not set
//	file=PATH        install: an empty file under the prefix, in place of bin/<target>
//	sleep=DURATION   as Go writes one
//	touch=PATH       creates the file, or sets its time to now
//	remove=PATH      removes the file, if it is there
//	wait-file=PATH   waits until the file exists; gives up after 30 s with exit status 124
//	if-file=PATH     does the rest of the line only if the file exists
//	unless-file=PATH does the rest of the line only if it does not
//	if-type=TYPE     does the rest of the line only if CMAKE_BUILD_TYPE or --config is TYPE
//	ignore=TERM      from here on the process ignores that signal (INT or TERM)
//	spawn=DURATION   starts a child that holds the same streams and lives that long; commas add traits:
//	                 spawn=30s,deaf ignores INT and TERM; spawn=30s,group has a process group of its own, like Ninja's
//	                 jobs; spawn=30s,wait is waited for at the end of the step
//	signal=NAME      kills the process with SEGV, KILL, ABRT, TERM or INT
//	exit=N           ends the command with that status
//
// A directive that cannot be understood ends the command with status 125 and says where it stands.
//
// # Environment
//
//	FAKECMAKE_LOG      file to which every command appends its begin and end, see [ReadLog]
//	FAKECMAKE_VERSION  version of cmake and ctest, default 3.31.0; options newer than it are refused
//	FAKENINJA_VERSION  version of ninja, default 1.11.1
//	FAKECMAKE_SCRIPT   directives, one a line without "# fake:", done for every project before its own
//
// Messages, cache, replies and statuses are those of CMake 3.25.1; the scripts in testdata that need no directives were
// run with it, and with 4.3.1. In one thing the fake is stricter on purpose: a ctest older than 4.0 passes over options
// it does not know, and this one refuses them, so that a wrong argument list is seen.
package fakecmake
