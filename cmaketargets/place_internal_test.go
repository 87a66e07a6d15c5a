package cmaketargets

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// The files that tools name are found wherever these speak from, and named in the shortest way that is right.
func TestLocate(t *testing.T) {
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
	tr := &tree{project: Project{Dir: filepath.Join(top, "src", "lib")}, dir: filepath.Join(top, "build", "lib")}
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
	for _, test := range tests {
		if got, want := tr.locate(test.origin, test.file), filepath.Join(top, filepath.FromSlash(test.want)); got != want {
			t.Errorf("%s of %s: %s, want %s", test.file, test.origin, got, want)
		}
	}
	for _, file := range []string{"", "no/such.c", top + "/no/../such.c"} {
		if got := tr.locate("gcc", file); got != file {
			t.Errorf("%q, which is not there, became %q", file, got)
		}
	}
}
