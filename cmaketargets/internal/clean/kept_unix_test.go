//go:build unix

package clean

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// Of the named paths only those that lead into the directory are kept.
func TestKept(t *testing.T) {
	base, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	tree := filepath.Join(base, "tree")
	for _, name := range []string{"tree/in/deep/mine", "tree/other/mine", "beside/mine", "tree2/mine"} {
		write(t, filepath.Join(base, name), 1)
	}
	for name, to := range map[string]string{
		"tree/out": "../beside", "tree/again": "in/deep", "way": "tree/in", "tree/loop": "loop", "tree/none": "nowhere",
	} {
		must(t, os.Symlink(to, filepath.Join(base, name)))
	}
	for path, want := range map[string][]string{
		"tree/in/deep": {"in/deep"}, "tree/in": {"in"}, "tree/other/mine": {"other/mine"},
		"way/deep": {"in/deep"}, "way": {"in"}, "tree/again": {"again", "in/deep"}, "tree/out": {"out"}, "tree/out/mine": nil,
		"tree/in/../other": {"other"},
		"tree":             nil, "": nil, "beside": nil, "tree2": nil, "tree/missing": nil, "tree/missing/deeper": nil, "tree/other/mine/deeper": nil,
		"tree/none": {"none"},
	} {
		kept, err := findKept(open(t, tree), []string{filepath.Join(base, path)})
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		var got []string
		for _, name := range list(t, tree) {
			path := filepath.Join(tree, name)
			info, err := os.Lstat(path)
			must(t, err)
			whole, part := kept.whole(info), kept.partly(info)
			if whole {
				got = append(got, name)
			}
			if above := slices.ContainsFunc(want, func(w string) bool { return strings.HasPrefix(w, name+"/") }); part != above {
				t.Errorf("of %q, %s holds something kept: %v", path, name, part)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("of %q is kept %q, want %q", path, got, want)
		}
	}
	for _, name := range []string{"loop", "loop/deep"} {
		if _, err := findKept(open(t, tree), []string{filepath.Join(tree, name)}); err == nil {
			t.Errorf("%s, which cannot be followed, is taken for a path that is not there", name)
		}
	}
	if _, err := findKept(open(t, tree), []string{filepath.Join(tree, strings.Repeat("x", 300))}); !errors.Is(err, syscall.ENAMETOOLONG) {
		t.Errorf("a name that is too long: %v", err)
	}
}
