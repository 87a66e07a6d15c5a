package discover_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

// repo makes a repository in a directory that tracks the files in it.
func repo(t *testing.T, dir string) {
	t.Helper()
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-f", ".")
}

func TestTracked(t *testing.T) {
	isolate(t)
	for _, test := range []struct {
		name string
		make func(root string)
		dir  string
		want string
	}{
		{"no repository", func(root string) { write(t, root, "build/a/x", "") }, "build/a", ""},
		{"nothing tracked", func(root string) {
			git(t, root, "init", "-q")
			write(t, root, "build/a/x", "")
		}, "build/a", ""},
		{"tracked beside it", func(root string) {
			write(t, root, "build/a2/x", "")
			write(t, root, "build/x", "")
			repo(t, root)
			write(t, root, "build/a/x", "")
		}, "build/a", ""},
		{"tracked in it", func(root string) {
			write(t, root, "build/a/deep/er/x y", "")
			repo(t, root)
		}, "build/a", "deep/er/x y"},
		{"spelled as a pattern", func(root string) {
			write(t, root, "build/a/x", "")
			repo(t, root)
		}, "build/[a]", ""},
		{"a repository between", func(root string) {
			write(t, root, "fw/build/a/x", "")
			repo(t, filepath.Join(root, "fw"))
		}, "fw/build/a", "x"},
		{"a submodule between", func(root string) {
			lib := tree(t, "build/a/x")
			repo(t, lib)
			git(t, lib, "commit", "-q", "-m", "lib")
			git(t, root, "init", "-q")
			git(t, root, "submodule", "--quiet", "add", lib, "fw")
		}, "fw/build/a", "x"},
		{"the repository above has it no more", func(root string) {
			write(t, root, "fw/build/a/x", "")
			repo(t, root)
			git(t, filepath.Join(root, "fw"), "init", "-q")
		}, "fw/build/a", ""},
		{"it is a repository's own", func(root string) {
			write(t, root, "build/a/x", "")
			repo(t, filepath.Join(root, "build/a"))
		}, "build/a", "x"},
		{"a submodule in it", func(root string) {
			lib := tree(t, "x")
			repo(t, lib)
			git(t, lib, "commit", "-q", "-m", "lib")
			git(t, root, "init", "-q")
			git(t, root, "submodule", "--quiet", "add", lib, "build/a/lib")
		}, "build/a", "lib"},
		{"sources fetched into it", func(root string) {
			git(t, root, "init", "-q")
			write(t, root, "build/a/_deps/x", "")
			repo(t, filepath.Join(root, "build/a/_deps"))
		}, "build/a", ""},
		{"a worktree", func(root string) {
			other := t.TempDir()
			write(t, other, "build/a/x", "")
			repo(t, other)
			git(t, other, "commit", "-q", "-m", "other")
			git(t, other, "worktree", "add", "-q", filepath.Join(root, "linked"))
		}, "linked/build/a", "x"},
		{"a directory called .git", func(root string) {
			write(t, root, "build/a/x", "")
			repo(t, root)
			write(t, root, "build/.git/notes", "")
		}, "build/a", "x"},
		{"a repository owned by its configuration", func(root string) {
			write(t, root, "build/a/x", "")
			repo(t, root)
			git(t, root, "config", "core.worktree", t.TempDir())
			git(t, root, "config", "core.bare", "false")
		}, "build/a", "x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			test.make(root)
			if err := os.MkdirAll(filepath.Join(root, test.dir), 0o777); err != nil {
				t.Fatal(err)
			}
			linked := filepath.Join(t.TempDir(), "linked")
			if err := os.Symlink(filepath.Dir(filepath.Join(root, test.dir)), linked); err != nil {
				t.Fatal(err)
			}
			x := discover.NewIndexes(os.Environ())
			for _, dir := range []string{filepath.Join(root, test.dir), filepath.Join(linked, filepath.Base(test.dir))} {
				if got, err := x.Tracked(t.Context(), dir); got != test.want || err != nil {
					t.Errorf("Tracked(%s) = %q, %v; want %q", dir, got, err, test.want)
				}
			}
		})
	}
}

// An index that git cannot read is not an empty one.
func TestTrackedNotKnown(t *testing.T) {
	isolate(t)
	for _, test := range []struct {
		name  string
		spoil func(t *testing.T, root string)
		want  string
	}{
		{"corrupt index", func(t *testing.T, root string) { write(t, root, ".git/index", "garbage") }, "read index of DIR: exit status 128: "},
		{"index without repository", func(t *testing.T, root string) {
			if err := os.Remove(filepath.Join(root, ".git", "HEAD")); err != nil {
				t.Fatal(err)
			}
		}, "read index of DIR: exit status 128: fatal: not a git repository"},
		{"repository elsewhere", func(t *testing.T, root string) {
			if err := os.Rename(filepath.Join(root, ".git"), filepath.Join(root, "gone")); err != nil {
				t.Fatal(err)
			}
			write(t, root, ".git", "gitdir: nosuch\n")
		}, "read index of DIR: exit status 128: fatal: not a git repository"},
		{"no git", func(t *testing.T, _ string) { t.Setenv("PATH", t.TempDir()) }, "read index of DIR: git is not installed"},
		{"a git that cannot be started", func(t *testing.T, root string) {
			write(t, root, "bin/git", "#!/nosuch/shell\n")
			if err := os.Chmod(filepath.Join(root, "bin", "git"), 0o755); err != nil {
				t.Fatal(err)
			}
			t.Setenv("PATH", filepath.Join(root, "bin"))
		}, "read index of DIR: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			root, err := filepath.EvalSymlinks(tree(t, "build/a/x"))
			if err != nil {
				t.Fatal(err)
			}
			repo(t, root)
			test.spoil(t, root)
			file, err := discover.NewIndexes(os.Environ()).Tracked(t.Context(), filepath.Join(root, "build", "a"))
			if err == nil || !strings.HasPrefix(strings.ReplaceAll(err.Error(), root, "DIR"), test.want) {
				t.Errorf("Tracked = %q, %v; want %s", file, err, test.want)
			}
			if errors.Is(err, fs.ErrNotExist) {
				t.Error("that is the error of a directory that is not there")
			}
		})
	}
}

// Git before 2.38 read files of other users only where the user's own configuration allowed it.
func TestTrackedOfOtherOwner(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in is a shell script")
	}
	isolate(t)
	root := tree(t, "build/a/x")
	repo(t, root)
	installed, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	standIn(t, oldGit(installed))
	if got, err := discover.NewIndexes(os.Environ()).Tracked(t.Context(), filepath.Join(root, "build", "a")); got != "x" || err != nil {
		t.Errorf("Tracked = %q, %v", got, err)
	}
}

// Many trees cost one git, and a question that was cancelled is repeated.
func TestTrackedAsksOnce(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in is a shell script")
	}
	isolate(t)
	root := t.TempDir()
	for i := range 20 {
		write(t, root, fmt.Sprintf("build/%d/x", i), "")
	}
	repo(t, root)
	installed, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "log")
	standIn(t, "echo asked >>'"+log+"'\nexec '"+installed+"' \"$@\"\n")
	x := discover.NewIndexes(os.Environ())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if file, err := x.Tracked(ctx, filepath.Join(root, "build", "0")); !errors.Is(err, context.Canceled) {
		t.Errorf("Tracked after the end = %q, %v", file, err)
	}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if file, err := x.Tracked(t.Context(), filepath.Join(root, "build", fmt.Sprint(i))); file != "x" || err != nil {
				t.Errorf("Tracked(%d) = %q, %v", i, file, err)
			}
		})
	}
	all.Wait()
	if text, err := os.ReadFile(log); err != nil || string(text) != "asked\n" {
		t.Errorf("git was %q, %v", text, err)
	}
}
