package detect_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// The result for a language is the one for another that comes before it, whose key stays the same when its compiler becomes
// another one.
func TestCompilerOfTheLanguageBeforeReplaced(t *testing.T) {
	eachCMake(t, func(t *testing.T, cmake string) {
		dir, store := t.TempDir(), detect.Open(t.TempDir(), 0)
		link := func(to string) {
			t.Helper()
			path := dir + "/alternatives/mycc"
			if err := errors.Join(os.RemoveAll(path), os.MkdirAll(filepath.Dir(path), 0o755), os.Symlink(to, path)); err != nil {
				t.Fatal(err)
			}
		}
		link("/usr/bin/gcc")
		write(t, dir+"/bin/other", "")
		if err := os.Symlink("../alternatives/mycc", dir+"/bin/mycc"); err != nil {
			t.Fatal(err)
		}
		src := tree(t, project(head+"project(x C CXX)\n"+inC+inCXX))
		r := run{cmake: cmake, src: src, bld: filepath.Join(src, "b"), env: []string{"CC=" + dir + "/bin/mycc", "CXX=g++"}}
		compare := func() model.Detection {
			t.Helper()
			time.Sleep(20 * time.Millisecond) // the clock of the file system is coarser than ours
			var trees []treeFiles
			var outcome model.Detection
			for _, configure := range []func(){func() { r.plain(t) }, func() { outcome, _ = r.with(t, store) }} {
				if err := os.RemoveAll(r.bld); err != nil {
					t.Fatal(err)
				}
				configure()
				trees = append(trees, take(t, r.bld, false))
			}
			delete(trees[1], ".cmaketargets/")
			if diff := cmp.Diff(trees[0], trees[1]); diff != "" {
				t.Errorf("plain -, with the store (%v) +\n%s", outcome, diff)
			}
			return outcome
		}
		compare()
		if outcome := compare(); !slices.Equal(outcome.Reused, []string{"C", "CXX"}) {
			t.Errorf("not reused: %+v", outcome)
		}
		link("/usr/bin/clang")
		compare()
	})
}
