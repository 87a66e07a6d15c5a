package diagnose_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Files that tools print are found relative to where each tool runs, and have the shortest path
// that is right.
func TestResolve(t *testing.T) {
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"src/lib/a.c", "src/lib/real/deep/b.h", "src/lib/real/c.h", "shared/s.h", "build/lib/made.c"} {
		path := filepath.Join(top, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	type test struct{ origin, file, want string }
	tests := []test{
		{"gcc", top + "/src/lib/a.c", "src/lib/a.c"},
		{"gcc", top + "/src/lib/../../shared/s.h", "shared/s.h"},
		{"gcc", "../../shared/s.h", "shared/s.h"},
		{"gcc", "./made.c", "build/lib/made.c"},
		{"cmake", "a.c", "src/lib/a.c"},
		{"ctest", "a.c", "src/lib/a.c"},
	}
	if runtime.GOOS != "windows" {
		if err := os.Symlink("real/deep", filepath.Join(top, "src", "lib", "link")); err != nil {
			t.Fatal(err)
		}
		tests = append(tests,
			test{"gcc", top + "/src/lib/link/../c.h", "src/lib/real/c.h"}, // and not src/lib/c.h
			test{"gcc", "../../src/lib/link/../../a.c", "src/lib/a.c"})
	}
	source, build := filepath.Join(top, "src", "lib"), filepath.Join(top, "build", "lib")
	for _, test := range tests {
		frames := func(file string) []model.Frame { return []model.Frame{{File: file, Line: 2, Text: "x"}} }
		d := model.Diagnostic{Origin: test.origin, File: test.file, Stack: frames(test.file), Notes: frames(test.file)}
		file := filepath.Join(top, filepath.FromSlash(test.want))
		want := model.Diagnostic{Origin: test.origin, File: file, Stack: frames(file), Notes: frames(file)}
		want.Key = diagnose.Key(want, source, build)
		if diff := cmp.Diff(want, diagnose.Resolve(d, source, build)); diff != "" {
			t.Errorf("%s of %s (-want +got):\n%s", test.file, test.origin, diff)
		}
	}
	for _, file := range []string{"", "no/such.c", top + "/no/../such.c"} {
		if got := diagnose.Resolve(model.Diagnostic{Origin: "gcc", File: file}, source, build).File; got != file {
			t.Errorf("%q, which does not exist, became %q", file, got)
		}
	}
}

// A mistake in a file that projects of different depth include is one failure.
func TestResolveKey(t *testing.T) {
	top := t.TempDir()
	header := filepath.Join(top, "s.h")
	if err := os.WriteFile(header, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	key := func(project, file string) string {
		build := filepath.Join(top, "build", project)
		if err := os.MkdirAll(build, 0o777); err != nil {
			t.Fatal(err)
		}
		d := model.Diagnostic{Severity: model.Error, Origin: "gcc", File: file, Line: 2, Message: "e"}
		return diagnose.Resolve(d, filepath.Join(top, project), build).Key
	}
	if a, b := key("a", "../../s.h"), key(filepath.Join("b", "c"), "../../../s.h"); a != b {
		t.Errorf("keys %q and %q", a, b)
	}
}
