package clean_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/clean"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Of the directories above a build tree that is gone those below the build root go that are empty.
func TestRemoveEmpty(t *testing.T) {
	for name, test := range map[string]struct {
		make []string // directories, and files where a name begins with "file"
		link bool     // the build root is one
		left string   // the deepest directory on the way that is still there
	}{
		"nothing there":         {nil, false, "."},
		"an empty build root":   {[]string{"build"}, false, "build"},
		"empty directories":     {[]string{"build/libs/deep"}, false, "build"},
		"behind a link":         {[]string{"build/libs/deep"}, true, "build"},
		"somebody's file":       {[]string{"build/libs/deep", "build/libs/file"}, false, "build/libs"},
		"another build tree":    {[]string{"build/libs/deep/b", "build/libs/deep/b/file"}, false, "build/libs/deep"},
		"the build tree itself": {[]string{"build/libs/deep/a"}, false, "build/libs/deep/a"},
	} {
		t.Run(name, func(t *testing.T) {
			root, outside := t.TempDir(), t.TempDir()
			at := func(path string) string { return filepath.Join(root, filepath.FromSlash(path)) }
			if test.link {
				if err := os.Symlink(outside, at("build")); err != nil {
					t.Skip(err)
				}
			}
			for _, path := range test.make {
				var err error
				if filepath.Base(path) == "file" {
					err = os.WriteFile(at(path), nil, 0o666)
				} else {
					err = os.MkdirAll(at(path), 0o777)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			tree := clean.Tree{Root: root, BuildRoot: at("build"), Dir: at("build/libs/deep/a"), Show: filepath.Base}
			tree.RemoveEmpty()
			left := tree.Dir
			for !fsutil.Exists(left) {
				left = filepath.Dir(left)
			}
			if left != at(test.left) {
				t.Errorf("%s is left, want %s", left, at(test.left))
			}
		})
	}
}
