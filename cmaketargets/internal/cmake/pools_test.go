package cmake

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ninjaTree writes files into a build tree.
func ninjaTree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "CMakeFiles"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLinkPool(t *testing.T) {
	const (
		rules   = "# Pools\n\npool other\n  depth = 7\n\npool links\n  depth = 3\n\nrule x\n"
		compile = "build a.o: C_COMPILER__a_Debug a.c\n  FLAGS = -g\n\n"
		link    = "build a: C_EXECUTABLE_LINKER__a_Debug a.o\n  FLAGS = -g\n"
	)
	for _, test := range []struct {
		name  string
		files map[string]string
		depth int
		ok    bool
	}{
		{"in a pool", map[string]string{"CMakeFiles/rules.ninja": rules, "build.ninja": compile + link + "  pool = links\n"}, 3, true},
		{"with other ends of lines", map[string]string{"CMakeFiles/rules.ninja": strings.ReplaceAll(rules, "\n", "\r\n"), "build.ninja": strings.ReplaceAll(compile+link+"  pool = links\n", "\n", "\r\n")}, 3, true},
		{"on the console", map[string]string{"CMakeFiles/rules.ninja": rules, "build.ninja": link + "  pool = console\n"}, 1, true},
		{"in none", map[string]string{"CMakeFiles/rules.ninja": rules, "build.ninja": link + "\nbuild t: CUSTOM_COMMAND\n  pool = links\n"}, 0, false},
		{"in an empty one", map[string]string{"CMakeFiles/rules.ninja": rules, "build.ninja": link + "  pool = \n"}, 0, false},
		{"in one that is not there", map[string]string{"CMakeFiles/rules.ninja": rules, "build.ninja": link + "  pool = link\n"}, 0, false},
		{"with a damaged pool", map[string]string{"CMakeFiles/rules.ninja": "pool links\n  depth = -3\n", "build.ninja": link + "  pool = links\n"}, 0, false},
		{"no links", map[string]string{"CMakeFiles/rules.ninja": rules, "build.ninja": compile}, 1, true},
		{"several configurations", map[string]string{
			"CMakeFiles/rules.ninja": rules, "CMakeFiles/impl-Debug.ninja": compile, "CMakeFiles/impl-Release.ninja": link + "  pool = links\n", "build.ninja": "build all: phony\n",
		}, 3, true},
		{"no build tree", nil, 1, false},
	} {
		if depth, ok := LinkPool(ninjaTree(t, test.files)); depth != test.depth || ok != test.ok {
			t.Errorf("%s: %d, %t, want %d, %t", test.name, depth, ok, test.depth, test.ok)
		}
	}
}

func FuzzLinkPool(f *testing.F) {
	f.Add("build a: C_EXECUTABLE_LINKER__a a.o\n  pool = links\n", "pool links\n  depth = 3\n")
	f.Fuzz(func(t *testing.T, build, rules string) {
		depth, ok := LinkPool(ninjaTree(t, map[string]string{"build.ninja": build, "CMakeFiles/rules.ninja": rules}))
		if depth < 0 || ok && depth < 1 {
			t.Errorf("%d, %t", depth, ok)
		}
	})
}
