package cmake_test

import (
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

func TestJobsOption(t *testing.T) {
	for args, want := range map[string]int{
		"": 0, "-k 0": 0, "-j4": 4, "-j 4": 4, "--jobs=4": 4, "--jobs 4": 4, "-j": cmake.Unbounded, "-j -k": cmake.Unbounded,
		"-j4 -k 0 -j2": 2, "-jx": 0, "-j0": 0, "--jobserver-style=fifo": 0, "-j 99999999": cmake.Unbounded,
	} {
		if got := cmake.JobsOption(strings.Fields(args), "-j", "--jobs"); got != want {
			t.Errorf("%s: got %d, want %d", args, got, want)
		}
	}
}
