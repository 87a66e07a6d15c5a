package discover_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

func TestFindLinks(t *testing.T) {
	root := tree(t, "real/a/CMakeLists.txt", "file=project(demo)", "linked/", "dangling/", "circle/", "top/x")
	for name, target := range map[string]string{
		"real/up":                 "..",
		"real/same":               ".",
		"real/a2":                 "a",
		"elsewhere":               "real/a",
		".hidden":                 "real/a",
		"nowhere":                 "nosuch",
		"plain":                   "top",
		"linked/CMakeLists.txt":   "../file",
		"dangling/CMakeLists.txt": "nosuch",
		"circle/CMakeLists.txt":   "CMakeLists.txt",
	} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	got := find(t, discover.Options{Root: root})
	if diff := cmp.Diff([]string{"linked", "real/a"}, got.Projects); diff != "" {
		t.Error(diff)
	}
	var paths []string
	for _, line := range got.Ignored {
		path, reason, _ := strings.Cut(line, ": ")
		if strings.HasPrefix(path, "real") || path == "elsewhere" {
			if reason != "symbolic link to real/a" {
				t.Errorf("%s: %s", path, reason)
			}
		} else if !strings.HasPrefix(reason, "CMakeLists.txt: ") {
			t.Errorf("%s: %s", path, reason)
		}
		paths = append(paths, path)
	}
	if diff := cmp.Diff([]string{"circle", "dangling", "elsewhere", "real/a2"}, paths); diff != "" {
		t.Error(diff)
	}
	if len(got.Warnings) != 1 || !strings.HasPrefix(got.Warnings[0], "read circle/CMakeLists.txt: ") {
		t.Errorf("warnings %q", got.Warnings)
	}

	named := find(t, discover.Options{Root: root, Include: []string{"elsewhere"}})
	if diff := cmp.Diff([]string{"elsewhere"}, named.Projects); diff != "" {
		t.Error(diff)
	}
	linked := filepath.Join(t.TempDir(), "root")
	if err := os.Symlink(root, linked); err != nil {
		t.Fatal(err)
	}
	opts := discover.Options{Root: linked, Skip: []string{filepath.Join(root, "real")}}
	if diff := cmp.Diff([]string{"linked"}, find(t, opts).Projects); diff != "" {
		t.Error(diff)
	}
}

// Packages that are linked into a workspace are found once.
func TestFindLinkedPackages(t *testing.T) {
	isolate(t)
	const list = "/CMakeLists.txt"
	elsewhere := tree(t, "pkg"+list, "many/one"+list, "many/two"+list, "many/out"+list, "many/.gitignore=out\n", "plain/three"+list, "circle/x"+list)
	git(t, filepath.Join(elsewhere, "many"), "init", "-q")
	git(t, filepath.Join(elsewhere, "many"), "add", ".gitignore") // it has an index, as a clone does
	git(t, filepath.Join(elsewhere, "circle"), "init", "-q")
	root := tree(t, "own"+list, "src/", "ws"+list, ".gitignore=ignored\n")
	git(t, root, "init", "-q")
	for name, target := range map[string]string{
		"src/pkg":                        elsewhere + "/pkg",
		"src/a-many":                     elsewhere + "/many",
		"src/b-one":                      elsewhere + "/many/one",
		"src/a":                          elsewhere + "/many/two",
		"src/same":                       "pkg",
		"src/plain":                      elsewhere + "/plain", // no package
		"src/own":                        "../own",
		"src/top":                        "..",
		"src/ignored":                    elsewhere + "/pkg",
		"src/circle":                     elsewhere + "/circle",
		elsewhere + "/circle/back":       root,
		elsewhere + "/circle/itself":     ".",
		elsewhere + "/circle/other":      "../pkg",
		elsewhere + "/circle/x/unread":   "../../many",
		elsewhere + "/circle/elsewhere":  "../circle2",
		elsewhere + "/circle2/" + "back": elsewhere + "/circle",
	} {
		name = fsutil.Absolute(name, root)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	write(t, elsewhere, "circle2/CMakeLists.txt", "# none\n")
	for range 3 {
		check(t, discover.Options{Root: root}, outline{
			Projects: []string{"own", "src/a", "src/a-many/one", "src/circle/x", "src/pkg", "ws"},
			Ignored: []string{
				"src/a-many/out: ignored by src/a-many/.gitignore:1: out",
				"src/a-many/two: it is src/a",
				"src/b-one: symbolic link to src/a-many/one",
				"src/circle/back: symbolic link to .",
				"src/circle/elsewhere: no project() call",
				"src/circle/elsewhere/back: symbolic link to src/circle",
				"src/circle/itself: symbolic link to a directory above it",
				"src/circle/other: symbolic link to src/pkg",
				"src/ignored: ignored by .gitignore:1: ignored",
				"src/own: symbolic link to own",
				"src/same: symbolic link to src/pkg",
				"src/top: symbolic link to a directory above it",
			},
		})
	}
}

// An unreadable directory is made of a path longer than the system takes, which
// holds for every user.
func TestFindUnreadable(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("paths end where directories can no longer be made")
	}
	root := tree(t, "a/CMakeLists.txt")
	dir, err := os.OpenRoot(root)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.Repeat("long", 50)
	for range 4096/len(name) + 1 {
		if err := dir.Mkdir(name, 0o755); err != nil {
			t.Fatal(err)
		}
		sub, err := dir.OpenRoot(name)
		dir.Close()
		if err != nil {
			t.Fatal(err)
		}
		dir = sub
	}
	dir.Close()
	got := find(t, discover.Options{Root: root})
	if diff := cmp.Diff([]string{"a"}, got.Projects); diff != "" {
		t.Error(diff)
	}
	if len(got.Warnings) != 1 || !strings.HasPrefix(got.Warnings[0], "read directory long") {
		t.Errorf("warnings %.200q", got.Warnings)
	}
}
