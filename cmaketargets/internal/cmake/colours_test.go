package cmake_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

func TestColoured(t *testing.T) {
	const always = "  FLAGS = -g -fdiagnostics-color=always\n"
	comment := strings.Repeat("# nothing\n", 1000)
	for _, test := range []struct {
		name, file, text string
		want             bool
	}{
		{"nothing", "build.ninja", "  FLAGS = -g\n", false},
		{"no file", "other.ninja", always, false},
		{"GCC", "build.ninja", always, true},
		{"GCC, quoted", "build.ninja", "  FLAGS = '-fdiagnostics-color=always'\n", true},
		{"GCC, short", "build.ninja", "  FLAGS = -fdiagnostics-color -g\n", true},
		{"Clang", "build.ninja", "  FLAGS = -fcolor-diagnostics\n", true},
		{"another choice", "build.ninja", "  FLAGS = -fdiagnostics-color=auto -fdiagnostics-color=never -fno-color-diagnostics\n", false},
		{"one of two", "build.ninja", "  FLAGS = -fdiagnostics-color=auto\n" + always, true},
		{"configuration", "CMakeFiles/impl-Debug.ninja", always, true},
		{"another configuration", "CMakeFiles/impl-Release.ninja", always, false},
		{"far behind", "build.ninja", strings.Repeat(comment, 30) + always, true},
		{"too far behind", "build.ninja", strings.Repeat(comment, 500) + always, false},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, filepath.FromSlash(test.file))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		write := func(text string) {
			if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		write(test.text)
		if got := cmake.Coloured(dir, "Debug"); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
		if test.name != "GCC" {
			continue
		}
		// At any place in a long line.
		for i := range 40 {
			write(strings.Repeat("x", 64<<10-i) + " -fdiagnostics-color=always\n")
			if !cmake.Coloured(dir, "") {
				t.Errorf("not found %d bytes before 64 kB", i)
			}
		}
	}
}
