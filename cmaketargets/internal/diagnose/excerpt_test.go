package diagnose_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

func TestExcerpt(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"in/a.c":      "one\ntwo\r\n\x1b[31mthree\x1b[m\nfour\nfive",
		"in/long.c":   strings.Repeat("x", 1<<16) + "\nnext\n",
		"in/binary":   "one\nt\x00o\nthree\n",
		"outside/key": "secret\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join("..", "outside", "key"), filepath.Join(dir, "in", "link")); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		file        string
		first, last int
		want        []diagnose.Line
	}{
		{"a.c", 2, 4, []diagnose.Line{{2, "two"}, {3, "three"}, {4, "four"}}},
		{"a.c", -1, 2, []diagnose.Line{{1, "one"}, {2, "two"}}},
		{"a.c", 4, 9, []diagnose.Line{{4, "four"}, {5, "five"}}},
		{"a.c", 6, 9, nil},
		{"a.c", -2, 0, nil},
		{"long.c", 2, 2, []diagnose.Line{{2, "next"}}},
		{"long.c", 1, 1, []diagnose.Line{{1, strings.Repeat("x", 400)}}},
		{"binary", 1, 3, nil},
		{"gone.c", 1, 3, nil},
		{".", 1, 3, nil},
		{"link", 1, 3, nil},
		{"../outside/key", 1, 3, nil},
	} {
		got := diagnose.Excerpt(filepath.Join(dir, "in"), filepath.Join(dir, "in", filepath.FromSlash(test.file)), test.first, test.last)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s:%d (-want +got):\n%s", test.file, test.first, diff)
		}
	}
}

func TestContext(t *testing.T) {
	dir := t.TempDir()
	source, log := filepath.Join(dir, "src", "a.c"), filepath.Join(dir, "log")
	if err := os.Mkdir(filepath.Dir(source), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{source, log} {
		if err := os.WriteFile(path, []byte("1\n2\n3\n4\n5\n6\n7\n8\n9\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		d           model.Diagnostic
		first, last int
		fromSource  bool
	}{
		"a line of source":         {model.Diagnostic{File: source, Line: 4, LogFirst: 8, LogLast: 9}, 3, 5, true},
		"a file that is elsewhere": {model.Diagnostic{File: filepath.Join(dir, "b.c"), Line: 4, LogFirst: 2, LogLast: 9}, 2, 4, false},
		"no line":                  {model.Diagnostic{File: source, LogFirst: 2, LogLast: 3}, 2, 3, false},
		"a failed command":         {model.Diagnostic{Summary: true, LogFirst: 2, LogLast: 9}, 7, 9, false},
		"a test":                   {model.Diagnostic{Test: "t", LogFirst: 2, LogLast: 9}, 3, 5, false},
	} {
		lines, fromSource := diagnose.Context(model.Result{LogFile: log}, test.d, filepath.Dir(source), 1)
		if len(lines) == 0 || lines[0].Number != test.first || lines[len(lines)-1].Number != test.last || fromSource != test.fromSource {
			t.Errorf("%s: %v, of the source: %v", name, lines, fromSource)
		}
	}
}
