package treestate_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

func TestFound(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		cache string
		want  bool
	}{
		"nothing":                    {"a:PATH=/out/lib", false},
		"a file":                     {"M_LIBRARY:FILEPATH=/out/lib/libm.so", true},
		"a module of pkg-config":     {"X_MODULE_NAME:INTERNAL=m\nX_PREFIX:INTERNAL=/out", true},
		"one without a prefix":       {"X_MODULE_NAME:INTERNAL=m\nX_PREFIX:INTERNAL=", true},
		"one of the system":          {"X_MODULE_NAME:INTERNAL=m\nX_PREFIX:INTERNAL=/usr", false},
		"another module in the same": {"X_MODULE_NAME:INTERNAL=n\nX_PREFIX:INTERNAL=/out", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, treestate.CacheFile), []byte(test.cache+"\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			file := func(path string) bool { return path == "/out/lib/libm.so" }
			if got := treestate.NewGenerated(dir).Found([]string{"m"}, "/out", file); got != test.want {
				t.Errorf("found %v", got)
			}
		})
	}
}

func TestNeeds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(treestate.Path(dir, ""), 0o777); err != nil {
		t.Fatal(err)
	}
	if _, ok := treestate.ReadNeeds(dir); ok {
		t.Error("a new build tree has a record")
	}
	treestate.Needs{Used: []string{"lib"}}.Write(dir)
	if n, ok := treestate.ReadNeeds(dir); !ok || len(n.Used) != 1 {
		t.Errorf("read %+v, %v", n, ok)
	}
	treestate.Needs{}.Write(dir)
	if _, ok := treestate.ReadNeeds(dir); ok {
		t.Error("no relations need no record")
	}
	if err := os.WriteFile(treestate.Path(dir, "needs"), []byte(`[{"from":"a"}]`), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, ok := treestate.ReadNeeds(dir); ok {
		t.Error("a record of another format counts")
	}
}
