package diagnose_test

import (
	"errors"
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

// The files of a project inside of another are those of its own source directory, and never those of
// the outer project with the same name.
func TestResolveInner(t *testing.T) {
	top := t.TempDir()
	source, build := filepath.Join(top, "source"), filepath.Join(top, "build")
	write := func(file, content string) {
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte(content), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(source, "CMakeLists.txt"), "")
	for tree, part := range map[string]string{
		".": "source", "a-prefix/src/a-build": "parts/a", "a-b-prefix/src/a-b-build": "parts/a-b", "_deps/c-subbuild": "build/_deps/c-subbuild",
	} {
		write(filepath.Join(build, tree, "CMakeCache.txt"), "# x\nCMAKE_HOME_DIRECTORY:INTERNAL="+filepath.Join(top, part)+"\n")
		write(filepath.Join(top, part, "CMakeLists.txt"), "")
	}
	for inner, want := range map[string]string{
		"": "source/CMakeLists.txt", "a": "parts/a/CMakeLists.txt", "a-b": "parts/a-b/CMakeLists.txt", "c": "build/_deps/c-subbuild/CMakeLists.txt", "b": "",
	} {
		if want = filepath.Join(top, want); want == top {
			want = "CMakeLists.txt"
		}
		d := model.Diagnostic{Origin: "cmake", File: "CMakeLists.txt", Inner: inner}
		if got := diagnose.Resolve(d, source, build).File; got != want {
			t.Errorf("%q: %s, want %s", inner, got, want)
		}
	}
	// The only one, which has another name: ExternalProject_Add has BINARY_DIR.
	alone := filepath.Join(top, "alone")
	write(filepath.Join(alone, "elsewhere", "CMakeCache.txt"), "CMAKE_HOME_DIRECTORY:INTERNAL="+filepath.Join(top, "parts/a")+"\n")
	d := model.Diagnostic{Origin: "cmake", File: "CMakeLists.txt", Inner: "a"}
	if got, want := diagnose.Resolve(d, source, alone).File, filepath.Join(top, "parts/a/CMakeLists.txt"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
