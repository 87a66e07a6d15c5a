package toolchain

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

// FuzzRemembered puts any content in the place of a remembered version. It counts for that very file
// only, and only if it is one that cmaketargets works with.
func FuzzRemembered(f *testing.F) {
	file := File{Path: "/usr/bin/cmake", Size: 11_000_000, ModTime: 1700000000e9}
	good, err := json.Marshal(memory{file, cmake.Version{Major: 3, Minor: 25, Patch: 1}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, 3, 25, 1)
	f.Add(good[:len(good)-1], 3, 15, 9)
	f.Add([]byte(`{"CMake":{"Path":"/usr/bin/cmake"},"Version":{"Major":4}}`), -1, 0, 0)
	f.Add([]byte(`[{}]`), 1<<40, 1, 1)
	path := filepath.Join(f.TempDir(), "cmake.json")
	f.Fuzz(func(t *testing.T, text []byte, major, minor, patch int) {
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
		if v := remembered(path, file); v != (cmake.Version{}) {
			var m memory
			if err := json.Unmarshal(text, &m); err != nil || m.CMake != file || v.Compare(cmake.Minimum) < 0 {
				t.Errorf("%q: got %v, %v", text, v, err)
			}
		}
		version := cmake.Version{Major: major, Minor: minor, Patch: patch}
		remember(path, file, version)
		if v := remembered(path, file); v != version && version.Compare(cmake.Minimum) >= 0 {
			t.Errorf("%v came back as %v", version, v)
		}
		other := file
		other.Size++
		if v := remembered(path, other); v != (cmake.Version{}) {
			t.Errorf("another file is %v", v)
		}
	})
}
