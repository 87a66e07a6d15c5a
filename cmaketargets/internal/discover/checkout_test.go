package discover_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

// Worktrees and clones of a repository that are kept inside of it have its projects again.
func TestGitCheckoutsWithin(t *testing.T) {
	isolate(t)
	const list = "/CMakeLists.txt"
	other := tree(t, "x"+list)
	git(t, other, "init", "-q")
	git(t, other, "add", ".")
	git(t, other, "commit", "-q", "-m", "other")
	root := tree(t, "app"+list)
	git(t, root, "init", "-q")
	git(t, root, "remote", "add", "origin", "git@example.org:team/repo.git")
	git(t, root, "submodule", "--quiet", "add", other, "sub")
	git(t, root, "add", ".")
	git(t, root, "commit", "-q", "-m", "root")
	git(t, root, "worktree", "add", "-q", "wt/feature")
	git(t, root, "clone", "-q", root, "copy")
	git(t, root, "clone", "-q", other, "deps/other")
	git(t, root, "clone", "-q", other, "deps/same")
	git(t, filepath.Join(root, "deps/same"), "remote", "set-url", "origin", "https://example.org/team/repo/")
	git(t, filepath.Join(root, "deps/other"), "worktree", "add", "-q", "below")
	// A submodule is part of the repository around it, even one with the same remote.
	git(t, filepath.Join(root, "sub"), "remote", "set-url", "origin", "ssh://git@example.org/team/repo.git")
	check(t, discover.Options{Root: root}, outline{
		Projects: []string{"app", "deps/other/x", "sub/x"},
		Ignored: []string{
			"copy: clone of the repository in .",
			"deps/other/below: worktree of the repository in deps/other",
			"deps/same: clone of the repository in .",
			"wt/feature: worktree of the repository in .",
		},
	})
	check(t, discover.Options{Root: filepath.Join(root, "wt/feature")}, outline{Projects: []string{"app"}})
	check(t, discover.Options{Root: filepath.Join(root, "wt")}, outline{
		Ignored: []string{"feature: worktree of the repository in " + root},
	})

	// A directory with a bare repository and its worktrees has no other checkout.
	bare := t.TempDir()
	git(t, bare, "clone", "-q", "--bare", root, ".bare")
	write(t, bare, ".git", "gitdir: ./.bare\n")
	git(t, bare, "worktree", "add", "-q", "one", "HEAD")
	if got := find(t, discover.Options{Root: bare}).Projects; !cmp.Equal(got, []string{"one/app"}) {
		t.Errorf("beside a bare repository: %q", got)
	}
}
