package cmake_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

func TestFindToolInPath(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	path := standIn(t, second, "cmake")
	env := playing(t, "says:cmake version 3.25.1", "relative", first, second)
	if err := os.Mkdir(filepath.Join(first, "cmake"), 0o755); err != nil { // A directory is no tool.
		t.Fatal(err)
	}
	tool, err := cmake.FindTool(t.Context(), "cmake", env)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if tool.Path != path || tool.Version != (cmake.Version{Major: 3, Minor: 25, Patch: 1}) ||
		tool.Size != info.Size() || !tool.ModTime.Equal(info.ModTime()) {
		t.Errorf("got %+v, want %s", tool, path)
	}
	if again, err := cmake.FindTool(t.Context(), path, env); err != nil || again != tool {
		t.Errorf("by path: %+v, %v", again, err)
	}
}

func TestFindToolResolvesLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // Links need a privilege there.
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
	tool, err := cmake.Locate(link, nil)
	if err != nil || tool.Path != link || tool.Real != real {
		t.Errorf("got %+v, %v, want %s -> %s", tool, err, link, real)
	}
	if got, want := tool.CTest(nil), filepath.Join(filepath.Dir(real), "ctest"); got != want {
		t.Errorf("ctest is %q, want %q", got, want)
	}
}

func TestFindToolMissing(t *testing.T) {
	dir := t.TempDir()
	plain := write(t, filepath.Join(dir, "cmake"), "no program")
	var missing *cmake.NotFoundError

	_, err := cmake.FindTool(t.Context(), "", []string{"PATH=" + dir})
	if !errors.As(err, &missing) || missing.Name != "cmake" || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	contains(t, err, "find cmake: not in PATH")

	_, err = cmake.FindTool(t.Context(), filepath.Join(dir, "other"), nil)
	if !errors.As(err, &missing) {
		t.Errorf("got %v", err)
	}
	contains(t, err, "no such file")

	_, err = cmake.FindTool(t.Context(), plain, nil)
	if runtime.GOOS != "windows" && !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a file that may not be run: %v", err)
	}
	_, err = cmake.FindTool(t.Context(), dir+string(filepath.Separator)+".", nil)
	contains(t, err, "find ")
}

func TestFindToolNotHere(t *testing.T) {
	dir := t.TempDir()
	standIn(t, filepath.Join(dir, "bin"), "cmake")
	t.Chdir(dir)
	for _, path := range []string{"bin", "." + string(filepath.Separator) + "bin", ""} {
		if tool, err := cmake.Locate("cmake", playing(t, "", path)); err == nil {
			t.Errorf("PATH %q: got %+v", path, tool)
		}
	}
	// A path that was asked for may be relative; what comes back is not.
	name := filepath.Join("bin", "cmake")
	if tool, err := cmake.Locate(name, playing(t, "")); err != nil || !filepath.IsAbs(tool.Path) {
		t.Errorf("got %+v, %v", tool, err)
	}
}

func TestFindToolTooOld(t *testing.T) {
	path := standIn(t, t.TempDir(), "cmake")
	_, err := cmake.FindTool(t.Context(), path, playing(t, "says:cmake version 3.10.2"))
	var old *cmake.TooOldError
	if !errors.As(err, &old) || old.Path != path || old.Need != cmake.Minimum {
		t.Fatalf("got %v", err)
	}
	if got, want := err.Error(), "use "+path+": needs cmake 3.16 or newer, have 3.10.2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFindToolNotCMake(t *testing.T) {
	path := standIn(t, t.TempDir(), "cmake")
	for role, output := range map[string]string{
		"says:":                     "\n",
		"says:I am a teapot":        "I am a teapot\n",
		"complains:no such library": "no such library\n",
		"hangs:wait for it":         "wait for it\n",
	} {
		tool, err := cmake.Locate(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = tool.ProbeWithin(t.Context(), playing(t, role), limitOf(role))
		var not *cmake.NotCMakeError
		if !errors.As(err, &not) || not.Path != path || not.Output != output {
			t.Errorf("%s: got %#v", role, err)
			continue
		}
		contains(t, err, "use "+path+" as cmake: ")
		if hangs := strings.HasPrefix(role, "hangs"); hangs != errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: got %v", role, err)
		}
	}
	tool, _ := cmake.Locate(path, nil)
	_, err := tool.Probe(t.Context(), playing(t, "floods:"))
	var not *cmake.NotCMakeError
	if !errors.As(err, &not) || len(not.Output) != 1<<20 {
		t.Fatalf("a flood: got %v", err)
	}
	contains(t, err, ": an answer longer than 1048576 bytes")
}

// limitOf is short for what hangs, which must have printed by then, and long
// for what ends by itself.
func limitOf(role string) time.Duration {
	if strings.HasPrefix(role, "hangs") {
		return 2 * time.Second
	}
	return time.Minute
}

func TestFindToolCancelled(t *testing.T) {
	path := standIn(t, t.TempDir(), "cmake")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := cmake.FindTool(ctx, path, playing(t, "hangs:"))
	var not *cmake.NotCMakeError
	if !errors.Is(err, context.Canceled) || errors.As(err, &not) {
		t.Errorf("got %v", err)
	}
}

func TestCTestBesideCMake(t *testing.T) {
	bin, other := t.TempDir(), t.TempDir()
	env := playing(t, "says:", other)
	for _, test := range []struct{ tool, add, dir, want string }{
		{"cmake", "", "", ""},
		{"cmake", "ctest", other, "ctest"},
		{"cmake3", "ctest3", other, "ctest3"},
		{"cmake", "ctest", bin, "ctest"},
		{"cmake3", "ctest3", bin, "ctest3"},
	} {
		path := filepath.Join(bin, test.tool)
		if runtime.GOOS == "windows" {
			path += ".exe"
		}
		want := ""
		if test.want != "" {
			want = standIn(t, test.dir, test.want)
		}
		if got := (cmake.Tool{Path: path, Real: path}).CTest(env); got != want {
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
		if got := cmake.FindNinja(env); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := cmake.FindNinja(playing(t, "", t.TempDir())); got != "" {
		t.Errorf("got %q, want none", got)
	}
	// The last of two values counts, as it does for a process.
	if got := cmake.FindNinja([]string{"PATH=" + a, "PATH=" + t.TempDir()}); got != "" {
		t.Errorf("got %q, want none", got)
	}
}

func TestGeneratorNames(t *testing.T) {
	path := standIn(t, t.TempDir(), "cmake")
	tool := cmake.Tool{Path: path}
	got, err := tool.GeneratorNames(t.Context(), playing(t,
		`says:{"generators":[{"name":"Ninja","extraGenerators":["Kate"]},{"name":"Unix Makefiles"}]}`))
	if want := "Ninja,Kate - Ninja,Unix Makefiles"; err != nil || strings.Join(got, ",") != want {
		t.Errorf("got %q, %v, want %s", got, err, want)
	}
	var not *cmake.NotCMakeError
	if _, err := tool.GeneratorNames(t.Context(), playing(t, "says:{")); !errors.As(err, &not) {
		t.Errorf("got %v", err)
	}
}
