package inputs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
)

// A name in a tree is foreign unless a configure step can have made it.
func TestForeign(t *testing.T) {
	const cmake = "CMakeFiles/3.25.1/x .cmake/api/v1/query/x"
	type step struct {
		begin bool   // a step begins before
		fail  bool   // and fails, instead of being killed
		add   string // files that are added then
		empty bool   // all names without a leading dot are removed before
	}
	for _, test := range []struct {
		name  string
		steps []step
		want  string
	}{
		{"killed at once", []step{{begin: true}}, ""},
		{"killed before it was in the project", []step{{begin: true}, {add: cmake}}, ""},
		{"killed", []step{{begin: true}, {add: cmake + " config.h"}}, ""},
		{"killed twice", []step{{begin: true}, {add: cmake + " config.h"}, {begin: true}, {add: "more.h"}}, ""},
		{"failed", []step{{begin: true}, {add: cmake + " config.h"}, {fail: true}}, ""},
		{"failed twice", []step{{begin: true}, {add: cmake}, {fail: true}, {begin: true}, {add: "config.h"}, {fail: true}}, ""},
		{"failed, and its cache was removed", []step{{begin: true}, {add: cmake + " config.h CMakeCache.txt"}, {fail: true}, {add: "-CMakeCache.txt"}}, ""},
		{"killed while it made a finished tree afresh", []step{
			{begin: true}, {add: cmake + " CMakeCache.txt"}, {fail: true}, {add: "build.ninja"}, {begin: true}, {add: "-CMakeCache.txt -CMakeFiles"},
		}, ""},

		{"somebody's files first", []step{{add: "thesis/a"}, {begin: true}, {add: cmake}}, "thesis"},
		{"somebody's files after a failure", []step{{begin: true}, {add: cmake}, {fail: true}, {add: "thesis/a"}}, "thesis"},
		{"somebody's files between two steps", []step{{begin: true}, {add: cmake}, {fail: true}, {add: "thesis/a"}, {begin: true}, {add: "config.h"}}, "*"},
		{"emptied after a kill", []step{{begin: true}, {add: cmake}, {empty: true, add: "thesis/a"}}, "thesis"},
		{"emptied after a failure", []step{{begin: true}, {add: cmake + " CMakeCache.txt"}, {fail: true}, {empty: true, add: "thesis/a"}}, "thesis"},
		{"emptied, filled alike", []step{{begin: true}, {add: cmake + " src/x"}, {fail: true}, {empty: true, add: "src/mine"}}, "src"},
		{"emptied between two steps", []step{{begin: true}, {add: cmake + " CMakeCache.txt"}, {fail: true}, {empty: true, add: "thesis/a"}, {begin: true}, {add: "CMakeFiles/x"}}, "thesis"},
	} {
		t.Run(test.name, func(t *testing.T) {
			build := t.TempDir()
			for _, s := range test.steps {
				if s.empty {
					names, err := filepath.Glob(filepath.Join(build, "[^.]*"))
					must(t, err)
					for _, name := range names {
						must(t, os.RemoveAll(name))
					}
				}
				if s.begin {
					_, err := inputs.Begin(inputs.Load(build), inputs.Intent{Source: "/src", Build: build}, true, time.Now())
					must(t, err)
				}
				for name := range strings.FieldsSeq(s.add) {
					if gone, ok := strings.CutPrefix(name, "-"); ok {
						must(t, os.RemoveAll(filepath.Join(build, gone)))
						continue
					}
					must(t, os.MkdirAll(filepath.Join(build, filepath.Dir(name)), 0o777))
					must(t, os.WriteFile(filepath.Join(build, name), nil, 0o666))
				}
				if s.fail {
					must(t, inputs.Load(build).Fail())
				}
			}
			entries, err := os.ReadDir(build)
			must(t, err)
			var names []string
			for _, e := range entries {
				names = append(names, e.Name())
			}
			if got := inputs.Load(build).Foreign(names); got != test.want && (test.want != "*" || got == "") {
				t.Errorf("of %q, %q is foreign, want %q", names, got, test.want)
			}
		})
	}
	for _, test := range []struct{ names, want string }{
		{"", ""}, {".cmaketargets", ""}, {".cmake", ".cmake"}, {"CMakeFiles .cmake", ".cmake"}, {"CMakeFiles thesis .cmaketargets", "thesis"},
	} {
		if got := (*inputs.Snapshot)(nil).Foreign(strings.Fields(test.names)); got != test.want {
			t.Errorf("without a snapshot, of %q, %q is foreign, want %q", test.names, got, test.want)
		}
	}
}

// Names in a directory before our first step remain in Found, unless CMake was run there before: then
// it is a build tree, even if its cache has been removed.
func TestFound(t *testing.T) {
	for _, test := range []struct{ before, found string }{
		{"", ""},
		{"thesis", "thesis"},
		{".cmake conan", "conan"},
		{"build.ninja CMakeCache.txt", ""},
		{"build.ninja CMakeFiles", ""},
	} {
		build := t.TempDir()
		for name := range strings.FieldsSeq(test.before) {
			must(t, os.WriteFile(filepath.Join(build, name), nil, 0o666))
		}
		in := inputs.Intent{Source: "/src", Build: build}
		rec, err := inputs.Begin(nil, in, true, time.Now())
		must(t, err)
		must(t, os.WriteFile(filepath.Join(build, "later"), nil, 0o666))
		again, err := inputs.Begin(rec, in, true, time.Now())
		must(t, err)
		if first, later := strings.Join(rec.Found, " "), strings.Join(again.Found, " "); first != test.found || later != test.found {
			t.Errorf("before it was %q: found %q, then %q", test.before, first, later)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
