package discover_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

func TestFindErrors(t *testing.T) {
	root := tree(t, "libs/alpha/CMakeLists.txt", "libs/beta/CMakeLists.txt", "file", "empty/", "build/x/CMakeLists.txt", "top/CMakeLists.txt", "top/ex/a/CMakeLists.txt")
	build := filepath.Join(root, "build")
	for _, test := range []struct {
		name string
		opts discover.Options
		want string
	}{
		{"relative root", discover.Options{Root: "x"}, `discover projects: root "x" is not an absolute path`},
		{"file as root", discover.Options{Root: filepath.Join(root, "file")}, "discover projects: root " + filepath.Join(root, "file") + " is not a directory"},
		{"Include", discover.Options{Root: root, Include: []string{"a["}}, `check Include pattern "a[": its brackets, braces or escapes do not match up`},
		{"Exclude", discover.Options{Root: root, Exclude: []string{"{a"}}, `check Exclude pattern "{a": its brackets, braces or escapes do not match up`},
		{"Nested", discover.Options{Root: root, Nested: []string{"**", ""}}, `check Nested pattern "": it is empty; the root is "."`},
		{
			"wildcard",
			discover.Options{Root: root, Include: []string{"libs/*", "lib/*"}},
			`match Include pattern "lib/*": no project matches; found 4 projects in 8 directories: build/x, libs/alpha, libs/beta, top`,
		},
		{
			"wildcard below a project",
			discover.Options{Root: root, Include: []string{"top/*/*"}},
			`match Include pattern "top/*/*": no project matches; found 4 projects in 8 directories: build/x, libs/alpha, libs/beta, top` +
				"; directories below project top are searched only with Nested",
		},
		{
			"wildcard below a project that was looked at",
			discover.Options{Root: root, Include: []string{"top/x*"}, Nested: []string{"**"}, Exclude: []string{"[bl]*/**"}},
			`match Include pattern "top/x*": no project matches; found 2 projects in 5 directories: top, top/ex/a`,
		},
		{
			"excluded",
			discover.Options{Root: root, Include: []string{"libs/alpa"}, Exclude: []string{"libs/**"}},
			`match Include pattern "libs/alpa": excluded by pattern libs/**; found 2 projects in 5 directories: build/x, top`,
		},
		{
			"a file",
			discover.Options{Root: root, Include: []string{"file"}, Exclude: []string{"[bl]*/**"}},
			`match Include pattern "file": not a directory; found 1 project in 3 directories: top`,
		},
		{
			"no list file",
			discover.Options{Root: root, Include: []string{"empty"}, Skip: []string{build}},
			`match Include pattern "empty": the directory holds no CMakeLists.txt; found 3 projects in 6 directories: libs/alpha, libs/beta, top`,
		},
		{
			"skipped",
			discover.Options{Root: root, Include: []string{"build/x"}, Skip: []string{build}},
			`match Include pattern "build/x": build root or install prefix, and git does not track it; set Config.BuildRoot to another directory; found 3 projects in 6 directories: libs/alpha, libs/beta, top`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := discover.Find(t.Context(), test.opts)
			if err == nil || err.Error() != test.want {
				t.Errorf("Find error\n got %v\nwant %s", err, test.want)
			}
		})
	}
	_, err := discover.Find(t.Context(), discover.Options{Root: filepath.Join(root, "nosuch")})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing root: %v", err)
	}
	_, err = discover.Find(t.Context(), discover.Options{Root: root, Include: []string{"nosuch"}})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing directory: %v", err)
	}
}

func TestFindNamesCloseProjects(t *testing.T) {
	var files []string
	for _, name := range strings.Split("abcdefghijkl", "") {
		files = append(files, "group/"+name+"/CMakeLists.txt", name+"/net/CMakeLists.txt")
	}
	root := tree(t, append(files, "other/Networking/CMakeLists.txt")...)
	_, err := discover.Find(t.Context(), discover.Options{Root: root, Include: []string{"grup/*", "a*"}})
	want := `match Include pattern "grup/*": no project matches; found 25 projects in 40 directories`
	if err == nil || err.Error() != want {
		t.Errorf("Find error\n got %v\nwant %s", err, want)
	}
	_, err = discover.Find(t.Context(), discover.Options{Root: root, Include: []string{"x/networking"}})
	if err == nil || !strings.Contains(err.Error(), ", such as a/net, b/net") {
		t.Errorf("Find error %v", err)
	}
}
