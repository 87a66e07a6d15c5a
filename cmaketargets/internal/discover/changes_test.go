package discover_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

func TestChanges(t *testing.T) {
	t.Parallel()
	root, moved := t.TempDir(), false
	check := func(revision string, want ...discover.Change) {
		t.Helper()
		for _, dir := range []string{root, filepath.Join(root, "libs", "a")} {
			got, err := discover.Changes(t.Context(), os.Environ(), dir, revision)
			if err != nil || got.Root != root || got.Moved != moved {
				t.Fatalf("in %s: %+v, %v", dir, got, err)
			}
			if diff := cmp.Diff(want, got.Changes); diff != "" {
				t.Errorf("since %s, in %s:\n%s", revision, dir, diff)
			}
		}
	}
	git(t, root, "init", "-qb", "main")
	write(t, root, "libs/a/a.c", "int a;\n")
	write(t, root, "libs/a/b.c", "int b;\n")
	write(t, root, "libs/mode.sh", "")
	write(t, root, ".gitignore", "build\n")
	git(t, root, "add", ".")
	git(t, root, "commit", "-qm", "first")
	git(t, root, "checkout", "-qb", "topic")
	check("main")
	write(t, root, "libs/a/a.c", "int a = 1;\n")
	git(t, root, "mv", "libs/a/b.c", "libs/a/\xc3\xa4 c.c")
	git(t, root, "commit", "-qam", "second")
	git(t, root, "checkout", "-q", "main")
	write(t, root, "only-main", "")
	git(t, root, "add", ".")
	git(t, root, "commit", "-qm", "third")
	git(t, root, "checkout", "-q", "topic")
	if err := os.Chmod(filepath.Join(root, "libs/mode.sh"), 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, root, "libs/new/x.h", "")
	write(t, root, "libs/staged", "")
	git(t, root, "add", "libs/staged")
	write(t, root, "build/ignored", "")
	changed, here := discover.Change{Path: "libs/a/a.c"}, []discover.Change{{Path: "libs/mode.sh"}, {Path: "libs/staged", Names: true}, {Path: "libs/new/x.h", Names: true}}
	check("HEAD", here...)
	moved = true
	check("main", append([]discover.Change{changed, {Path: "libs/a/b.c", Names: true, Gone: true}, {Path: "libs/a/\xc3\xa4 c.c", Names: true}}, here...)...)

	shallow := filepath.Join(t.TempDir(), "clone")
	git(t, root, "clone", "-q", "--depth=1", "--no-single-branch", "file://"+root, shallow)
	if _, err := discover.Changes(t.Context(), os.Environ(), shallow, "origin/main"); err == nil || !strings.Contains(err.Error(), "git fetch --unshallow") {
		t.Errorf("in a shallow clone: error %v", err)
	}
	for revision, want := range map[string]string{
		"none":     "Not a valid object name none",
		"--output": "Not a valid object name --output",
	} {
		if _, err := discover.Changes(t.Context(), os.Environ(), root, revision); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("since %s: error %v", revision, err)
		}
	}
	if _, err := discover.Changes(t.Context(), os.Environ(), t.TempDir(), "HEAD"); err == nil || !strings.Contains(err.Error(), "not a git repository") {
		t.Errorf("without a repository: error %v", err)
	}
}

// A submodule that git status is told to ignore is an input all the same.
func TestChangesInSubmodules(t *testing.T) {
	isolate(t)
	lib, root := tree(t, "x.c="), t.TempDir()
	git(t, lib, "init", "-q")
	git(t, lib, "add", ".")
	git(t, lib, "commit", "-qm", "lib")
	git(t, root, "init", "-q")
	git(t, root, "submodule", "--quiet", "add", lib, "lib")
	git(t, root, "config", "-f", ".gitmodules", "submodule.lib.ignore", "all")
	git(t, root, "add", ".")
	git(t, root, "commit", "-qm", "root")
	write(t, root, "lib/x.c", "int x;")
	got, err := discover.Changes(t.Context(), os.Environ(), root, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]discover.Change{{Path: "lib"}}, got.Changes); diff != "" {
		t.Error(diff)
	}
}
