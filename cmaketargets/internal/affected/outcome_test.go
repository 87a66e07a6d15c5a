package affected

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOutcome(t *testing.T) {
	first := map[string]string{
		"b/CMakeCache.txt":             "# today\n//Help\nA:STRING=1\nB:INTERNAL=x\n",
		"b/build.ninja":                "build build.ninja: RERUN_CMAKE a.cmake\n  TARGET_PDB = x\nbuild out: CUSTOM_COMMAND\n",
		"b/out":                        "1",
		"b/link":                       "->out",
		"b/sub/CMakeFiles/a.dir/a.c.o": "1",
		"b/CMakeFiles/progress.marks":  "1",
		"b/.ninja_log":                 "1",
		"b/.cmaketargets/durations":    "1",
		"b/.cmake/api/v1/reply/index":  "1",
		"b/install_manifest.txt":       "ROOT/prefix/out\n",
		"b/sub/cmake_install.cmake":    "1",
		"b/Testing/Temporary/LastLog":  "1",
		"b/sub/CTestTestfile.cmake":    "1",
		"prefix/out":                   "1",
	}
	for name, test := range map[string]struct {
		change map[string]string // "" removes
		want   []string
	}{
		"nothing": {map[string]string{"b/out": "1"}, nil},
		"state": {map[string]string{
			"b/.ninja_log": "2", "b/.cmaketargets/durations": "2", "b/.cmake/api/v1/reply/index": "2", "b/Testing/Temporary/LastLog": "2", "b/CMakeFiles/progress.marks": "2",
			"b/CMakeCache.txt": "# tomorrow\nA:STRING=1\nB:INTERNAL=y\n", "b/build.ninja": "build build.ninja: RERUN_CMAKE b.cmake\nbuild out: CUSTOM_COMMAND\n",
		}, nil},
		"artifact":        {map[string]string{"b/out": "2"}, []string{"b/out"}},
		"object file":     {map[string]string{"b/sub/CMakeFiles/a.dir/a.c.o": "2"}, []string{"b/sub/CMakeFiles/a.dir/a.c.o"}},
		"new and gone":    {map[string]string{"b/new": "1", "b/out": ""}, []string{"b/new", "b/out"}},
		"link":            {map[string]string{"b/link": "->other"}, []string{"b/link"}},
		"cache":           {map[string]string{"b/CMakeCache.txt": "A:STRING=2\n"}, []string{"b/CMakeCache.txt"}},
		"command":         {map[string]string{"b/build.ninja": "build out: OTHER\n"}, []string{"b/build.ninja"}},
		"installed":       {map[string]string{"prefix/out": "2"}, []string{"prefix/out"}},
		"installed first": {map[string]string{"b/install_manifest.txt": "ROOT/prefix/out\nROOT/prefix/new\n", "prefix/new": "1"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			write(t, root, first)
			before := Observe(t.Context(), filepath.Join(root, "b"))
			for name, text := range test.change {
				if err := os.Remove(filepath.Join(root, name)); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
				if text != "" {
					write(t, root, map[string]string{name: text})
				}
			}
			var got []string
			for _, path := range before.Differences(Observe(t.Context(), filepath.Join(root, "b"))) {
				rel, err := filepath.Rel(root, path)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, filepath.ToSlash(rel))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if !Observe(t.Context(), t.TempDir()).Empty() {
		t.Error("a directory is a build tree")
	}
}
