// Package detect shares one compiler detection among all build trees.
//
// Nearly all of a first cmake run is the detection of compilers, the same for every project. A [Store] keeps what CMake
// found, per language, under a key of everything that decides the answer; a [Session] accompanies one cmake run of a
// build tree that has no detection yet:
//
//	store := detect.Open(dir, 256<<20) // Never fails; what cannot be used is empty.
//	session, reason := store.Begin(detect.Tree{BuildDir: bld, SourceDir: src, ...})
//	if session == nil {
//		// run cmake plainly; reason says why
//	}
//	// run: cmake -S src -B bld <args> <session.Args()...>, environment plus session.Env()
//	outcome, err := session.End(succeeded)
//
// # How
//
// CMake reads CMakeFiles/<version>/CMakeSystem.cmake of a build tree at the first project(), if it is there, and makes it
// if that has not said what the system is. Begin puts a script there; the real file takes its place, from the store or
// from CMake, so that no trace of it is left, not even in the list of files that a build system depends on, and the
// project's CMAKE_PROJECT_TOP_LEVEL_INCLUDES is not touched. The script sets a watch on CMAKE_<LANG>_COMPILER_LOADED.
// CMake reads that variable immediately before it looks for CMakeFiles/<version>/CMake<LANG>Compiler.cmake, for each
// language of project() and enable_language() alike. In that moment the watch computes the key from the state as it is
// then, and puts the stored file there if the store has it. So a compiler or flag that the project changes between two
// languages needs no guard: it is another key. When the file has been loaded, the watch restores the variables, cache
// entries and environment that detection would have left. When the store has nothing, CMake detects; the state before and
// after is written down, and End publishes the difference.
//
// Should a later CMake do any of this in another order, it detects as if there were no store.
//
// # What decides
//
// In the key: CMake (path, size, time), all policies, all CMAKE_* variables and those that CMake's modules read, with
// type and help text of cache entries, the environment, and for a toolchain file its text, all variables and the
// directory's options. A language that follows another in the same call follows from that one's key, and on Linux the
// first language of the first call from the system's.
//
// Not used, because something could decide that cannot be seen: a toolchain file or presets that include other files,
// modules or commands of CMake that the project replaces, CMAKE_USER_MAKE_RULES_OVERRIDE, a generator other than Ninja
// and Unix Makefiles, a language other than C, C++, Fortran and assembler. An entry is offered only while all that it
// rests on is as it was: the compilers and tools found, what their wrapper scripts name, and the directories of the search
// path, so that a compiler which appears earlier in it is noticed. One thing is trusted: that CMake code which runs before
// the first project() sets no environment variable that only an unusual compiler reads, of a name that was not set at all.
//
// # What is not the same as after a detection
//
// CMake's running log has no entries of checks that were not made; the list of CMake's own modules that a first run has
// read is that of a second run; functions which CMake's detection modules define for themselves do not exist, nor does
// the variable CMAKE_<LANG>_COMPILER_ID_PLATFORM_CONTENT, as in every later run; and CMakeDetermineCompilerABI_<LANG>.bin
// is not there when it holds the name of the directory it was made in, as it does with the debug information of Ninja
// Multi-Config.
package detect
