package toolchain

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestLocateResolvesLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege on Windows")
	}
	real, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	real = standIn(t, real, "cmake-4.3")
	standIn(t, filepath.Dir(real), "ctest")
	link := filepath.Join(t.TempDir(), "cmake")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	p, err := locate(link, nil)
	if err != nil || p.path != link || p.file.Path != real {
		t.Errorf("got %+v, %v, want %s -> %s", p, err, link, real)
	}
	if got, want := p.ctest(nil), filepath.Join(filepath.Dir(real), "ctest"); got != want {
		t.Errorf("ctest is %q, want %q", got, want)
	}
}

func TestLocateMissing(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "cmake")
	if err := os.WriteFile(plain, []byte("no program"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := locate("", []string{"PATH=" + dir})
	contains(t, err, "find cmake: not in PATH; install ")
	_, err = locate(filepath.Join(dir, "other"), nil)
	contains(t, err, "no such file; name another one in Config.CMake")
	_, err = locate(plain, nil)
	if runtime.GOOS != "windows" && !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a file that may not be run: %v", err)
	}
	_, err = locate(dir+string(filepath.Separator)+".", nil)
	contains(t, err, "find ")
}

func TestLocateWorkingDirectory(t *testing.T) {
	dir := t.TempDir()
	standIn(t, filepath.Join(dir, "bin"), "cmake")
	t.Chdir(dir)
	for _, path := range []string{"bin", "." + string(filepath.Separator) + "bin", ""} {
		if p, err := locate("cmake", playing(t, "", path)); err == nil {
			t.Errorf("PATH %q: got %+v", path, p)
		}
	}
	// A path may be given as a relative one; the answer is absolute.
	name := filepath.Join("bin", "cmake")
	if p, err := locate(name, playing(t, "")); err != nil || !filepath.IsAbs(p.path) {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestDirect(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"cmake", "\x7fELF", true},
		{"cmake3.exe", "MZ", true},
		{"cmake", "#!/bin/sh\n", false},
		{"asdf", "\x7fELF", false},
		{"cmake", "", false},
	} {
		path := filepath.Join(dir, test.name)
		if err := os.WriteFile(path, []byte(test.text), 0o777); err != nil {
			t.Fatal(err)
		}
		if got := (File{Path: path}).direct(); got != test.want {
			t.Errorf("%s of %q: %v", test.name, test.text, got)
		}
	}
}

func TestCTest(t *testing.T) {
	bin, other := t.TempDir(), t.TempDir()
	env := playing(t, "prints:", other)
	for _, test := range []struct{ tool, add, dir string }{
		{"cmake", "", ""},
		{"cmake", "ctest", other},
		{"cmake3", "ctest3", other},
		{"cmake", "ctest", bin},
		{"cmake3", "ctest3", bin},
	} {
		path := filepath.Join(bin, test.tool)
		if runtime.GOOS == "windows" {
			path += ".exe"
		}
		want := ""
		if test.add != "" {
			want = standIn(t, test.dir, test.add)
		}
		if got := (program{path: path, file: File{Path: path}}).ctest(env); got != want {
			t.Errorf("ctest of %s is %q, want %q", test.tool, got, want)
		}
	}
}

func TestFindNinja(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	env := playing(t, "", a, b)
	for _, test := range []struct{ dir, name string }{
		{b, "samu"}, {b, "ninja"}, {b, "ninja-build"}, {a, "samu"}, {a, "ninja"},
	} {
		// Each is preferred to those before it.
		want := standIn(t, test.dir, test.name)
		if got := findNinja(env); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := findNinja(playing(t, "", t.TempDir())); got != "" {
		t.Errorf("got %q, want none", got)
	}
	// The last of two values counts, as it does for a process.
	if got := findNinja([]string{"PATH=" + a, "PATH=" + t.TempDir()}); got != "" {
		t.Errorf("got %q, want none", got)
	}
}
