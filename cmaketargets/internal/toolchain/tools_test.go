package toolchain

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

func TestFindInPath(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	path := standIn(t, second, "cmake")
	env := playing(t, "prints:cmake version 3.25.1", "relative", first, second)
	if err := os.Mkdir(filepath.Join(first, "cmake"), 0o755); err != nil { // a directory is no tool
		t.Fatal(err)
	}
	tools, err := Find(t.Context(), Options{Env: env})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if tools.CMake != path || tools.Version != (cmake.Version{Major: 3, Minor: 25, Patch: 1}) ||
		tools.File.Size != info.Size() || tools.File.ModTime != info.ModTime().UnixNano() {
		t.Errorf("got %+v, want %s", tools, path)
	}
	if again, err := Find(t.Context(), Options{CMake: path, Env: env}); err != nil || again.CMake != path || again.File != tools.File || again.Version != tools.Version || again.CTest != tools.CTest || again.Ninja != tools.Ninja {
		t.Errorf("by path: %+v, %v", again, err)
	}
}

func TestFindTooOld(t *testing.T) {
	path := standIn(t, t.TempDir(), "cmake")
	_, err := Find(t.Context(), Options{CMake: path, Env: playing(t, "prints:cmake version 3.10.2")})
	contains(t, err, "use "+path+": needs cmake 3.16 or newer, have 3.10.2; install ")
}

// A cmake is asked for its version only when no file has it.
func TestFindRemembers(t *testing.T) {
	path := standIn(t, t.TempDir(), "cmake")
	o := Options{CMake: path, Memory: filepath.Join(t.TempDir(), "store", "cmake.json")}
	find := func(role string, want cmake.Version) {
		t.Helper()
		o.Env = playing(t, role)
		if tools, err := Find(t.Context(), o); err != nil || tools.Version != want {
			t.Errorf("got %+v, %v, want %v", tools, err, want)
		}
	}
	o.DryRun = true
	find("prints:cmake version 3.25.1", cmake.Version{Major: 3, Minor: 25, Patch: 1})
	find("prints:cmake version 3.26.0", cmake.Version{Major: 3, Minor: 26})
	o.DryRun = false
	find("prints:cmake version 3.27.0", cmake.Version{Major: 3, Minor: 27})
	find("fails:not asked", cmake.Version{Major: 3, Minor: 27})
	o.Recorded = func(f File) (cmake.Version, []string) {
		if f.Path == "" || f.Size == 0 || f.ModTime == 0 {
			t.Errorf("got %+v", f)
		}
		return cmake.Version{Major: 4}, []string{"Ninja"}
	}
	o.Generators = map[string]string{"a record": "Ninja"}
	find("fails:not asked", cmake.Version{Major: 4})
}

func TestFindChecksGenerators(t *testing.T) {
	path := standIn(t, t.TempDir(), "cmake")
	o := Options{
		CMake: path, Env: playing(t, `prints:{"generators":[{"name":"Ninja"},{"name":"Visual Studio 15 2017"}]}`),
		Recorded:   func(File) (cmake.Version, []string) { return cmake.Version{Major: 3, Minor: 25}, nil },
		Generators: map[string]string{"the variant": "Visual Studio 15 2017 Win64"},
	}
	if _, err := Find(t.Context(), o); err != nil {
		t.Error(err)
	}
	o.Generators["a variable"] = "Nonsense"
	_, err := Find(t.Context(), o)
	contains(t, err, `use generator "Nonsense" of a variable: cmake 3.25.0 has no such generator; it has Ninja, Visual Studio 15 2017`)
}
