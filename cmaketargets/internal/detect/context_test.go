package detect_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
)

// calls are checks of all forms whose answers are stored. Each is followed by {then}.
const calls = `
file(WRITE ${CMAKE_BINARY_DIR}/a.c "int main(void) { return 0; }\n")
file(WRITE ${CMAKE_BINARY_DIR}/a.cxx "int main() { return 0; }\n")
{before}
try_compile(HAVE_1 ${CMAKE_BINARY_DIR} ${CMAKE_BINARY_DIR}/a.c OUTPUT_VARIABLE out)
{then}
{before}
try_compile(HAVE_2 ${CMAKE_BINARY_DIR} ${CMAKE_BINARY_DIR}/a.cxx COPY_FILE ${CMAKE_BINARY_DIR}/copy LINK_LIBRARIES m
  LINK_OPTIONS -g COMPILE_DEFINITIONS -DX CMAKE_FLAGS -DY:STRING=1 C_STANDARD 11)
{then}
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_TRY_COMPILE_CONFIGURATION Release)
{before}
try_compile(HAVE_3 ${CMAKE_BINARY_DIR} SOURCES ${CMAKE_BINARY_DIR}/a.c ${CMAKE_BINARY_DIR}/a.cxx)
{then}
unset(CMAKE_TRY_COMPILE_TARGET_TYPE)
`

// CMake's try_compile reads no other variables than those that decide an answer here: all whose names are in CMake's
// executable, and those that are set, are watched.
func TestWhatChecksRead(t *testing.T) {
	lastCMake(t, func(t *testing.T, cmake string) {
		known, _ := detect.Reads()
		// The key has no place: programs that read files below it are not stored. Modules are looked at by themselves.
		known = append(known, "CMAKE_BINARY_DIR", "CMAKE_MODULE_PATH")
		binary, err := filepath.EvalSymlinks(cmake)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(binary)
		if err != nil {
			t.Fatal(err)
		}
		names := known
		for _, name := range regexp.MustCompile(`CMAKE_[A-Za-z0-9_]+`).FindAll(data, -1) {
			names = append(names, string(name))
		}
		for _, suffix := range regexp.MustCompile(`_[A-Z][A-Z_]{3,30}`).FindAll(data, -1) { // those that CMake composes
			names = append(names, "CMAKE_C"+string(suffix), "CMAKE_CXX"+string(suffix))
		}
		slices.Sort(names)
		names = slices.Compact(names)
		if len(names) < 500 {
			t.Fatalf("only %d names in %s", len(names), binary)
		}
		for _, generator := range []string{"Ninja", "Unix Makefiles", "Ninja Multi-Config"} {
			src := tree(t, project(head+"project(x C CXX)\nget_cmake_property(names VARIABLES)\nlist(FILTER names INCLUDE REGEX \"^_?CMAKE_\")\n"+
				"list(APPEND names "+strings.Join(names, " ")+")\nlist(REMOVE_DUPLICATES names)\nlist(FILTER names EXCLUDE REGEX \"^CMAKE_(CURRENT_|PARENT_LIST|MATCH_|ARG)\")\n"+
				"function(seen name access)\n  if(access MATCHES \"READ|DEFINED\")\n    set_property(GLOBAL APPEND PROPERTY seen ${name})\n  endif()\nendfunction()\n"+
				"foreach(name IN LISTS names)\n  variable_watch(${name} seen)\nendforeach()\n"+
				strings.NewReplacer(
					"{before}", "set_property(GLOBAL PROPERTY seen)",
					"{then}", "get_property(some GLOBAL PROPERTY seen)\nlist(APPEND all ${some})",
				).Replace(calls)+
				"message(\"seen=${HAVE_1} ${HAVE_2} ${HAVE_3} ${all}=\")\n"))
			_, out, _ := strings.Cut(run{cmake: cmake, src: src, bld: src + "/b", generator: generator}.plain(t), "seen=")
			out, _, _ = strings.Cut(out, "=")
			seen, ok := strings.CutPrefix(out, "TRUE TRUE TRUE ")
			if !ok {
				t.Fatalf("the checks failed: %.200s", out)
			}
			all := strings.Split(seen, ";")
			if !slices.Contains(all, "CMAKE_CXX_FLAGS_RELEASE") || !slices.Contains(all, "CMAKE_POSITION_INDEPENDENT_CODE") {
				t.Errorf("%s: not seen to be read: %q", generator, all)
			}
			for _, name := range all {
				if !slices.Contains(known, name) {
					t.Errorf("%s: try_compile reads %s", generator, name)
				}
			}
		}
	})
}

// No other policies than those that decide an answer here change the files that CMake's try_compile writes.
func TestWhatChecksAskOfPolicies(t *testing.T) {
	lastCMake(t, func(t *testing.T, cmake string) {
		_, known := detect.Reads()
		written := func(value string) string {
			src := tree(t, project(head+`project(x C CXX)
set(CMAKE_WARN_DEPRECATED FALSE)
set(CMAKE_C_STANDARD 99)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_C_FLAGS_DEBUG -DDEBUGGING)
set(CMAKE_CXX_FLAGS_RELEASE -DRELEASING)
set(CMAKE_EXE_LINKER_FLAGS -g)
set(CMAKE_C_LINK_FLAGS -g)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_LINK_PIE_SUPPORTED YES)
set(CMAKE_CXX_LINK_PIE_SUPPORTED YES)
set(known `+strings.Join(known, " ")+`)
foreach(number RANGE 10000 10300)
  string(SUBSTRING ${number} 1 4 number)
  if(POLICY CMP${number} AND NOT CMP${number} IN_LIST known AND NOT (number LESS 66 AND NOT CMAKE_VERSION VERSION_LESS 4))
    list(APPEND unknown CMP${number})
  endif()
endforeach()
macro(others value)
  foreach(policy ${unknown})
    cmake_policy(SET ${policy} ${value})
  endforeach()
endmacro()
macro(keep)
  foreach(name CMakeLists.txt CMakeCache.txt)
    file(READ ${CMAKE_BINARY_DIR}/CMakeFiles/CMakeTmp/${name} text)
    file(APPEND ${CMAKE_BINARY_DIR}/written.txt "${HAVE_1}${HAVE_2}${HAVE_3}\n${text}")
  endforeach()
endmacro()
`+strings.NewReplacer(
				"{before}", "cmake_policy(PUSH)\nothers("+value+")", "{then}", "cmake_policy(POP)\nkeep()",
			).Replace(calls)))
			r := run{cmake: cmake, src: src, bld: src + "/b", args: []string{"--debug-trycompile"}}
			r.plain(t)
			data, err := os.ReadFile(r.bld + "/written.txt")
			if err != nil {
				t.Fatal(err)
			}
			return regexp.MustCompile(`cmTC_[0-9a-f]+`).ReplaceAllString(strings.ReplaceAll(string(data), src, "{src}"), "cmTC")
		}
		older := written("OLD")
		if !strings.Contains(older, "DEBUGGING") || !strings.Contains(older, "CMAKE_HOME_DIRECTORY") {
			t.Errorf("not what try_compile writes: %.2000s", older)
		}
		if diff := cmp.Diff(strings.Split(older, "\n"), strings.Split(written("NEW"), "\n")); diff != "" {
			t.Errorf("OLD -, NEW +\n%s", diff)
		}
	})
}

// A variable of which an empty one is taken for none changes neither the files that try_compile writes nor its result
// when it is empty.
func TestWhatChecksReadOfEmptyVariables(t *testing.T) {
	lastCMake(t, func(t *testing.T, cmake string) {
		empty := detect.Empty()
		slices.Sort(empty)
		empty = slices.Compact(empty)
		for _, generator := range []string{"Ninja", "Unix Makefiles"} {
			written := func(names []string) string {
				set := ""
				for _, name := range names {
					set += "set(" + name + " \"\")\n"
				}
				unset := "foreach(name " + strings.Join(empty, " ") + ")\n  unset(${name})\n  unset(${name} CACHE)\nendforeach()\n"
				src := tree(t, project(head+"project(x C CXX)\n"+`
macro(keep)
  foreach(name CMakeLists.txt CMakeCache.txt build.ninja CMakeFiles/Makefile2)
    if(EXISTS ${CMAKE_BINARY_DIR}/CMakeFiles/CMakeTmp/${name})
      file(READ ${CMAKE_BINARY_DIR}/CMakeFiles/CMakeTmp/${name} text)
      file(APPEND ${CMAKE_BINARY_DIR}/written.txt "${HAVE_1}${HAVE_2}${HAVE_3}\n${text}")
    endif()
  endforeach()
endmacro()
`+strings.NewReplacer("{before}", unset+set, "{then}", "keep()").Replace(calls)))
				r := run{cmake: cmake, src: src, bld: src + "/b", args: []string{"--debug-trycompile"}, generator: generator}
				r.plain(t)
				data, err := os.ReadFile(r.bld + "/written.txt")
				if err != nil {
					t.Fatal(err)
				}
				return regexp.MustCompile(`cmTC_[0-9a-f]+`).ReplaceAllString(strings.ReplaceAll(string(data), src, "{src}"), "cmTC")
			}
			none := written(nil)
			if !strings.Contains(none, "TRUE") || !strings.Contains(none, "cmTC.dir") {
				t.Errorf("not what try_compile writes: %.2000s", none)
			}
			if diff := cmp.Diff(strings.Split(none, "\n"), strings.Split(written(empty), "\n")); diff != "" {
				t.Errorf("%s: none -, empty +\n%s", generator, diff)
			}
		}
	})
}
