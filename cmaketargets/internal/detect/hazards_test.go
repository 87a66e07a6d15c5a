package detect_test

import (
	"maps"
	"slices"
	"testing"
)

const (
	head  = "cmake_minimum_required(VERSION 3.16)\n"
	inC   = "add_executable(a a.c)\n"
	inCXX = "add_library(l STATIC l.cc)\n"
)

// Projects to fill the store with.
var (
	seedC   = seed{lists: head + "project(other C)\nadd_library(o STATIC a.c)\n"}
	seedCXX = seed{lists: head + "project(other VERSION 1.2 LANGUAGES C CXX)\nadd_library(o STATIC a.c)\n"}
)

func project(body string, more ...string) map[string]string {
	files := map[string]string{
		"CMakeLists.txt": body, "a.c": hello, "l.cc": "int l() { return 1; }\n",
		"l.f90": "subroutine l\nend\n", "l.S": ".globl l\nl:\n",
	}
	for i := 0; i+1 < len(more); i += 2 {
		files[more[i]] = more[i+1]
	}
	return files
}

// hazards are projects for which the detection of most others would be wrong, or was reused wrongly by
// a simpler store.
var hazards = map[string]parity{
	"C and C++": {
		files: project(head + "project(x)\n" + inC + inCXX), seeds: []seed{seedCXX},
		languages: []string{"C", "CXX"}, build: true, stdout: true,
	},
	"Makefiles": {
		files: project(head + "project(x)\n" + inC + inCXX), seeds: []seed{seedCXX},
		languages: []string{"C", "CXX"}, build: true, stdout: true, generator: "Unix Makefiles",
	},
	"several configurations": {
		files: project(head + "project(x)\n" + inC + inCXX), seeds: []seed{seedCXX},
		languages: []string{"C", "CXX"}, generator: "Ninja Multi-Config",
	},
	"another generator": {
		files: project(head + "project(x C)\n" + inC), seeds: []seed{{lists: seedC.lists, generator: "Unix Makefiles"}},
	},
	"C only after C and C++": {
		files: project(head + "project(x C)\n" + inC), seeds: []seed{seedCXX}, languages: []string{"C"}, build: true,
	},
	"C and C++ after C": {
		files: project(head + "project(x C CXX)\n" + inC + inCXX), seeds: []seed{seedC}, languages: []string{"C"}, build: true,
	},
	"C++ only after C": {
		files: project(head + "project(x CXX)\n" + inCXX), seeds: []seed{seedC},
	},
	"C++ only after C and C++": {
		files: project(head + "project(x CXX)\n" + inCXX), seeds: []seed{seedCXX},
	},
	"assembler": {
		files:     project(head + "project(x C ASM)\nadd_executable(a a.c l.S)\n"),
		seeds:     []seed{{lists: head + "project(o C ASM)\n"}},
		languages: []string{"C", "ASM"}, build: true, stdout: true,
	},
	"assembler with another C": {
		files: project(head + "project(x C ASM)\nadd_executable(a a.c l.S)\n"),
		seeds: []seed{{lists: head + "project(o C ASM)\n"}}, env: []string{"CC=gcc-12"},
	},
	"Fortran": {
		files:     project(head + "project(x C Fortran)\n" + inC + "add_library(f l.f90)\n"),
		seeds:     []seed{{lists: head + "project(o C Fortran)\n"}},
		languages: []string{"C", "Fortran"}, build: true,
	},

	"toolchain file after none": {
		files: project(head+"project(x C)\n"+inC, "tc.cmake", "set(CMAKE_C_COMPILER gcc-12)\nset(CMAKE_C_FLAGS_INIT -DTC)\n"),
		seeds: []seed{seedC}, args: []string{"-DCMAKE_TOOLCHAIN_FILE={src}/tc.cmake"},
	},
	"toolchain file of many": {
		files: project(head + "project(x VERSION 3 LANGUAGES C)\n" + inC), shared: map[string]string{"tc.cmake": "set(CMAKE_C_FLAGS_INIT -DTC)\n"},
		seeds: []seed{{lists: seedC.lists, args: same}}, args: []string{"-DCMAKE_TOOLCHAIN_FILE={shared}/tc.cmake"},
		languages: []string{"C"}, build: true,
	},
	"toolchain file that reads a variable": {
		files: project(head + "project(x C)\n" + inC), shared: map[string]string{"tc.cmake": "set(CMAKE_C_FLAGS_INIT -D${what})\n"},
		seeds: []seed{{lists: seedC.lists, args: []string{"-DCMAKE_TOOLCHAIN_FILE={shared}/tc.cmake", "-Dwhat=A"}}},
		args:  []string{"-DCMAKE_TOOLCHAIN_FILE={shared}/tc.cmake", "-Dwhat=B"},
	},
	"toolchain file that adds options for the project's name": {
		files:  project(head + "project(x C)\n" + inC),
		shared: map[string]string{"tc.cmake": "if(PROJECT_NAME STREQUAL x)\n  add_compile_options(-DX)\nendif()\n"},
		seeds:  []seed{{lists: seedC.lists, args: same}}, args: []string{"-DCMAKE_TOOLCHAIN_FILE={shared}/tc.cmake"},
	},
	"toolchain file that includes": {
		files: project(head + "project(x C)\n" + inC),
		shared: map[string]string{
			"tc.cmake": "include(${CMAKE_CURRENT_LIST_DIR}/more.cmake)\n", "more.cmake": "set(CMAKE_C_FLAGS_INIT -DMORE)\n",
		},
		seeds: []seed{{lists: seedC.lists, args: same}}, args: []string{"-DCMAKE_TOOLCHAIN_FILE={shared}/tc.cmake"},
		reason: "includes other files",
	},
	"cross compiler": {
		files: project(head + "project(x C)\nadd_library(l STATIC a.c)\n"),
		shared: map[string]string{"arm.cmake": "set(CMAKE_SYSTEM_NAME Generic)\nset(CMAKE_SYSTEM_PROCESSOR arm)\n" +
			"set(CMAKE_C_COMPILER arm-none-eabi-gcc)\nset(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)\n"},
		seeds: []seed{seedC, {lists: seedC.lists, args: same}}, args: []string{"--toolchain", "{shared}/arm.cmake"},
		languages: []string{"C"},
	},
	"cross compiler after the host's": {
		files: project(head + "project(x C)\nadd_library(l STATIC a.c)\n"),
		shared: map[string]string{"arm.cmake": "set(CMAKE_SYSTEM_NAME Generic)\nset(CMAKE_SYSTEM_PROCESSOR arm)\n" +
			"set(CMAKE_C_COMPILER arm-none-eabi-gcc)\nset(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)\n"},
		seeds: []seed{seedC}, args: []string{"--toolchain", "{shared}/arm.cmake"},
	},

	"CC in the environment": {
		files: project(head + "project(x C)\n" + inC), seeds: []seed{seedC}, env: []string{"CC=gcc-12"},
	},
	"CXX in the environment": {
		files: project(head + "project(x C CXX)\n" + inC + inCXX), seeds: []seed{seedCXX}, env: []string{"CXX=g++-12"},
	},
	"CFLAGS in the environment": {
		files: project(head + "project(x C)\n" + inC), seeds: []seed{seedC}, env: []string{"CFLAGS=-fshort-wchar -DX"},
	},
	"CFLAGS in every environment": {
		files: project(head + "project(x C)\n" + inC), seeds: []seed{{lists: seedC.lists, env: same}},
		env: []string{"CFLAGS=-fshort-wchar -DX"}, languages: []string{"C"}, build: true,
	},
	"clang beside gcc": {
		files: project(head + "project(x C CXX)\n" + inC + inCXX), seeds: []seed{seedCXX}, env: []string{"CC=clang", "CXX=clang++"},
	},
	"clang again": {
		files: project(head + "project(x C CXX)\n" + inC + inCXX), seeds: []seed{seedCXX, {lists: seedCXX.lists, env: same}},
		env: []string{"CC=clang", "CXX=clang++"}, languages: []string{"C", "CXX"}, build: true,
	},
	"a variable that a wrapper may read": {
		files: project(head + "project(x C)\n" + inC), seeds: []seed{seedC}, env: []string{"NIX_CFLAGS_COMPILE=-m32"},
	},
	"ccache by name": {
		files: project(head + "project(x C)\n" + inC), seeds: []seed{seedC, {lists: seedC.lists, env: same}},
		env: []string{"CC=/usr/lib/ccache/gcc"}, languages: []string{"C"}, build: true,
	},
	"ccache as launcher": {
		files: project(head + "project(x C)\n" + inC), seeds: []seed{{lists: seedC.lists, args: same}},
		args: []string{"-DCMAKE_C_COMPILER_LAUNCHER=ccache"}, languages: []string{"C"}, build: true,
	},
	"compiler with arguments": {
		files: project(head + "project(x C)\n" + inC), seeds: []seed{seedC, {lists: seedC.lists, env: same}},
		env: []string{"CC=gcc -DARG"}, languages: []string{"C"}, build: true,
	},

	"preset": {
		files: project(head+"project(x C)\n"+inC, "CMakePresets.json", `{"version": 3, "configurePresets": [{"name": "p", "generator": "Ninja",
			"cacheVariables": {"CMAKE_C_FLAGS": "-DP", "UNUSED": "1"}, "environment": {"ANYTHING": "${sourceDir}"}}]}`),
		seeds: []seed{seedC, {lists: seedC.lists, args: same}}, args: []string{"--preset", "p"}, stdout: true,
	},
	"preset without environment": {
		files: project(head+"project(x C)\n"+inC, "CMakePresets.json", `{"version": 3, "configurePresets": [{"name": "p", "generator": "Ninja",
			"cacheVariables": {"CMAKE_C_FLAGS": "-DP", "UNUSED": "1"}}]}`),
		seeds: []seed{seedC, {lists: seedC.lists, args: same}}, args: []string{"--preset", "p"}, languages: []string{"C"}, stdout: true,
	},

	"compiler set before project": {
		files: project(head + "set(CMAKE_C_COMPILER gcc-12)\nproject(x C)\n" + inC), seeds: []seed{seedC},
	},
	"flags set before project": {
		files: project(head + "set(CMAKE_C_FLAGS -fshort-wchar)\nproject(x C)\n" + inC), seeds: []seed{seedC},
	},
	"environment set before project": {
		files: project(head + "set(ENV{CC} gcc-12)\nproject(x C)\n" + inC), seeds: []seed{seedC},
	},
	"variable of the project's own set before project": {
		files: project(head + "set(mine 1)\nset(X_VERSION 2)\nproject(x C)\n" + inC), seeds: []seed{seedC}, languages: []string{"C"},
	},
	"compiler set between languages": {
		files: project(head + "project(x C)\nset(CMAKE_CXX_COMPILER g++-12)\nenable_language(CXX)\n" + inC + inCXX),
		seeds: []seed{{lists: head + "project(o C)\nenable_language(CXX)\n"}}, languages: []string{"C"}, build: true,
	},
	"flags set between languages": {
		files: project(head + "project(x C)\nset(CMAKE_CXX_FLAGS -fshort-wchar)\nenable_language(CXX)\n" + inC + inCXX),
		seeds: []seed{{lists: head + "project(o C)\nenable_language(CXX)\n"}}, languages: []string{"C"}, build: true,
	},
	"flags set between languages in a loop": {
		files: project(head + "project(x NONE)\nforeach(l C CXX)\nenable_language(${l})\nset(CMAKE_CXX_FLAGS -DX)\nendforeach()\n" + inC + inCXX),
		seeds: []seed{{lists: head + "project(o NONE)\nforeach(l C CXX)\nenable_language(${l})\nendforeach()\n"}}, languages: []string{"C"},
	},
	"language enabled late": {
		files: project(head + "project(x C)\nenable_language(CXX)\n" + inC + inCXX),
		seeds: []seed{{lists: head + "project(o C)\nenable_language(CXX)\n"}}, languages: []string{"C", "CXX"}, build: true, stdout: true,
	},
	"no languages": {
		files: project(head + "project(x NONE)\n"), seeds: []seed{seedC}, stdout: true,
	},
	"no languages, then one": {
		files: project(head + "project(x LANGUAGES NONE)\nenable_language(C)\n" + inC),
		seeds: []seed{{lists: head + "project(o LANGUAGES NONE)\nenable_language(C)\n"}}, languages: []string{"C"}, build: true,
	},
	"several projects": {
		files: project(head+"project(x C)\n"+inC+"add_subdirectory(s)\nproject(y C CXX)\n", "s/CMakeLists.txt", "project(s CXX)\n"),
		seeds: []seed{{lists: head + "project(o C)\n" + inC + "add_subdirectory(s)\nproject(y C CXX)\n"}}, languages: []string{"C", "CXX"}, build: true,
	},
	"sibling projects of one language": {
		files: project(head+"project(x NONE)\nadd_subdirectory(s)\nadd_subdirectory(r)\n",
			"s/CMakeLists.txt", "project(s C)\n", "r/CMakeLists.txt", "set(CMAKE_C_FLAGS -DR)\nproject(r C)\nadd_executable(a ../a.c)\n"),
		seeds:     []seed{{lists: head + "project(o NONE)\nadd_subdirectory(s)\nadd_subdirectory(r)\n"}},
		languages: []string{"C"}, stdout: true,
	},

	"a look at the language before it is known": {
		files: project(head + "if(CMAKE_C_COMPILER_LOADED OR CMAKE_CXX_COMPILER_LOADED)\nendif()\nset(CMAKE_C_FLAGS -DX)\nproject(x C)\n" +
			"if(CMAKE_CXX_COMPILER_LOADED)\nendif()\n" + inC),
		seeds: []seed{seedCXX}, build: true,
	},
	"a look at the language between": {
		files: project(head + "project(x NONE)\nif(CMAKE_C_COMPILER_LOADED)\nendif()\nset(CMAKE_C_FLAGS -DX)\nenable_language(C)\n" + inC),
		seeds: []seed{seedC}, build: true,
	},
	"a look at a language that is never enabled": {
		files: project(head + "project(x NONE)\nif(NOT CMAKE_C_COMPILER_LOADED)\nmessage(STATUS \"no C ${CMAKE_C_COMPILER}\")\nendif()\n"),
		seeds: []seed{seedC}, stdout: true,
	},
	"compiler that is not tested": {
		files:  project(head + "set(CMAKE_C_COMPILER_FORCED 1)\nproject(x C)\n" + inC),
		seeds:  []seed{{lists: head + "set(CMAKE_C_COMPILER_FORCED 1)\nproject(o C)\n"}},
		either: true, build: true, // CMake 4 marks such a compiler as working.
	},
	"modules of CMake replaced": {
		files: project(head+"set(CMAKE_MODULE_PATH ${CMAKE_CURRENT_SOURCE_DIR}/m)\nproject(x C)\n"+inC,
			"m/CMakeTestCCompiler.cmake", "set(CMAKE_C_COMPILER_WORKS 1)\nmessage(STATUS mine)\n"),
		seeds: []seed{seedC}, reason: "CMAKE_MODULE_PATH replaces CMakeTestCCompiler.cmake", stdout: true,
	},
	"modules of the project's own": {
		files: project(head+"set(CMAKE_MODULE_PATH ${CMAKE_CURRENT_SOURCE_DIR}/m)\nproject(x C)\ninclude(Mine)\n"+inC, "m/Mine.cmake", ""),
		seeds: []seed{{lists: head + "project(o C)\n"}}, languages: []string{"C"},
	},
	"commands of CMake replaced": {
		files: project(head + "function(try_compile)\n_try_compile(${ARGV})\nset(CMAKE_C_ABI_COMPILED 1 CACHE INTERNAL \"\")\nendfunction()\nproject(x C)\n" + inC),
		seeds: []seed{seedC}, reason: "the project replaces a command of CMake",
	},
	"rules overridden": {
		files: project(head+"set(CMAKE_USER_MAKE_RULES_OVERRIDE ${CMAKE_CURRENT_SOURCE_DIR}/o.cmake)\nproject(x C)\n"+inC,
			"o.cmake", "set(CMAKE_C_FLAGS_INIT -DO)\n"),
		seeds: []seed{seedC}, reason: "CMAKE_USER_MAKE_RULES_OVERRIDE",
	},

	"CMAKE_PROJECT_TOP_LEVEL_INCLUDES set in the project": {
		files:     project(head+"set(CMAKE_PROJECT_TOP_LEVEL_INCLUDES ${CMAKE_CURRENT_SOURCE_DIR}/i.cmake)\nproject(x C)\n"+inC, "i.cmake", "message(STATUS included)\n"),
		seeds:     []seed{seedC, {lists: head + "set(CMAKE_PROJECT_TOP_LEVEL_INCLUDES ${CMAKE_CURRENT_SOURCE_DIR}/i.cmake)\nproject(o C)\n"}},
		languages: []string{"C"}, stdout: true,
	},
	"flags set in CMAKE_PROJECT_TOP_LEVEL_INCLUDES": {
		files: project(head+"project(x C)\n"+inC, "i.cmake", "set(CMAKE_C_FLAGS -fshort-wchar)\n", "n.cmake", ""),
		seeds: []seed{seedC, {lists: seedC.lists, args: []string{"-DCMAKE_PROJECT_TOP_LEVEL_INCLUDES={src}/n.cmake"}}},
		args:  []string{"-DCMAKE_PROJECT_TOP_LEVEL_INCLUDES={src}/i.cmake"},
	},
	"CMAKE_PROJECT_TOP_LEVEL_INCLUDES unset in the project": {
		files: project(head+"unset(CMAKE_PROJECT_TOP_LEVEL_INCLUDES CACHE)\nproject(x C)\n"+inC, "i.cmake", "message(FATAL_ERROR included)\n"),
		seeds: []seed{seedC}, args: []string{"-DCMAKE_PROJECT_TOP_LEVEL_INCLUDES={src}/i.cmake"}, languages: []string{"C"}, stdout: true,
	},
	"dependency provider": {
		files: project(head+"project(x C)\nfind_package(Nothing)\n"+inC, "p.cmake",
			"macro(provide how name)\nmessage(STATUS \"provider asked for ${name}\")\nset(${name}_FOUND 1)\nendmacro()\n"+
				"cmake_language(SET_DEPENDENCY_PROVIDER provide SUPPORTED_METHODS FIND_PACKAGE)\n"),
		seeds: []seed{{lists: seedC.lists, args: same}}, args: []string{"-DCMAKE_PROJECT_TOP_LEVEL_INCLUDES={src}/p.cmake"}, languages: []string{"C"}, stdout: true,
	},
	"CMAKE_PROJECT_INCLUDE": {
		files: project(head+"project(x C)\n"+inC, "i.cmake", "message(STATUS \"included ${CMAKE_C_COMPILER_ID} ${CMAKE_SIZEOF_VOID_P}\")\n"),
		seeds: []seed{seedC}, args: []string{"-DCMAKE_PROJECT_INCLUDE={src}/i.cmake"}, languages: []string{"C"}, stdout: true,
	},
	"flags set in CMAKE_PROJECT_INCLUDE_BEFORE": {
		files: project(head+"project(x C)\n"+inC, "i.cmake", "set(CMAKE_C_FLAGS -fshort-wchar)\n"),
		seeds: []seed{seedC}, args: []string{"-DCMAKE_PROJECT_INCLUDE_BEFORE={src}/i.cmake"},
	},

	"what nothing uses": {
		files: project(head + "project(x C)\n" + inC), seeds: []seed{seedC}, args: []string{"-DUNUSED=1", "-DOTHER:STRING=2"},
		languages: []string{"C"}, stdout: true,
	},
	"what only detection uses": {
		files: project(head + "project(x C)\nadd_library(l STATIC a.c)\n"), seeds: []seed{{lists: seedC.lists, args: same}},
		args: []string{"-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY", "-DCMAKE_AR:FILEPATH=/usr/bin/ar"}, languages: []string{"C"}, stdout: true,
	},
	"compiler on the command line": {
		files: project(head + "project(x C)\n" + inC), seeds: []seed{seedC, {lists: seedC.lists, args: same}},
		args: []string{"-DCMAKE_C_COMPILER=gcc-12"}, languages: []string{"C"}, stdout: true, build: true,
	},
	"compiler in an initial cache": {
		files: project(head + "project(x C)\n" + inC), shared: map[string]string{"i.cmake": "set(CMAKE_C_COMPILER gcc-12 CACHE FILEPATH \"mine\")\n"},
		seeds: []seed{seedC, {lists: seedC.lists, args: same}}, args: []string{"-C", "{shared}/i.cmake"}, languages: []string{"C"}, stdout: true,
	},
	"policies of another time": {
		files:     project("cmake_minimum_required(VERSION 3.24)\nproject(x C)\nmessage(STATUS \"CC=$ENV{CC}\")\n" + inC),
		seeds:     []seed{seedC, {lists: "cmake_minimum_required(VERSION 3.24)\nproject(o C)\n"}},
		languages: []string{"C"}, stdout: true,
	},
	"one policy of another time": {
		files: project(head + "cmake_policy(SET CMP0132 NEW)\nproject(x C)\nmessage(STATUS \"CC=$ENV{CC}\")\n" + inC),
		seeds: []seed{seedC}, stdout: true,
	},
	"what detection leaves in the environment": {
		files: project(head + "project(x C)\nmessage(STATUS \"CC=$ENV{CC}\")\n" + inC), seeds: []seed{seedC}, languages: []string{"C"}, stdout: true,
	},
	"checks": {
		files: project(head + "project(x C CXX)\ninclude(CheckCSourceCompiles)\ninclude(CheckTypeSize)\ninclude(CheckIncludeFileCXX)\n" +
			"check_c_source_compiles(\"int main(void) { return 0; }\" WORKS)\ncheck_type_size(long LONG)\ncheck_include_file_cxx(vector VECTOR)\n" +
			"find_package(Threads)\ninclude(GNUInstallDirs)\n" + inC + inCXX),
		seeds: []seed{seedCXX}, languages: []string{"C", "CXX"}, stdout: true, build: true,
	},
	"install with RPATH": {
		files: project(head + "project(x C CXX)\nset(CMAKE_INSTALL_RPATH $ORIGIN/../lib)\nadd_library(l SHARED l.cc)\n" + inC +
			"target_link_libraries(a l)\nset_target_properties(a PROPERTIES LINKER_LANGUAGE CXX)\ninstall(TARGETS a l)\n"),
		seeds: []seed{seedCXX}, languages: []string{"C", "CXX"}, build: true,
	},
	"cache changed after detection": {
		files:     project(head + "project(x C)\n" + inC),
		seeds:     []seed{{lists: head + "project(o C)\nset(CMAKE_AR /bin/false CACHE FILEPATH \"\" FORCE)\nset(CMAKE_C_COMPILER_AR \"\")\nset(MINE 1 CACHE BOOL \"\")\n"}},
		languages: []string{"C"}, build: true,
	},
	"paths of the project in the result": {
		files: project(head+"set(CMAKE_C_COMPILER ${CMAKE_CURRENT_SOURCE_DIR}/cc)\nproject(x C)\n"+inC, "cc", "#!/bin/sh\nexec gcc \"$@\"\n"),
		seeds: []seed{{lists: head + "set(CMAKE_C_COMPILER ${CMAKE_CURRENT_SOURCE_DIR}/cc)\nproject(x C)\n" + inC}}, build: true,
		reason: "paths of the project",
	},
}

// ofHazards is the part of the hazards that runs without CMAKETARGETS_TEST_ALL, with the last CMake: one
// of so many. All of them take some 160 seconds of CPU time.
const ofHazards = 7

func TestHazards(t *testing.T) {
	all := everything()
	lastCMake(t, func(t *testing.T, cmake string) {
		for i, name := range slices.Sorted(maps.Keys(hazards)) {
			if i%ofHazards == 0 || all {
				t.Run(name, func(t *testing.T) { hazards[name].check(t, cmake) })
			}
		}
	})
}
