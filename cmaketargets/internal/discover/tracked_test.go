package discover_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

// Files that git tracks in the build root are found in every form of an index.
func TestGitTracksBuildRoot(t *testing.T) {
	isolate(t)
	const list = "/CMakeLists.txt"
	for _, form := range []string{"--index-version=2", "--index-version=4", "--split-index"} {
		top := tree(t, ".gitignore=build\n", "w/bar"+list, "w/build/cmake"+list, "w/build/made"+list, "w/build/other/x")
		git(t, top, "init", "-q")
		root := filepath.Join(top, "w")
		git(t, root, "add", "-f", "build/cmake"+list)
		git(t, root, "update-index", form)
		git(t, root, "add", "bar")
		skip := []string{filepath.Join(root, "build"), filepath.Join(root, "build", "_install")}
		got, err := discover.Find(t.Context(), discover.Options{Root: root, Skip: skip, Env: os.Environ()})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"build/cmake" + list}, got.Tracked); diff != "" {
			t.Errorf("%s: tracked:\n%s", form, diff)
		}
		check(t, discover.Options{Root: root, Skip: skip}, outline{
			Projects: []string{"bar", "build/cmake"},
			Ignored: []string{
				"build/made: build root or install prefix",
				"build/other: build root or install prefix",
			},
		})
	}
}
