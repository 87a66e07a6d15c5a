package fakecmake

import (
	"runtime"
	"strings"
)

// jobsWord reports whether word is -j, -jN, --parallel or --parallel=N, and the N attached to it.
func jobsWord(word string) (attached string, ok bool) {
	if word == "--parallel" || word == "-j" {
		return "", true
	}
	if n, ok := strings.CutPrefix(word, "--parallel="); ok {
		return n, true
	}
	return strings.CutPrefix(word, "-j")
}

// jobs is the number of jobs that the native tool runs when it was given (-1: nothing, 0: -j without a number) and the
// environment says what it says. A client of a jobserver is one, besides the tokens it takes.
func (c *call) jobs(given int, generator string) int {
	if n, ok := atoi(c.Getenv("CMAKE_BUILD_PARALLEL_LEVEL")); ok && given < 0 {
		given = n
	}
	switch ninja := strings.HasPrefix(generator, "Ninja"); {
	case given > 0:
		return given
	case strings.Contains(c.Getenv("MAKEFLAGS"), "--jobserver-auth="):
		return 1
	case ninja: // https://ninja-build.org/manual.html: based on the number of CPUs
		return runtime.NumCPU() + 2
	case given == 0: // make -j without a number knows no bound
		return 1000
	}
	return 1
}
