package discover_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
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
			if reason != "symbolic link to a directory" {
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
