package cmake_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// FuzzHasTests writes scripts for ctest into a tree and one of its directories: a test on a line of
// its own is always seen, and names of directories are read as CMake writes them.
func FuzzHasTests(f *testing.F) {
	const head = "# CMake generated Testfile for \n# Source directory: /s\n\n"
	f.Add(head+"subdirs(\"a\")\nsubdirs(\"../b c\")\n", head, `d$"e`, 2)
	f.Add(head+"set_directory_properties(PROPERTIES LABELS \"x\")\n", "subdirs(\"..\" \".\")\n", `C:\b`, 0)
	f.Add("#[[ ]] add_test(a b)\n", "if(x)\nsubdirs(\n\"a\")\r\n", "a;b", 9)
	f.Add("subdirs(\"a)\nsubdirs(\"\\\")\n", "\x00\xff", "\\", 1)
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`)
	build := f.TempDir()
	f.Fuzz(func(t *testing.T, script, below, name string, line int) {
		write(t, filepath.Join(build, "CTestTestfile.cmake"), script)
		write(t, filepath.Join(build, "a", "CTestTestfile.cmake"), below)
		cmake.TestLocks(build)
		if !cmake.HasTests(build) {
			lines := strings.SplitAfter(script, "\n")
			line = min(max(line, 0), len(lines)-1)
			write(t, filepath.Join(build, "CTestTestfile.cmake"), strings.Join(slices.Insert(lines, line, "add_test(x y)\n"), ""))
			if !cmake.HasTests(build) {
				t.Errorf("%q: a test before line %d is not seen", script, line)
			}
		}
		if got := cmake.QuotedWords(`"` + escape.Replace(name) + `" "b"`); !slices.Equal(got, []string{name, "b"}) {
			t.Errorf("%q was read as %q", name, got)
		}
	})
}

// FuzzProgress checks that the result is part of the line, and for a build the result for itself.
func FuzzProgress(f *testing.F) {
	f.Add("[37/120] Building C object a.o", false)
	f.Add("[ 31%] Building C object a.o\r", true)
	f.Add("[0%] ", false)
	f.Add("[0%] \v", false)
	f.Add(" 7/30 Test  #7: name .............   Passed    0.01 sec", false)
	f.Add("10/30 Test #12: a name with dots... in it ...***Failed    0.01 sec", false)
	f.Add("-- Looking for stdio.h\xff", true)
	f.Fuzz(func(t *testing.T, line string, status bool) {
		for _, step := range model.Steps {
			doing, ok := cmake.Progress(step, line, status)
			if !ok {
				continue
			}
			number, name, _ := strings.Cut(doing, " ")
			if step != model.Test {
				number, name = doing, ""
			}
			if !strings.Contains(line, number) || !strings.Contains(line, name) || doing != strings.TrimSpace(doing) && step != model.Test {
				t.Errorf("%s: %q does %q", step, line, doing)
			}
			if again, ok := cmake.Progress(step, doing, status); step == model.Build && (!ok || again != doing) {
				t.Errorf("%q does %q, and that %q", line, doing, again)
			}
		}
	})
}
