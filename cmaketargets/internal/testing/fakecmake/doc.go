// Package fakecmake stands between the code under test and the real cmake and ctest. Its commands of those
// names log their starts and ends, obey directives in CMakeLists.txt, and run the real ones. Tests use it to
// see the commands that were started, and for behaviour that no real CMake has: to hang before it has read
// anything, crash, lie about its version, lose its cache or write a damaged reply.
//
// A directive is a comment that stands alone in a line of a project's CMakeLists.txt, or a line of the
// variable FAKECMAKE_SCRIPT, there without the marker and for every project:
//
//	# fake: build print="a.c:1:2: error: boom" exit=2
//
// The first word is the step at which it is done, before the real command is started:
//
//	configure    cmake -S -B
//	build        cmake --build
//	install      cmake --install
//	test         ctest
//	version      --version of either (only in FAKECMAKE_SCRIPT)
//
// Its options are done in the order in which they are written. Paths are relative to the project's
// directory, values are bare words or Go strings in double quotes.
//
//	print=TEXT       prints a line on standard output
//	warn=TEXT        prints a line on standard error
//	lines=N          prints N numbered lines on standard output
//	bytes=N          prints a line of N bytes on standard output
//	sleep=DURATION   waits, as long as Go's time.ParseDuration reads
//	touch=PATH       creates a file, or sets its time to now
//	remove=PATH      removes a file
//	wait-file=PATH   waits until a file exists; gives up after 30 s with exit status 124
//	unless-file=PATH does the rest of the line only if a file does not exist
//	ignore=TERM      ignores that signal (INT or TERM) from here on, in the real command too
//	spawn=DURATION   starts a child that holds the same streams and lives that long; with ",deaf" it ignores
//	                 INT and TERM, with ",group" it has a process group of its own, like Ninja's jobs
//	signal=NAME      kills the process with SEGV, KILL, ABRT, TERM or INT
//	exit=N           ends the command with that status, without the real one
//
// Two words are no steps but change the files that a successful configure step leaves:
//
//	no-cache                    there is no CMakeCache.txt
//	reply object=O from=A to=B  in the replies whose names begin with "O-", by default the index, A becomes B
//	reply object=O text=TEXT    TEXT is all there is
//	reply object=O size=N       they are cut or grow to N bytes
//	reply object=O turn=KIND    nothing, a directory, a dangling link or a fifo takes their place
//
// A build tree that it configures looks as if CMake instrumented its builds, so that the code under test builds
// with cmake --build, and does not start the build tool itself.
//
// A directive that cannot be read ends the command with status 125 and a message.
//
// # Environment
//
//	FAKECMAKE_PATH     directories of the real commands, a list like PATH, which they get as their PATH; must be set
//	FAKECMAKE_LOG      file to which every command appends its start and end, see [ReadLog]
//	FAKECMAKE_SCRIPT   directives for every project, done before its own
//	FAKECMAKE_VERSION  version that --version claims
package fakecmake
