package detect_test

import (
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// checks are the calls that a project of these tests makes. {dir} is a directory beside the project
// with mine.h and libmine.a. The project writes all of their variables to a file.
var checks = []string{
	"check_include_file(unistd.h HAVE_UNISTD_H)",
	"check_include_file(mine.h HAVE_MINE_H)",
	"check_include_files(\"stdio.h;mine.h\" HAVE_BOTH_H)",
	"check_symbol_exists(mine mine.h HAVE_MINE)",
	"set(CMAKE_EXTRA_INCLUDE_FILES mine.h)\ncheck_type_size(mine_t SIZEOF_MINE)\nset(CMAKE_EXTRA_INCLUDE_FILES)",
	"check_type_size(long SIZEOF_LONG)",
	"check_library_exists(mine mine {dir}/lib HAVE_LIBMINE)",
	"set(CMAKE_REQUIRED_LIBRARIES {dir}/lib/libmine.a)\ncheck_function_exists(mine HAVE_MINE_IN_LIB)\nset(CMAKE_REQUIRED_LIBRARIES)",
	"check_c_source_compiles(\"#include <mine.h>\nint main(void) { return VALUE; }\" HAVE_VALUE)",
	"check_c_source_compiles(\"#include <mine.h>\nint main(void) { return 1 / (VALUE > 1); }\" HAVE_LARGE FAIL_REGEX \"division by zero\")",
	"check_c_source_compiles(\"int main(void) { return FLAG; }\" HAVE_FLAG)",
	"check_c_source_compiles(\"int main(void) { return \\\"a;b\\\\\\\\\\\"[0]; }\" HAVE_QUOTES)",
	"check_c_compiler_flag(-Wall HAVE_WALL)\ncheck_c_compiler_flag(-Wnonsense HAVE_NONSENSE)",
	"check_cxx_source_compiles(\"#include <vector>\nint main() { return std::vector<int>().size(); }\" HAVE_VECTOR)",
	"check_c_source_runs(\"#include <mine.h>\nint main(void) { return VALUE; }\" HAVE_RUN)",
	"set(CMAKE_REQUIRED_LIBRARIES target)\ncheck_function_exists(mine HAVE_MINE_IN_TARGET)\nset(CMAKE_REQUIRED_LIBRARIES)",
	"set(CMAKE_REQUIRED_INCLUDES ${CMAKE_SOURCE_DIR}/include)\ncheck_symbol_exists(own own.h HAVE_OWN)\nset(CMAKE_REQUIRED_INCLUDES {dir}/include)",
	"try_compile(HAVE_FILE ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/check.c OUTPUT_VARIABLE OUT_FILE)\nstring(REGEX MATCH \"error: [^\\n]*\" OUT_FILE \"${OUT_FILE}\")",
	"file(WRITE ${CMAKE_BINARY_DIR}/CMakeFiles/CMakeTmp/left.c \"int main(void) { return 0; }\")\n" +
		"try_compile(HAVE_LEFT ${CMAKE_BINARY_DIR} ${CMAKE_BINARY_DIR}/CMakeFiles/CMakeTmp/left.c)\nset(HAVE_LEFT_OVER no)\n" +
		"if(EXISTS ${CMAKE_BINARY_DIR}/CMakeFiles/CMakeTmp/left.c)\n  set(HAVE_LEFT_OVER yes)\nendif()",
	"try_compile(HAVE_QUOTED ${CMAKE_BINARY_DIR} SOURCES ${CMAKE_SOURCE_DIR}/quoted.c)",
	"try_compile(HAVE_COPY ${CMAKE_BINARY_DIR}/sub ${CMAKE_SOURCE_DIR}/check.c CMAKE_FLAGS -DINCLUDE_DIRECTORIES:STRING={dir}/include COPY_FILE ${CMAKE_BINARY_DIR}/copies/check.bin)",
	"try_compile(HAVE_PROJECT ${CMAKE_BINARY_DIR}/inner ${CMAKE_SOURCE_DIR}/inner inner)",
	"set(HAVE_NORMAL yes)\ncmake_policy(SET CMP0126 OLD)\ncheck_normal()",
	"set(HAVE_NORMAL yes)\ncmake_policy(SET CMP0126 NEW)\ncheck_normal()",
	"set(HAVE_SET 7 CACHE STRING \"by hand\")\ncheck_include_file(mine.h HAVE_SET)",
	"cmake_policy(PUSH)\ncmake_policy(SET CMP0066 OLD)\ntry_compile(HAVE_OLD ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/debug.c)\ncmake_policy(POP)",
	"try_compile(HAVE_NEW ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/debug.c)",
	"set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)\ncheck_c_source_compiles(\"int f(void) { return missing(); } int missing(void);\" HAVE_STATIC)\nunset(CMAKE_TRY_COMPILE_TARGET_TYPE)",
	"set(CMAKE_C_STANDARD 99)\ncheck_c_source_compiles(\"int main(void) { return __STDC_VERSION__ / 201112; int a[__STDC_VERSION__ < 201112 ? 1 : -1]; }\" HAVE_C99)",
	"find_package(Threads)",
	"try_compile(HAVE_BROKEN ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/broken.c OUTPUT_VARIABLE out)\nset(OUT_PLACES)\nforeach(place SOURCE BINARY)\n" +
		"  string(FIND \"${out}\" \"${CMAKE_${place}_DIR}/\" position)\n  if(NOT position EQUAL -1)\n    list(APPEND OUT_PLACES ${place})\n  endif()\nendforeach()",
}

// uncached are those of checks whose form CMake has since 3.25.
const uncached = "try_compile(HAVE_R SOURCES ${CMAKE_SOURCE_DIR}/check.c NO_CACHE OUTPUT_VARIABLE OUT_R)\nset(OUT_R)\n" +
	"try_compile(HAVE_VAR SOURCE_FROM_CONTENT x.c \"int main(void) { return FLAG; }\")"

// replaced comes after all: the project replaces try_compile itself.
const replaced = "\nmacro(try_compile)\n  _try_compile(${ARGN})\n  set(HAVE_REPLACED yes)\nendmacro()\ncheck_include_file(mine.h HAVE_AFTER)"

func checking(lines []string, dir string) string {
	text, languages := strings.Join(lines, "\n"), "C"
	if strings.Contains(text, "check_cxx_") {
		languages += " CXX"
	}
	return strings.ReplaceAll(head+"project(x "+languages+")\ninclude(CheckIncludeFile)\ninclude(CheckIncludeFiles)\ninclude(CheckSymbolExists)\ninclude(CheckTypeSize)\n"+
		"include(CheckLibraryExists)\ninclude(CheckFunctionExists)\ninclude(CheckCSourceCompiles)\ninclude(CheckCXXSourceCompiles)\n"+
		"include(CheckCSourceRuns)\ninclude(CheckCCompilerFlag)\nadd_library(target INTERFACE IMPORTED)\nset_target_properties(target PROPERTIES INTERFACE_LINK_LIBRARIES {dir}/lib/libmine.a)\n"+
		"function(check_normal)\n  check_include_file(mine.h HAVE_NORMAL)\n  file(WRITE ${CMAKE_BINARY_DIR}/normal.txt \"${HAVE_NORMAL}\")\nendfunction()\n"+
		"set(CMAKE_REQUIRED_INCLUDES {dir}/include)\n"+text+replaced+"\nget_cmake_property(names VARIABLES)\n"+
		"foreach(name ${names})\n  if(name MATCHES \"^(HAVE|SIZEOF|OUT)_\")\n    file(APPEND ${CMAKE_BINARY_DIR}/answers.txt \"${name}=${${name}}\\n\")\n  endif()\nendforeach()\n"+inC, "{dir}", dir)
}

// place is a project with checks, and the directory beside it.
type place struct {
	run
	dir   string
	lists []string
}

func newPlace(t *testing.T, cmake string) *place {
	t.Helper()
	p := &place{dir: t.TempDir()}
	write(t, p.dir+"/include/mine.h", header(1))
	write(t, p.dir+"/mine.c", "int mine(void) { return 0; }\n")
	write(t, p.dir+"/lib/other", "")
	command(t, "cc", "-c", "-o", p.dir+"/mine.o", p.dir+"/mine.c")
	command(t, "ar", "rc", p.dir+"/mine.a", p.dir+"/mine.o")
	src := tree(t, project("", "check.c", "#include <mine.h>\nint main(void) { return VALUE; }\n", "quoted.c", "#include \"include/own.h\"\nint main(void) { return own(); }\n",
		"broken.c", "int main(void) { return undeclared; }\n", "debug.c", "int main(void) {\n#ifdef DEBUGGING\n  missing();\n#endif\n  return 0; }\n",
		"include/own.h", "static int own(void) { return 0; }\n", "inner/CMakeLists.txt", head+"project(inner C)\nadd_executable(inner ../debug.c)\n"))
	p.run = run{cmake: cmake, src: src, bld: filepath.Join(src, "b"), env: []string{"CMAKE_BUILD_TYPE=Debug"}, args: []string{"-DCMAKE_C_FLAGS_DEBUG=-DDEBUGGING -Werror=implicit-function-declaration"}}
	return p
}

func header(value int) string {
	return fmt.Sprintf("#define VALUE %d\nint mine(void);\ntypedef char mine_t[%d];\n", value, value)
}

// compare configures plainly and with the store, and compares the trees.
func (p *place) compare(t *testing.T, store *detect.Store) model.Detection {
	t.Helper()
	p.clear(t)
	wantText := p.plain(t)
	want := take(t, p.bld, false)
	p.clear(t)
	outcome, gotText := p.with(t, store)
	got := take(t, p.bld, false)
	delete(got, ".cmaketargets/")
	for _, files := range []treeFiles{want, got} {
		maps.DeleteFunc(files, func(name, _ string) bool { return strings.HasPrefix(name, "inner/.ninja_") })
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("plain -, with the store (%v) +\n%s", outcome, diff)
	}
	if diff := cmp.Diff(talk(wantText), talk(gotText)); diff != "" {
		t.Errorf("output: plain -, with the store (%v) +\n%s", outcome, diff)
	}
	return outcome
}

// again is compare without the plain configure.
func (p *place) again(t *testing.T, store *detect.Store) model.Detection {
	t.Helper()
	p.clear(t)
	outcome, _ := p.with(t, store)
	return outcome
}

// clear writes the project and removes its build tree.
func (p *place) clear(t *testing.T) {
	t.Helper()
	write(t, p.src+"/CMakeLists.txt", checking(p.lists, p.dir))
	// A change within a tick of the clock before a session counts as one during it.
	time.Sleep(40 * time.Millisecond)
	if err := os.RemoveAll(p.bld); err != nil {
		t.Fatal(err)
	}
}

// The answers of the store are those that CMake would give, after any change. Each sequence makes some of the changes, in an
// order of its own, and each change is in one of them. CI makes each sequence with one CMake and half of the checks.
func TestAnswersAfterChanges(t *testing.T) {
	const sequences = 2
	for i, cmake := range cmakes(t) {
		for sequence := range sequences {
			if sequence%len(cmakes(t)) != i && !everything() {
				continue
			}
			t.Run(fmt.Sprint(versionOf(t, cmake), "/", sequence), func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(uint64(sequence), 1))
				store := detect.Open(t.TempDir(), 0)
				p := newPlace(t, cmake)
				p.lists = append(slices.Clone(checks), uncached)
				if !everything() {
					p.lists = slices.Collect(every(2, p.lists, sequence))
				}
				reused := 0
				changes := p.changes(t, random, store)
				names := slices.Sorted(maps.Keys(changes))
				rand.New(rand.NewPCG(0, 1)).Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
				for change := range every(sequences, names, sequence) {
					p.env = p.env[:1:1]
					changes[change]()
					outcome := p.compare(t, store)
					reused += outcome.Checks
					t.Logf("%s: %v", change, outcome)
					if t.Failed() {
						t.FailNow()
					}
				}
				if reused == 0 {
					t.Error("no answer was reused")
				}
			})
		}
	}
}

// every iterates over one of n elements, from first on.
func every(n int, list []string, first int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := first; i < len(list) && yield(list[i]); i += n {
		}
	}
}

// changes returns changes of the files and variables that decide answers.
func (p *place) changes(t *testing.T, random *rand.Rand, store *detect.Store) map[string]func() {
	t.Helper()
	all := p.lists
	mine := p.dir + "/include/mine.h"
	return map[string]func(){
		"nothing":        func() {},
		"header changed": func() { write(t, mine, header(1+random.IntN(9))) },
		"header removed": func() { _ = os.Remove(mine) },
		"header elsewhere": func() {
			write(t, p.src+"/include/own.h", fmt.Sprintf("static int own%d(void) { return 0; }\n", random.IntN(2)))
		},
		"header of the same size and time": func() {
			p.lists = append(slices.Clone(all), checks[4])
			write(t, mine, header(3))
			info, err := os.Stat(mine)
			if err != nil {
				t.Fatal(err)
			}
			p.again(t, store)
			write(t, mine, header(4))
			if err := os.Chtimes(mine, info.ModTime(), info.ModTime()); err != nil {
				t.Fatal(err)
			}
		},
		"library installed": func() { command(t, "cp", p.dir+"/mine.a", p.dir+"/lib/libmine.a") },
		"library removed":   func() { _ = os.Remove(p.dir + "/lib/libmine.a") },
		"flag":              func() { p.args = append(p.args[:1:1], fmt.Sprintf("-DCMAKE_C_FLAGS=-DFLAG=%d", random.IntN(2))) },
		"no flag":           func() { p.args = p.args[:1:1] },
		"directory of the environment": func() {
			p.env = append(p.env[:1:1], "CPATH="+p.dir+"/include")
		},
		"some of the checks": func() {
			p.lists = slices.DeleteFunc(slices.Clone(all), func(string) bool { return random.IntN(2) == 0 })
		},
		"another order": func() {
			p.lists = slices.Clone(p.lists)
			random.Shuffle(len(p.lists), func(i, j int) { p.lists[i], p.lists[j] = p.lists[j], p.lists[i] })
		},
		"a policy": func() { p.lists = append([]string{"cmake_policy(SET CMP0066 OLD)"}, p.lists...) },
		"another configuration": func() {
			p.args = append(p.args[:1:1], "-DCMAKE_BUILD_TYPE="+[]string{"Debug", "Release"}[random.IntN(2)])
		},
		"an argument that checks of a newer CMake read": func() { p.args = append(p.args[:1:1], "-DCMAKE_LINKER_TYPE=") },
		"source": func() {
			write(t, p.src+"/check.c", fmt.Sprintf("int main(void) { return VALUE%d; }\n", random.IntN(3)))
		},
		"generator": func() {
			p.generator = []string{"Ninja", "Unix Makefiles", "Ninja Multi-Config"}[random.IntN(3)]
		},
	}
}

// secretly makes the compiler of p a script that runs command in the check HAVE_VALUE while the returned
// file exists, which nothing names: only the state of the machine may change an answer so.
func (p *place) secretly(t *testing.T, command string) (switched func(on bool)) {
	t.Helper()
	bin := t.TempDir()
	file := bin + "/switch/on"
	write(t, bin+"/mycc", "#!/bin/sh\nif [ -e "+bin+"/switch/o? ] && echo \"$*\" | grep -q HAVE_VALUE; then "+command+"\nfi\nexec cc \"$@\"\n")
	write(t, bin+"/switch/off", "")
	p.env = append(p.env, "CC="+bin+"/mycc")
	return func(on bool) {
		if on {
			write(t, file, "")
		} else if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
}

// A check that ended for another reason than the program is not stored.
func TestAnswersOfABrokenCompiler(t *testing.T) {
	cmake := cmakes(t)[0]
	for name, command := range map[string]string{
		"killed":   "kill -9 $$",
		"no space": "echo 'mycc: fatal error: error: writing to x.o: No space left on device' >&2; exit 1",
		"absent":   "exec /nonexistent/gcc",
		"memory":   "echo 'virtual memory exhausted: error: Cannot allocate memory' >&2; exit 1",
		"silent":   "exit 1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, cmake)
			p.lists = []string{checks[1], checks[8]}
			store := detect.Open(t.TempDir(), 0)
			switched := p.secretly(t, command)
			switched(true)
			first := p.compare(t, store)
			switched(false)
			second := p.compare(t, store)
			if first.StoredChecks != 1 || second.Checks == 0 || second.StoredChecks != 1 {
				t.Errorf("first %v, second %v", first, second)
			}
		})
	}
}

// A session in audit mode has CMake answer, and reports differences from the store.
func TestAnswersAudited(t *testing.T) {
	p := newPlace(t, cmakes(t)[0])
	p.lists = []string{checks[1], checks[8]}
	store := detect.Open(t.TempDir(), 0)
	switched := p.secretly(t, "echo 'x.c:1:1: error: wrong' >&2; exit 1")
	first := p.compare(t, store)
	p.audit = true
	if second := p.compare(t, store); len(second.Contradicted) > 0 || second.Checks > 0 || second.StoredChecks > 0 {
		t.Errorf("after %v: %v, contradicted %v", first, second, second.Contradicted)
	}
	switched(true)
	third := p.compare(t, store)
	if !slices.Equal(third.Contradicted, []string{"HAVE_VALUE"}) {
		t.Errorf("contradicted %v: %v", third.Contradicted, third)
	}
}

// Answers hold in every checkout of a project.
func TestAnswersOfAnotherCheckout(t *testing.T) {
	lastCMake(t, func(t *testing.T, cmake string) {
		p := newPlace(t, cmake)
		p.lists = []string{checks[1], checks[4], uncached}
		for _, line := range checks {
			if everything() || strings.Contains(line, "_DIR}") { // those that name a place of the checkout
				p.lists = append(p.lists, line)
			}
		}
		store := detect.Open(t.TempDir(), 0)
		p.project = "libs/x"
		first := p.compare(t, store)
		other := t.TempDir()
		command(t, "cp", "-r", p.src, other+"/clone")
		p.src, p.bld = other+"/clone", other+"/clone/b"
		second := p.compare(t, store)
		if first.StoredChecks < 12 || second.Checks < first.StoredChecks || second.StoredChecks != 0 {
			t.Errorf("first %v, second %v", first, second)
		}
	})
}

// The build types of one project share answers, of which none depends on a build type, and a change of flags does not.
func TestAnswersOfAnotherConfiguration(t *testing.T) {
	lastCMake(t, func(t *testing.T, cmake string) {
		p := newPlace(t, cmake)
		p.lists = []string{checks[1], checks[8]}
		store := detect.Open(t.TempDir(), 0)
		args := p.args
		p.args = append(args[:1:1], "-DCMAKE_BUILD_TYPE=Debug")
		first := p.compare(t, store)
		p.args = append(args[:1:1], "-DCMAKE_BUILD_TYPE=Release")
		second := p.compare(t, store)
		if first.StoredChecks == 0 || second.Checks < first.StoredChecks || second.StoredChecks != 0 {
			t.Errorf("Debug %v, Release %v", first, second)
		}
		p.args = append(args[:1:1], "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_C_FLAGS=-DFLAG=1")
		if third := p.compare(t, store); third.Checks != 0 {
			t.Errorf("with another flag %v", third)
		}
	})
}

// A directory is searched for headers also if no other check than those of CheckIncludeFile names it, which pass it on
// without a type.
func TestAnswersOfHeaders(t *testing.T) {
	eachCMake(t, func(t *testing.T, cmake string) {
		p := newPlace(t, cmake)
		p.lists = checks[1:3]
		store := detect.Open(t.TempDir(), 0)
		header := p.dir + "/include/mine.h"
		if err := os.Rename(header, p.dir+"/mine.h"); err != nil {
			t.Fatal(err)
		}
		first := p.compare(t, store)
		second := p.compare(t, store)
		if first.StoredChecks < 2 || second.Checks < 2 {
			t.Errorf("first %v, second %v", first, second)
		}
		if err := os.Rename(p.dir+"/mine.h", header); err != nil {
			t.Fatal(err)
		}
		p.compare(t, store)
	})
}
