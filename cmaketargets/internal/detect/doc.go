// Package detect shares compiler detection between build trees.
//
// Nearly all of a first cmake run is the detection of compilers, which gives the same result in
// every project. A [Store] holds these results, per language, under a hash of everything that
// decides them. A [Session] accompanies one cmake run of a build tree without detection:
//
//	store := detect.Open(dir, 256<<20) // never fails; an unusable store is empty
//	session, reason := store.Begin(detect.Tree{BuildDir: bld, SourceDir: src, ...})
//	// session is nil for a plain run, and reason gives the cause.
//	// run: cmake -S src -B bld <args> <session.Args()...>, environment plus session.Env()
//	detection, err := session.End(succeeded)
//	// and after the last one:
//	store.Flush()
//
// The results of try_compile, of which most of a project's checks consist, are shared in the same way;
// see Checks below.
//
// The package imports model, fsutil and text.
//
// # Method
//
// At the first project() CMake reads CMakeFiles/<version>/CMakeSystem.cmake of the build tree, and
// replaces the file unless it has set the system. Begin puts a script there. The script watches
// CMAKE_<LANG>_COMPILER_LOADED, which CMake reads, for project() and enable_language() alike,
// immediately before it looks for CMakeFiles/<version>/CMake<LANG>Compiler.cmake. At that moment
// the script computes the key, and on a hit copies the stored file there; once CMake has loaded the
// file, it restores the variables, cache entries and environment that detection would have set. On
// a miss CMake detects, the script writes the state before and after to files, and End stores the
// difference. A compiler or flag that the project changes between two languages gives another key.
// If a later CMake works in another order, it detects as if there were no store. Nothing of the
// script remains in the tree or in the list of files that a build system depends on.
//
// # Keys
//
// A key covers CMake (path, size, time), all policies, all CMAKE_* variables and those that CMake's
// modules read, with type and help text of cache entries, the environment, and for a toolchain file
// its text, all variables and the directory's options. The key of a language that follows another
// in the same call is derived from that one's key; on Linux, that of the first language of the
// first call from the system's.
//
// The store is not used where something invisible could decide: a toolchain file or presets that
// include other files, presets that change the output of cmake, a compiler named by a path below the
// working directory, modules or commands of CMake that the project replaces,
// CMAKE_USER_MAKE_RULES_OVERRIDE, a generator other than Ninja and Unix Makefiles, a language other
// than C, C++, Fortran and assembler. An entry is valid while its dependencies are unchanged: the
// compilers, also of the languages before, and tools found, the programs that their wrapper scripts name, and the directories of
// the search path, so that a compiler which appears earlier in it is noticed. One assumption
// remains: CMake code before the first project() does not set an environment variable that was
// unset and that only an unusual compiler reads.
//
// # Checks
//
// The script also replaces try_compile. All code of the project and of CMake's modules runs as without a
// store; only the program is not compiled where the store has the answer: the result, the output and
// the file for COPY_FILE. So messages, cache entries, generated files and results of find_* need no key.
// The key of an answer covers the arguments, the content of the sources, the variables and policies of the
// caller, the environment and the salt of the session. It has neither the project nor its place: answers
// are kept per project to be found only. The script looks no further into the arguments than for their files, and End
// stores an answer only if each argument is known; see call.go. Of a CMake whose try_compile is known, the variables
// and policies are those that it reads, and the files of the detections, which are all that the program's own project
// has from this one; so Debug and Release share answers. Of others, and where an unusual one of these is set, they are
// all CMAKE_* variables but those that only find_* and install() read. Each check pays for reading them: there are
// hundreds. Tests watch the variables that the installed CMake reads, and compare the files that it writes for other
// policies.
//
// Entries hold the answers of a session. One is valid while the system is as it was: the compilers and
// their tools, the package database, the loader's configuration, and all files, by size, times of
// modification and change, and mode, in the directories that compilers search for headers (with those
// below) and the linker for libraries, in those that flags or arguments name, and in GCC's and Clang's
// own. So a header that appears is noticed as one that is edited. Entries are written at the end of a run, by one search
// of all these; those of a session since whose begin one of these changed are not. Where answers were given, End looks for a
// directory in which a file was added, removed or replaced since Begin, as by a project that installs a header before it
// looks for it: then cmake has to run again without a session.
//
// CMake is asked, and the answer not stored: for try_run, whole projects, and targets among the
// libraries; with a toolchain file, a sysroot, compilers other than GCC and Clang, systems other than
// Linux, and search directories in the environment; for sources that include a file by a macro, or in
// quotes unless CMake puts them into an empty directory, and arguments that name a path of the project or
// the build tree, or depend on the processor (-march=native); and for a failure in whose output there is no
// error of a compiler or linker, or a sign of a signal, a lack of memory or room, or a program that did not
// start.
// With a directory of the project among the arguments it is unknown which of its files a header of the system finds
// there by its own name, and the directory changes during the configure step.
//
// Three assumptions remain: no file in a searched directory is written in place while cmake runs, since to look at each
// file once more would take as long as at Begin; a linker script in a searched directory, and a shared library that is linked,
// lead to files in searched directories only; and CMake's __try_compile behaves alike with an unset
// policy and one that is OLD. A copied file may hold, in its debug information, the name of the
// directory in which it was made, which is another one in each run of CMake.
//
// # Differences from a detection
//
// CMake's log lacks the checks that were not made. The list of CMake's modules that were read is
// that of a second run. Functions that CMake's detection modules define for themselves do not
// exist, nor does CMAKE_<LANG>_COMPILER_ID_PLATFORM_CONTENT, as in every later run.
// CMakeDetermineCompilerABI_<LANG>.bin is absent if it contains the name of its directory, as with
// the debug information of Ninja Multi-Config.
package detect
