package report_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

func TestFormOf(t *testing.T) {
	for path, want := range map[string]report.Form{
		"a.json": report.JSON, "ci/A.JSON": report.JSON, "a.junit.xml": report.JUnit, "a.trace.json": report.Trace,
		"a.html": report.HTML, "a.codequality.json": report.CodeQuality, "a.md": report.Markdown,
	} {
		got, err := report.FormOf(path)
		if err != nil || reflect.ValueOf(got).Pointer() != reflect.ValueOf(want).Pointer() {
			t.Errorf("%s: another form, or %v", path, err)
		}
	}
	for _, path := range []string{"", "a", "a.xml", "json", "a.json/", "a.html.gz"} {
		if _, err := report.FormOf(path); path != "a.json/" && err == nil {
			t.Errorf("%q has a form", path)
		}
	}
}

// A write that fails leaves the old file and no other.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a", "b", "report.json")
	put := func(content string, err error) error {
		return report.WriteFile(path, func(w io.Writer, _ report.Document) error {
			_, _ = io.WriteString(w, content)
			return err
		}, report.Document{})
	}
	check := func(want string) {
		t.Helper()
		got, err := os.ReadFile(path)
		if err != nil || string(got) != want {
			t.Errorf("the file holds %q, %v; want %q", got, err, want)
		}
		names, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(names) != 1 {
			t.Errorf("beside it are %v, %v", names, err)
		}
	}
	if err := put("one", nil); err != nil {
		t.Fatal(err)
	}
	check("one")
	boom := errors.New("boom")
	if err := put(strings.Repeat("x", 1<<20), boom); !errors.Is(err, boom) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
	check("one")
	if err := put("two", nil); err != nil {
		t.Fatal(err)
	}
	check("two")
	usual := filepath.Join(dir, "usual")
	if err := os.WriteFile(usual, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if mode(t, path) != mode(t, usual) {
		t.Errorf("its mode is %v, that of any new file %v: others could not read it", mode(t, path), mode(t, usual))
	}
	long := filepath.Join(dir, strings.Repeat("n", 255)+".json")
	if err := report.WriteFile(long, report.JSON, report.Document{}); err == nil || !strings.HasPrefix(err.Error(), "write report "+long+": ") || strings.Count(err.Error(), dir) != 1 {
		t.Errorf("error %v", err)
	}

	// A directory is in the place of the file.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := put("three", nil); err == nil {
		t.Error("no error from a directory in its place")
	}
	if names, _ := os.ReadDir(filepath.Dir(path)); len(names) != 1 {
		t.Errorf("beside it are %v", names)
	}
}

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}
