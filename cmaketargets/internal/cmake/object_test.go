package cmake_test

import (
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

func TestSourceOf(t *testing.T) {
	for object, want := range map[string]string{
		"CMakeFiles/t.dir/a.c.o":              "a.c",
		"lib/deep/CMakeFiles/t.dir/sub/a.c.o": "lib/deep/sub/a.c",
		"CMakeFiles/t.dir/a.cpp.obj":          "a.cpp",
		`lib\CMakeFiles\t.dir\a.cpp.obj`:      "lib/a.cpp",
		"CMakeFiles/t.dir/a.c.d":              "",
		"CMakeFiles/t.dir.o":                  "",
		"CMakeFiles/other/a.c.o":              "",
		"/abs/CMakeFiles/t.dir/a.c.o":         "",
		"made/a.c.o":                          "",
		"":                                    "",
	} {
		if got := cmake.SourceOf(object); got != want {
			t.Errorf("%q is made of %q, want %q", object, got, want)
		}
	}
}
