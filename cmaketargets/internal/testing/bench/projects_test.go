package bench_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// project is the text of a project's CMakeLists.txt after its project() line.
type project string

// Every project has a library in C and a program in C++ that uses it, so that it configures, builds and installs.
const small project = `
add_library(${PROJECT_NAME}_lib STATIC lib.c)
add_executable(${PROJECT_NAME} main.cpp)
target_link_libraries(${PROJECT_NAME} PRIVATE ${PROJECT_NAME}_lib)
install(TARGETS ${PROJECT_NAME} DESTINATION bin)
`

// finding looks for packages whose modules come with CMake. None has to be there.
const finding = small + `
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads)
find_package(PkgConfig)
find_package(ZLIB)
`

// findingMore looks for one that takes as long to find as a compiler: its module compiles and links, for each language.
const findingMore = small + `
find_package(OpenMP)
`

// checking tries to compile and link things, as configure scripts do.
const checking = small + `
include(CheckIncludeFile)
include(CheckSymbolExists)
include(CheckCSourceCompiles)
check_include_file(unistd.h HAVE_UNISTD_H)
check_include_file(sys/epoll.h HAVE_SYS_EPOLL_H)
check_symbol_exists(snprintf stdio.h HAVE_SNPRINTF)
check_symbol_exists(strlcpy string.h HAVE_STRLCPY)
check_c_source_compiles("int main(void) { return __builtin_expect(0, 0); }" HAVE_BUILTIN_EXPECT)
`

// mix is a third small, a third with find_package, and a third with checks.
var mix = []project{small, finding, checking, small, findingMore, checking}

// write makes a directory with n projects, which take turns, one level deep as the script needs them, and returns
// their names. All is an hour old: a file that was written a moment ago is watched more closely than a real one.
func write(tb testing.TB, dir string, n int, kinds ...project) (names []string) {
	tb.Helper()
	past := time.Now().Add(-time.Hour)
	for i := range n {
		name := fmt.Sprintf("p%04d", i)
		names = append(names, name)
		must(tb, os.MkdirAll(filepath.Join(dir, name), 0o777))
		for file, text := range map[string]string{
			"CMakeLists.txt": fmt.Sprintf("cmake_minimum_required(VERSION 3.16)\nproject(%s C CXX)%s", name, kinds[i%len(kinds)]),
			"lib.c":          "int answer(void) { return 42; }\n",
			"main.cpp":       "extern \"C\" int answer(void);\nint main() { return answer() - 42; }\n",
		} {
			path := filepath.Join(dir, name, file)
			must(tb, os.WriteFile(path, []byte(text), 0o666))
			must(tb, os.Chtimes(path, past, past))
		}
		must(tb, os.Chtimes(filepath.Join(dir, name), past, past))
	}
	return names
}

// configured fails unless every project has a finished build tree.
func configured(tb testing.TB, dir string, names []string) {
	tb.Helper()
	var missing []string
	for _, name := range names {
		for _, file := range []string{"CMakeCache.txt", "cmake_install.cmake"} {
			if _, err := os.Stat(filepath.Join(dir, "build", name, file)); err != nil {
				missing = append(missing, filepath.Join(name, file))
			}
		}
	}
	if len(missing) > 0 {
		tb.Fatalf("%d of %d projects were not configured; missing: %s", len(missing), len(names), strings.Join(missing, ", "))
	}
}

// scratchDir makes a directory that nothing else uses.
func scratchDir(tb testing.TB, name string) string {
	tb.Helper()
	dir, err := os.MkdirTemp(scratch, name)
	must(tb, err)
	return dir
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
