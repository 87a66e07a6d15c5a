package detect_test

import (
	"slices"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
)

const hello = "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n"

func TestSecondProjectReusesWhatTheFirstDetected(t *testing.T) {
	eachCMake(t, func(t *testing.T, cmake string) {
		store := t.TempDir()
		for i, want := range [][]string{nil, {"C", "CXX"}} {
			src := tree(t, map[string]string{
				"CMakeLists.txt": "cmake_minimum_required(VERSION 3.16)\nproject(x)\nadd_executable(a a.c)\n", "a.c": hello,
			})
			outcome, text := run{cmake: cmake, src: src, bld: src + "/b"}.with(t, detect.Open(store, 0))
			if !slices.Equal(outcome.Reused, want) {
				t.Errorf("configure %d: %+v\n%s", i, outcome, text)
			}
		}
	})
}
