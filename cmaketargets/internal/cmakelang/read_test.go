package cmakelang_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmakelang"
)

// context is that of a project in /s with a directory /s/sub, which is built in /b.
func context() cmakelang.Context {
	return cmakelang.Context{
		Source: "/s", Build: "/b", Dirs: map[string]string{"/s": "/b", "/s/sub": "/b/sub"},
		Cache: map[string]string{
			"x_SOURCE_DIR": "/s", "x_BINARY_DIR": "/b", "CMAKE_INSTALL_PREFIX": "/i", "OFF_OPTION": "OFF", "ON_OPTION": "ON",
			"SDK": "/sdk", "GIT_EXECUTABLE": "/usr/bin/git", "CMAKE_COMMAND": "/usr/bin/cmake",
		},
		Getenv: func(name string) string {
			return map[string]string{"WHERE": "/where", "PATH": "/usr/bin:/o/bin"}[name]
		},
		System: "Linux",
	}
}

// show returns uses as words: env:NAME, reads:PATH and so on, then the reason.
func show(u cmakelang.Uses) string {
	var words []string
	for _, list := range []struct {
		name  string
		items []string
	}{{"env", u.Env}, {"reads", u.Reads}, {"exists", u.Exists}, {"globs", u.Globs}, {"copies", u.Copies}, {"makes", u.Makes}, {"scripts", u.Scripts}} {
		for _, item := range list.items {
			words = append(words, list.name+":"+item)
		}
	}
	if u.Unknown != "" {
		words = append(words, u.Unknown)
	}
	return strings.Join(words, " ")
}

func TestResolve(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"nothing", "project(x C)\nadd_executable(x main.c)\ntarget_link_libraries(x m)\ninstall(TARGETS x)\ninclude(CTest)\nconfigure_file(a.in a)", ""},

		{"environment", `message("$ENV{A} $ENV{B}")`, "env:A env:B"},
		{"environment in a condition", "if(DEFINED ENV{A})\nendif()", "env:A"},
		{"environment in a path", "file(READ $ENV{WHERE}/f x)", "env:WHERE reads:/where/f"},
		{"environment with escapes", `message($ENV{ProgramFiles\(x86\)})`, "env:ProgramFiles(x86)"},
		{"environment that is set, in a path", "if(NOT DEFINED ENV{WHERE})\nset(ENV{WHERE} /other)\nendif()\nfile(READ $ENV{WHERE}/f x)", "env:WHERE reads $ENV{WHERE}/f (CMakeLists.txt:4)"},
		{"environment that is set", "set(ENV{A} 1)\nunset(ENV{B})", ""},
		{"environment in a set", "set(ENV{A} $ENV{B})", "env:B"},
		{"environment, computed", "message($ENV{A${x}})", "reads a variable of the environment whose name is computed (CMakeLists.txt:1)"},
		{"environment, computed in a condition", "if(DEFINED ENV{${x}})\nendif()", "reads a variable of the environment whose name is computed (CMakeLists.txt:1)"},
		{"environment in a comment", "# $ENV{A}\n#[[ $ENV{B} ]]", ""},
		{"environment in brackets", "message([[$ENV{A}]])", ""},

		{"program", "\nexecute_process(COMMAND git describe)", "runs git (CMakeLists.txt:2)"},
		{"program in a variable", "execute_process(WORKING_DIRECTORY /s COMMAND ${GIT_EXECUTABLE} log)", "runs git (CMakeLists.txt:1)"},
		{"unknown program", "execute_process(COMMAND ${tool})", "runs ${tool} (CMakeLists.txt:1)"},
		{"old command", "EXEC_PROGRAM(uname)", "runs uname (CMakeLists.txt:1)"},
		{"cmake as a tool", "execute_process(COMMAND ${CMAKE_COMMAND} -E make_directory /b/x)", ""},
		{"cmake as a tool that reads", "execute_process(COMMAND ${CMAKE_COMMAND} -E cat /f)", "runs cmake (CMakeLists.txt:1)"},
		{"cmake as the second of two", "execute_process(COMMAND ${CMAKE_COMMAND} -E echo a COMMAND sort)", "runs cmake (CMakeLists.txt:1)"},

		{"files", "file(READ a x)\nfile(STRINGS ${CMAKE_SOURCE_DIR}/../b x)\nfile(SHA256 /c x)\nfile(TIMESTAMP d x)\nfile(SIZE ./e x)", "reads:/b reads:/c reads:/s/a reads:/s/d reads:/s/e"},
		{"unknown file", "file(READ ${F} x)", "reads ${F} (CMakeLists.txt:1)"},
		{"other operations", "file(REMOVE ${F})\nfile(TO_CMAKE_PATH ${F} x)", ""},
		{"download", "file(DOWNLOAD http://h/f f)", "runs file(DOWNLOAD) (CMakeLists.txt:1)"},
		{"lock", "file(LOCK f)", "runs file(LOCK) (CMakeLists.txt:1)"},
		{"computed operation", "file(${op} f x)", "runs file(${op}) (CMakeLists.txt:1)"},
		{"generated file", "file(GENERATE OUTPUT o INPUT i)\nfile(ARCHIVE_EXTRACT INPUT a)", "reads:/s/a"},
		{"copies", "file(COPY a ${CMAKE_CURRENT_SOURCE_DIR}/d DESTINATION o)", "copies:/s/a copies:/s/d"},

		{"made in the build tree", "configure_file(a.in a)\nfile(WRITE ${CMAKE_BINARY_DIR}/a x)\nfile(GENERATE OUTPUT a-$<CONFIG> CONTENT x)\nfile(COPY a DESTINATION ${CMAKE_CURRENT_BINARY_DIR}/${F})\nfile(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/d)\nexecute_process(COMMAND ${CMAKE_COMMAND} -E make_directory d)", "copies:/s/a"},
		{"made in the build tree by the name of a project", "configure_file(a.in ${PROJECT_NAME}.pc)\nconfigure_file(a.in ${PROJECT_NAME}/${x}.h)\nconfigure_file(a.in ${PROJECT_VERSION}-a)\nset(N ${PROJECT_NAME}${y}Config)\nconfigure_file(a.in ${N}.cmake)", ""},
		{"made in the build tree by a name", "get_filename_component(A ${f} NAME_WE)\nget_filename_component(B ${f} NAME)\nconfigure_file(${f} ${A}.h)\nset(C ${B}.h)\nconfigure_file(${f} ${C})", ""},
		{"made in the build tree of a configuration", "file(GENERATE OUTPUT $<CONFIG>/a CONTENT x)\nfile(GENERATE OUTPUT $<TARGET_FILE_DIR:t>/a CONTENT x)", ""},
		{"made beside the code by a name", "file(WRITE ${PROJECT_NAME}.h x)\nget_filename_component(A a/b.h NAME)\nfile(WRITE ${CMAKE_SOURCE_DIR}/${A} x)", "makes:/s/b.h makes:/s/x.h"},
		{"made beside the code by an unknown name", "get_filename_component(A ${f} NAME)\nfile(WRITE ${A} x)", "writes ${A} (CMakeLists.txt:2)"},
		{"made at an unknown place of a configuration", "file(GENERATE OUTPUT $<1:${x}>/a CONTENT x)", "writes $<1:${x}>/a (CMakeLists.txt:1)"},
		{"made above the directory of a target", "file(GENERATE OUTPUT $<TARGET_FILE_DIR:t>/../a CONTENT x)", "writes $<TARGET_FILE_DIR:t>/../a (CMakeLists.txt:1)"},
		{"made beside the build tree", "configure_file(a.in ${CMAKE_BINARY_DIR}${x})", "writes ${CMAKE_BINARY_DIR}${x} (CMakeLists.txt:1)"},
		{"made below a directory that is empty", "set(D \"\")\nconfigure_file(a.in ${D}/${x})", "writes ${D}/${x} (CMakeLists.txt:2)"},
		{"made above in turn", "set(D ../${x})\nconfigure_file(a.in ${D}/a)", "writes ${D}/a (CMakeLists.txt:2)"},
		{"made beside the code", "configure_file(in/a.in ${CMAKE_SOURCE_DIR}/a)\nfile(WRITE b x)\nfile(APPEND ${CMAKE_CURRENT_LIST_DIR}/c x)\nfile(TOUCH d e)\nfile(CONFIGURE OUTPUT /o/f CONTENT x)\nfile(GENERATE OUTPUT /o/g CONTENT x)", "makes:/o/f makes:/o/g makes:/s/a makes:/s/a/a.in makes:/s/b makes:/s/c makes:/s/d makes:/s/e"},
		{"directories and links", "file(MAKE_DIRECTORY bin /o/d)\nfile(CREATE_LINK a /o/e SYMBOLIC)\nexecute_process(COMMAND ${CMAKE_COMMAND} -E make_directory /o/f ../g WORKING_DIRECTORY /s/sub OUTPUT_QUIET)\nexecute_process(COMMAND ${CMAKE_COMMAND} -E create_symlink /a /o/h)", "makes:/o/d makes:/o/e makes:/o/f makes:/o/h makes:/s/bin makes:/s/g"},
		{"copies beside the code", "file(COPY a d/ DESTINATION /o)\nfile(COPY_FILE a /o/b)", "reads:/s/a copies:/s/a copies:/s/d makes:/o/** makes:/o/a/** makes:/o/b"},
		{"copies of unknown files", "file(GLOB v in/*.c)\nfile(INSTALL ${v} DESTINATION /o)", "globs:/s/in/*.c copies:/s/in/*.c makes:/o/*.c/**"},
		{"made at an unknown place", "file(WRITE ${F} x)", "writes ${F} (CMakeLists.txt:1)"},
		{"made at an unknown place beside the code", "file(WRITE ${CMAKE_SOURCE_DIR}/${F} x)", "writes ${CMAKE_SOURCE_DIR}/${F} (CMakeLists.txt:1)"},
		{"made at a known place and another", "set(F ${CMAKE_BINARY_DIR}/${x})\nset(F /o/f)\nfile(WRITE ${F} x)", "writes ${F} (CMakeLists.txt:3)"},
		{"made below the build tree by a variable", "set(D ${CMAKE_CURRENT_BINARY_DIR}/${x})\nset(F ${D}/f)\nset(F ${F} PARENT_SCOPE)\nfile(WRITE ${F} x)\nfile(WRITE ${D}/${y} x)", ""},
		{"made above the build tree", "file(WRITE ${CMAKE_BINARY_DIR}/../${F} x)", "writes ${CMAKE_BINARY_DIR}/../${F} (CMakeLists.txt:1)"},
		{"made by a function", "function(f in out)\nconfigure_file(${in} ${out})\nendfunction()\nfunction(g to)\nf(a ${to}/${to}.h)\nendfunction()\nf(a.in ${CMAKE_BINARY_DIR}/a)\nf(a b)\nf(a.in /o/a)\ng(/p)", "makes:/o/a makes:/o/a/a.in makes:/p/p.h makes:/p/p.h/a"},
		{"made by a function with parameters in turn", "function(f in out)\nfile(WRITE ${in} x)\nendfunction()\nfunction(g in out)\nf(${out} ${CMAKE_BINARY_DIR}/b)\nendfunction()\ng(${CMAKE_BINARY_DIR}/a /o/c)", "makes:/o/c"},
		{"made by a function with keywords", "function(f)\nset(one IN OUT)\ncmake_parse_arguments(A \"B\" \"${one}\" \"\" ${ARGN})\nif(NOT A_OUT)\nset(A_OUT ${CMAKE_BINARY_DIR}/${A_IN})\nendif()\nset(A_FILE ${CMAKE_BINARY_DIR}/${A_IN}.x)\nfile(WRITE ${A_FILE} x)\nfile(WRITE ${A_OUT} x)\nendfunction()\nf(IN ${x} OUT /o/a)\nf(IN ${x})", "makes:/o/a"},
		{"made by a function with unknown keywords", "function(f)\ncmake_parse_arguments(PARSE_ARGV 0 A \"\" \"${one}\" \"\")\nset(A_FILE ${CMAKE_BINARY_DIR}/${A_IN}.x)\nfile(WRITE ${A_FILE} x)\nendfunction()\nf(IN x)", "writes ${A_FILE} (CMakeLists.txt:4)"},
		{"made by a function with a keyword in a list", "function(f)\ncmake_parse_arguments(A \"\" \"OUT\" \"\" ${ARGN})\nfile(WRITE ${A_OUT} x)\nendfunction()\nf(${ARGN})", "writes ${A_OUT} (CMakeLists.txt:3)"},
		{"variable beside keywords", "cmake_parse_arguments(A \"\" \"OUT\" \"\" ${ARGN})\nset(A_DIR /d)\nfile(READ ${A_DIR}/f x)\nset(A_OUT /o)\nfile(READ ${A_OUT}/f x)", "reads:/d/f reads ${A_OUT}/f (CMakeLists.txt:5)"},
		{"made by a function that calls itself", "function(f out)\nfile(WRITE ${out}/x)\nf(${out}/a)\nendfunction()\nf(/o)", "makes:/o/a/a/a/x makes:/o/a/a/x makes:/o/a/x makes:/o/x writes ${out}/x (CMakeLists.txt:2)"},
		{"made by a function with lists", "function(f in out)\nfile(WRITE ${out} ${in})\nendfunction()\nf(${ARGN} ${CMAKE_BINARY_DIR}/a)", "writes ${out} (CMakeLists.txt:2)"},
		{"made by a function that changes its parameter", "function(f out)\nset(out ${out}.h)\nfile(WRITE ${out} x)\nendfunction()\nf(${CMAKE_BINARY_DIR}/a)", "writes ${out} (CMakeLists.txt:3)"},
		{"made by a function that is an argument", "function(f out)\nfile(WRITE ${out} x)\nendfunction()\nset(c f)\nf(${CMAKE_BINARY_DIR}/a)", "writes ${out} (CMakeLists.txt:2)"},
		{"made by a function that is not called", "function(f out)\nfile(WRITE ${out} x)\nendfunction()", ""},

		{"globs", "file(GLOB v LIST_DIRECTORIES false RELATIVE ${R} CONFIGURE_DEPENDS *.c ../o/*.h)\nfile(GLOB_RECURSE v inc/*.h)", "globs:/o/*.h globs:/s/*.c globs:/s/inc/**/*.h"},
		{"glob of links", "file(GLOB_RECURSE v FOLLOW_SYMLINKS *.c)", "globs:/s/**/*.c lists files behind links (CMakeLists.txt:1)"},
		{"files of a glob", "file(GLOB v in/*)\nfile(COPY ${v} DESTINATION o)\nforeach(f ${v})\nfile(READ ${f} x)\nendforeach()", "reads:/s/in/* globs:/s/in/* copies:/s/in/*"},
		{"directory of sources", "aux_source_directory(src v)", "globs:/s/src/*"},

		{"conditions", "if(EXISTS /a AND (IS_DIRECTORY \"/b\" OR NOT EXISTS ${x_SOURCE_DIR}/c))\nelseif(IS_SYMLINK /d)\nendif()\nwhile(EXISTS /e)\nendwhile()", "exists:/a exists:/b exists:/d exists:/e exists:/s/c"},
		{"relative condition", "if(EXISTS f)\nendif()", "exists:/b/f"},
		{"newer", "if(/a IS_NEWER_THAN ${CMAKE_BINARY_DIR}/b)\nendif()", "reads:/a reads:/b/b"},
		{"unknown condition", "if(EXISTS ${F})\nendif()", "looks for ${F} (CMakeLists.txt:1)"},
		{"text of a condition", "if(x STREQUAL \"EXISTS\" y)\nendif()", ""},
		{"optional file", "include(local.cmake OPTIONAL)", "exists:/s/local.cmake"},
		{"real path", "get_filename_component(x /a REALPATH)", "exists:/a"},
		{"relative real path", "get_filename_component(x a REALPATH)\nfile(REAL_PATH b x)", "exists:/s/a exists:/s/b"},

		{"time", "string(TIMESTAMP t)", "runs string(TIMESTAMP) (CMakeLists.txt:1)"},
		{"other text", "string(TOUPPER a t)\nstring(UUID u NAMESPACE n NAME m TYPE MD5)", ""},
		{"machine", "cmake_host_system_information(RESULT r QUERY HOSTNAME)", "runs cmake_host_system_information (CMakeLists.txt:1)"},
		{"try", "try_run(a b ${CMAKE_BINARY_DIR} f.c)", "runs try_run (CMakeLists.txt:1)"},
		{"fetched content", "include(FetchContent)\nFetchContent_Declare(f URL u)\nFetchContent_MakeAvailable(f)", "runs fetchcontent_makeavailable (CMakeLists.txt:3)"},
		{"external project", "include(ExternalProject)\nExternalProject_Add(f URL u)", ""},

		{"evaluated code", "cmake_language(EVAL CODE [[file(READ f x)]])", "reads:/s/f"},
		{"computed code", "cmake_language(EVAL CODE ${c})", "evaluates code that is computed (CMakeLists.txt:1)"},
		{"called", "cmake_language(CALL file READ f x)", "reads:/s/f"},
		{"deferred", "cmake_language(DEFER DIRECTORY . CALL execute_process COMMAND a)", "runs a (CMakeLists.txt:1)"},
		{"computed call", "cmake_language(CALL ${c})", "calls a command whose name is computed (CMakeLists.txt:1)"},

		{"function that is called", "function(F)\nfile(READ f x)\nendfunction()\nf()", "reads:/s/f reads:/s/sub/f"},
		{"function that is not called", "function(f)\nexecute_process(COMMAND a)\nendfunction()", ""},
		{"function that a function calls", "macro(g)\nexecute_process(COMMAND a)\nendmacro()\nfunction(f)\ng()\nendfunction()\nf()", "runs a (CMakeLists.txt:2)"},
		{"function that is an argument", "function(f)\nexecute_process(COMMAND a)\nendfunction()\nset(c F)\ncmake_language(DEFER CALL message x)", "runs a (CMakeLists.txt:2)"},
		{"parameter", "function(f SDK)\nfile(READ ${SDK}/f x)\nendfunction()\nf(a)", "reads ${SDK}/f (CMakeLists.txt:2)"},

		{"variables", "set(A ${CMAKE_CURRENT_LIST_DIR}/a)\nset(A /b)\nfile(READ ${A}/f x)", "reads:/b/f reads:/s/a/f"},
		{"cache and set", "if(EXISTS ${SDK}/x)\nendif()\nset(SDK /other)", "exists:/other/x exists:/sdk/x"},
		{"parts of paths", "get_filename_component(A ${CMAKE_CURRENT_LIST_DIR}/../x ABSOLUTE)\nget_filename_component(B /b/c DIRECTORY)\nget_filename_component(C ${CMAKE_CURRENT_LIST_FILE} PATH)\nfile(READ ${A}/f x)\nfile(READ ${B}/f x)\nfile(READ ${C}/f x)", "reads:/b/f reads:/s/f reads:/x/f"},
		{"parts of paths in others", "get_filename_component(A /a/b/.. ABSOLUTE)\nget_filename_component(B /b/c/d.txt DIRECTORY)\nfile(READ ${A}-x/f x)\nfile(READ ${B}.v x)", "reads:/a-x/f reads:/b/c.v"},
		{"part of a path that is relative", "get_filename_component(A d ABSOLUTE)\nfile(READ ${A}/f x)", "reads ${A}/f (CMakeLists.txt:2)"},
		{"directory above one with dots", "get_filename_component(A /a/.. DIRECTORY)\nfile(READ ${A}/f x)", "reads ${A}/f (CMakeLists.txt:2)"},
		{"part of a path in the cache", "get_filename_component(A /a/b DIRECTORY CACHE)\nfile(READ ${A}/f x)", "reads ${A}/f (CMakeLists.txt:2)"},
		{"name in a path", "get_filename_component(A /a/b NAME)\nfile(READ /c/${A} x)", "reads:/c/b"},
		{"part of a name in a path", "get_filename_component(A /a/b NAME_WE)\nfile(READ /c/${A} x)", "reads /c/${A} (CMakeLists.txt:2)"},
		{"variable that a command sets", "get_filename_component(SDK x ABSOLUTE)\nfile(READ ${SDK}/f y)", "reads ${SDK}/f (CMakeLists.txt:2)"},
		{"variable with a computed name", "set(${p}_DIR x)\nset(A_DIR /a)\nfile(READ ${A_DIR}/f y)", "reads ${A_DIR}/f (CMakeLists.txt:3)"},
		{"variable in a variable", "set(A /a)\nfile(READ ${${B}} y)", "reads ${${B}} (CMakeLists.txt:2)"},
		{"variable in itself", "set(A ${A}/a)\nfile(READ ${A} y)", "reads ${A} (CMakeLists.txt:2)"},
		{"list", "set(L /a /b)\nlist(APPEND L /c)\nset(M ${L})\nforeach(f ${M})\nfile(READ ${f} x)\nendforeach()", "reads:/a reads:/b reads:/c"},
		{"list joined", "set(L /a /b)\nfile(GLOB x ${L}/*.c)", "lists ${L}/*.c (CMakeLists.txt:2)"},
		{"loop", "foreach(f a b)\nif(EXISTS /d/${f})\nendif()\nendforeach()", "exists:/d/a exists:/d/b"},
		{"loop over lists", "set(L a b)\nforeach(f IN LISTS L ITEMS c)\nif(EXISTS /d/${f})\nendif()\nendforeach()", "exists:/d/a exists:/d/b exists:/d/c"},
		{"loop over numbers", "foreach(f RANGE 3)\nif(EXISTS /d/${f})\nendif()\nendforeach()", "looks for /d/${f} (CMakeLists.txt:2)"},
		{"escaped reference", `if(EXISTS "/a\${b")` + "\nendif()", "exists:/a${b"},
		{"generator expression", "file(READ $<TARGET_FILE:x> y)", "reads $<TARGET_FILE:x> (CMakeLists.txt:1)"},

		{"other system", "if(WIN32)\nexecute_process(COMMAND a)\nendif()", ""},
		{"other system or this", "if(WIN32 OR UNIX)\nexecute_process(COMMAND a)\nendif()", "runs a (CMakeLists.txt:2)"},
		{"other system or this, and more", "if(UNIX OR A AND WIN32)\nexecute_process(COMMAND a)\nendif()", "runs a (CMakeLists.txt:2)"},
		{"this system", "if(NOT WIN32)\nelse()\nexecute_process(COMMAND a)\nendif()", ""},
		{"system that the project names", "set(CMAKE_SYSTEM_NAME Generic)\nproject(x)\nif(CMAKE_CROSSCOMPILING)\nexecute_process(COMMAND a)\nendif()", "runs a (CMakeLists.txt:4)"},
		{"option that is off", "if(OFF_OPTION AND X)\nexecute_process(COMMAND a)\nelse()\nexecute_process(COMMAND b)\nendif()", "runs b (CMakeLists.txt:4)"},
		{"option that is off, and else with words", "if(OFF_OPTION)\nelse(OFF_OPTION)\nexecute_process(COMMAND a)\nendif(OFF_OPTION)", "runs a (CMakeLists.txt:3)"},
		{"option that is on", "if(ON_OPTION)\nelseif(A)\nexecute_process(COMMAND a)\nendif()", ""},
		{"option that is set", "set(OFF_OPTION ON)\nif(OFF_OPTION)\nexecute_process(COMMAND a)\nendif()", "runs a (CMakeLists.txt:3)"},
		{"option that may be on", "if(MAY)\nexecute_process(COMMAND a)\nendif()", "runs a (CMakeLists.txt:2)"},
		{"block without an end", "if(WIN32)\nendfunction()\nendif()\nendif()\nexecute_process(COMMAND a)", "runs a (CMakeLists.txt:5)"},

		{"modules", "list(APPEND CMAKE_MODULE_PATH ${CMAKE_SOURCE_DIR}/cmake)", "globs:/s/cmake/*.cmake"},
		{"modules in front", "list(INSERT CMAKE_MODULE_PATH 0 cmake /o/cmake)", "globs:/o/cmake/*.cmake globs:/s/cmake/*.cmake"},
		{"search without the cache", "find_program(P p NO_CACHE)", "searches for P without the cache (CMakeLists.txt:1)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := []cmakelang.File{{Path: "/s/CMakeLists.txt", Code: cmakelang.Read([]byte(test.src))}}
			if got := show(cmakelang.Resolve(context(), files)); got != test.want {
				t.Errorf("%s\n got %s\nwant %s", test.src, got, test.want)
			}
		})
	}
}

func TestResolveSeveralFiles(t *testing.T) {
	file := func(path string, origin cmakelang.Origin, src string) cmakelang.File {
		return cmakelang.File{Path: path, Origin: origin, Code: cmakelang.Read([]byte(src))}
	}
	for _, test := range []struct {
		name  string
		files []cmakelang.File
		want  string
	}{
		{"directory of a subdirectory", []cmakelang.File{file("/s/sub/CMakeLists.txt", cmakelang.Own, "file(READ f x)\nfile(READ ${CMAKE_CURRENT_BINARY_DIR}/g x)")}, "reads:/b/sub/g reads:/s/sub/f"},
		{"directories of an included file", []cmakelang.File{file("/s/cmake/a.cmake", cmakelang.Own, "file(READ f x)\nfile(READ ${CMAKE_CURRENT_LIST_DIR}/g x)")}, "reads:/s/cmake/g reads:/s/f reads:/s/sub/f"},
		{"list file that is included", []cmakelang.File{file("/s/sub/CMakeLists.txt", cmakelang.Own, "include(../CMakeLists.txt)"), file("/s/CMakeLists.txt", cmakelang.Own, "file(READ f x)")}, "reads:/s/f reads:/s/sub/f"},
		{"function of another file", []cmakelang.File{file("/s/CMakeLists.txt", cmakelang.Own, "g()"), file("/s/a.cmake", cmakelang.Own, "function(g)\nexecute_process(COMMAND p)\nendfunction()")}, "runs p (a.cmake:2)"},
		{"variable of another file", []cmakelang.File{file("/s/CMakeLists.txt", cmakelang.Own, "file(READ ${V} x)"), file("/s/a.cmake", cmakelang.Own, "set(V ${CMAKE_CURRENT_LIST_DIR}/v)")}, "reads:/s/v"},
		{"package that looks for its files", []cmakelang.File{file("/p/xConfig.cmake", cmakelang.Package, "macro(c f)\nif(NOT EXISTS ${f})\nendif()\nendmacro()\nc(a)\nmessage($ENV{E})")}, "env:E"},
		{"package that runs a program", []cmakelang.File{file("/p/xConfig.cmake", cmakelang.Package, "execute_process(COMMAND p)")}, "runs p (/p/xConfig.cmake:1)"},
		{"module of CMake", []cmakelang.File{file("/m/FindX.cmake", cmakelang.Module, "execute_process(COMMAND p)\nfile(STRINGS ${SDK}/v.h x)\nmessage($ENV{E})")}, "env:E reads:/sdk/v.h"},
		{"initial cache", []cmakelang.File{file("/c/a.cmake", cmakelang.Script, "include(${CMAKE_CURRENT_LIST_DIR}/b.cmake)")}, "scripts:/c/b.cmake"},
		{"initial cache, unknown", []cmakelang.File{file("/c/a.cmake", cmakelang.Script, "include(b.cmake)")}, "includes b.cmake (/c/a.cmake:1)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := show(cmakelang.Resolve(context(), test.files)); got != test.want {
				t.Errorf(" got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestResolveSearches(t *testing.T) {
	for _, test := range []struct{ name, src, entry, want string }{
		{"program", "find_program(P NAMES a b)", "P", "/usr/bin/a|b"},
		{"program with a place", "find_program(P NAMES p HINTS /opt/p PATHS ${SDK}/bin)", "P", "/sdk/bin/p"},
		{"program with a relative place", "find_program(P NAMES p PATHS tools ..)", "P", "/s/tools/p"},
		{"program with a relative place above", "find_program(P NAMES p PATHS tools ..)", "P", "/p"},
		{"program in a home directory", "find_program(P p PATHS ~/bin)", "P", "searches again for P (CMakeLists.txt:1)"},
		{"program in an empty place", "set(E \"\")\nfind_program(P p PATHS ${E})", "P", "/o/bin/p"},
		{"program with an unknown place", "find_program(P p HINTS ${X})", "P", "searches again for P (CMakeLists.txt:1)"},
		{"program in places of the project", "set(CMAKE_PREFIX_PATH /x)\nfind_program(P p)", "P", "searches again for P (CMakeLists.txt:2)"},
		{"library", "find_library(L l)", "L", "searches again for L (CMakeLists.txt:1)"},
		{"computed name", "find_path(${x}_INC l)", "A_INC", "searches again for A_INC (CMakeLists.txt:1)"},
		{"package", "find_package(L)", "L_DIR", "searches again for L_DIR (CMakeLists.txt:1)"},
		{"of CMake's detection", "project(x C)", "CMAKE_DLLTOOL", ""},
		{"no longer searched for", "", "OLD", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := context()
			c.Cache[test.entry] = test.entry + "-NOTFOUND"
			u := cmakelang.Resolve(c, []cmakelang.File{{Path: "/s/CMakeLists.txt", Code: cmakelang.Read([]byte(test.src))}})
			if got := u.Unknown; got != test.want && !slices.Contains(u.Globs, test.want) {
				t.Errorf("got %q, %q; want %q", got, u.Globs, test.want)
			}
		})
	}
	for _, test := range []struct {
		name, src string
		origin    cmakelang.Origin
		programs  string
		path      bool
	}{
		{"program", "find_program(P NAMES a b)", cmakelang.Own, "a|b", false},
		{"program that was found", "find_program(F f)", cmakelang.Own, "", false},
		{"value of PATH", "message($ENV{PATH})", cmakelang.Own, "", true},
		{"module that runs a program by name", "execute_process(COMMAND uname)", cmakelang.Module, "", true},
		{"module that runs a program it has found", "execute_process(COMMAND ${F} a)", cmakelang.Module, "", false},
		{"module that looks again", "unset(F CACHE)\nfind_program(F f)", cmakelang.Module, "", true},
	} {
		c := context()
		c.Cache["P"], c.Cache["F"] = "P-NOTFOUND", "/usr/bin/f"
		u := cmakelang.Resolve(c, []cmakelang.File{{Path: "/s/CMakeLists.txt", Origin: test.origin, Code: cmakelang.Read([]byte(test.src))}})
		if got := strings.Join(u.Programs, " "); got != test.programs || u.Path != test.path {
			t.Errorf("%s: got programs %q, path %v", test.name, got, u.Path)
		}
	}
	c := context()
	c.Cache["P"] = "P-NOTFOUND"
	c.Cache["P_ROOT"] = "/p"
	u := cmakelang.Resolve(c, []cmakelang.File{{Path: "/s/FindP.cmake", Code: cmakelang.Read([]byte("find_program(P p)"))}})
	if want := "searches again for P (FindP.cmake:1)"; u.Unknown != want {
		t.Errorf("got %q, want %q", u.Unknown, want)
	}
	c = context()
	c.Cache["CMAKE_MODULE_PATH"] = "/o/cmake;m"
	if got, want := show(cmakelang.Resolve(c, nil)), "globs:/b/m/*.cmake globs:/o/cmake/*.cmake"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	c = context()
	c.Cache["__pkg_config_checked_A"], c.Cache["A_FOUND"] = "1", ""
	if got, want := cmakelang.Resolve(c, nil).Unknown, "runs pkg-config for A, which it has not found"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzResolve checks rules for any file: paths are absolute, the text after a file does not hide the uses in it, and a
// program that is run outside of blocks is seen.
func FuzzResolve(f *testing.F) {
	f.Add("if(WIN32)\nfile(READ ${A}/f x)\nelse()\nset(A /a b)\nendif()\nforeach(x IN LISTS A)\nfile(GLOB v $ENV{B}/*)\nendforeach()")
	f.Add("function(f a)\nf(${a})\ncmake_language(EVAL CODE [[f()]])\nendfunction()\nf(${f${a}})\ninclude(x OPTIONAL)")
	f.Add("set(A ${B})\nset(B ${A})\nif(EXISTS ${A}\\${B}$)")
	f.Add("function(f in out)\nconfigure_file(${in} ${out})\nfile(WRITE x${in} ${out})\nendfunction()\nf(a /${B})\nf(${ARGV})\nfile(COPY a/ ${c} DESTINATION ${f})")
	f.Fuzz(func(t *testing.T, src string) {
		resolve := func(src string) cmakelang.Uses {
			return cmakelang.Resolve(context(), []cmakelang.File{{Path: "/s/CMakeLists.txt", Code: cmakelang.Read([]byte(src))}})
		}
		u := resolve(src)
		for _, list := range [][]string{u.Reads, u.Exists, u.Globs, u.Copies, u.Makes} {
			for _, path := range list {
				if !filepath.IsAbs(path) {
					t.Errorf("%q: %q is not absolute", src, path)
				}
			}
		}
		if u := resolve("execute_process(COMMAND first)\n" + src); u.Unknown != "runs first (CMakeLists.txt:1)" {
			t.Errorf("%q: got %q", src, u.Unknown)
		}
		if u := resolve("message($ENV{FIRST})\nfile(READ /first x)\n" + src); !slices.Contains(u.Env, "FIRST") || !slices.Contains(u.Reads, "/first") {
			t.Errorf("%q: got %v", src, u)
		}
	})
}

// A module is read once in a run, and again when it is another file.
func TestModules(t *testing.T) {
	path := filepath.Join(t.TempDir(), "FindX.cmake")
	var m cmakelang.Modules
	read := func(text string) *cmakelang.Code {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return m.Read(path, info, []byte(text))
	}
	first := read("message($ENV{X})")
	if again := read("message( $ENV{X})"); again == first {
		t.Error("a file of another size is the same")
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	kept := m.Read(path, info, nil)
	if again := m.Read(path, info, nil); again != kept {
		t.Error("read twice")
	}
	files := []cmakelang.File{{Path: path, Origin: cmakelang.Module, Code: kept}}
	if u := cmakelang.Resolve(cmakelang.Context{}, files); !slices.Equal(u.Env, []string{"X"}) {
		t.Errorf("Env is %q", u.Env)
	}
}
