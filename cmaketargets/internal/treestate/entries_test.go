package treestate

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

func TestEntriesByHand(t *testing.T) {
	cache := cmake.Cache{
		"OLD": {Type: "BOOL", Value: "ON"}, "NEW": {Type: "UNINITIALIZED", Value: "x"}, "SAME": {Type: "BOOL", Value: "OFF"},
		"GIVEN": {Type: "STRING", Value: "2"}, "KNOWN": {Type: "STRING", Value: "k"}, "OURS": {Type: "INTERNAL", Value: "1"},
		"LIB": {Type: "FILEPATH", Value: "LIB-NOTFOUND"}, "CMAKE_AR": {Type: "FILEPATH", Value: "/usr/bin/ar"},
		"CMAKE_C_COMPILER": {Type: "FILEPATH", Value: "/usr/bin/cc"}, "CMAKE_CXX_COMPILER": {Type: "STRING", Value: "/usr/bin/clang++"},
		"CMAKE_C_FLAGS": {Type: "STRING", Value: "-O1"}, "CMAKE_CXX_FLAGS": {Type: "STRING", Value: "-O2"}, "CMAKE_C_FLAGS_DEBUG": {Type: "STRING", Value: "-g"},
		"CMAKE_MAKE_PROGRAM": {Type: "FILEPATH", Value: "/usr/bin/ninja"}, "EMPTY": {Type: "STRING"},
		"CMAKE_INSTALL_PREFIX": {Type: "PATH", Value: "/usr/local"},
	}
	if runtime.GOOS == "windows" {
		cache["CMAKE_INSTALL_PREFIX"] = cmake.Entry{Type: "PATH", Value: "C:/Program Files (x86)/x"}
	}
	record := &Entries{
		Left: map[string]string{
			"OLD": hash("OFF"), "SAME": hash("OFF"), "GIVEN": hash("1"), "KNOWN": hash("k"), "CMAKE_AR": hash("/usr/bin/ar"),
			"CMAKE_C_FLAGS": hash("-O3"), "CMAKE_CXX_FLAGS": hash(""), "EMPTY": hash("was"),
		},
		ByHand: map[string]string{"KNOWN": "k", "GONE": "g", "CMAKE_C_FLAGS": "-O3"},
		Flags:  map[string]string{"CMAKE_C_FLAGS": hash("-O1")},
	}
	given := map[string]string{"GIVEN": "1"}
	for _, test := range []struct {
		name   string
		record *Entries
		cache  cmake.Cache
		want   map[string]string
	}{
		{"without a record", nil, cache, map[string]string{
			"OLD": "ON", "NEW": "x", "SAME": "OFF", "KNOWN": "k", "CMAKE_CXX_COMPILER": "/usr/bin/clang++", "CMAKE_C_FLAGS": "-O1", "CMAKE_CXX_FLAGS": "-O2",
		}},
		{"since the record", record, cache, map[string]string{
			"OLD": "ON", "NEW": "x", "KNOWN": "k", "CMAKE_CXX_COMPILER": "/usr/bin/clang++", "CMAKE_CXX_FLAGS": "-O2", "EMPTY": "",
		}},
		{"after a step that did not end", &Entries{ByHand: record.ByHand}, cache, map[string]string{"KNOWN": "k", "CMAKE_C_FLAGS": "-O1"}},
		{"without a cache", record, nil, record.ByHand},
		{"without either", nil, nil, map[string]string{}},
	} {
		if diff := cmp.Diff(test.want, test.record.Now(test.cache, given)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func FuzzReadEntries(f *testing.F) {
	f.Add([]byte(`{"Left":{"A":"1"},"ByHand":{"B":"x"},"Flags":null}`))
	f.Add([]byte(`{"Left":[1]}`))
	f.Add([]byte(`{"ByHand":{"B`))
	dir := f.TempDir()
	if err := os.Mkdir(filepath.Join(dir, Dir), 0o777); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(Path(dir, entriesFile), text, 0o666); err != nil {
			t.Fatal(err)
		}
		ReadEntries(dir).Now(cmake.Cache{"A": {Type: "BOOL", Value: "ON"}}, nil)
	})
}
