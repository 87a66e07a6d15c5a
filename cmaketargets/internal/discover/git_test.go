package discover_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

// isolate hides the user's configuration of git.
func isolate(t *testing.T) {
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
}

func check(t *testing.T, o discover.Options, want outline) {
	t.Helper()
	if diff := cmp.Diff(want, find(t, o)); diff != "" {
		t.Error(diff)
	}
}

func TestGitIgnores(t *testing.T) {
	isolate(t)
	const list = "/CMakeLists.txt"
	root := tree(t, ".gitignore=# rules\nout*/\n!outer/\n/gen/CMakeLists.txt\nforced\n*.d\n",
		"out"+list, "sub/output/x"+list, "outer"+list, "gen"+list, "gen/below"+list, "x.d"+list,
		"sub/.gitignore=!*.d\nlocal\n", "sub/y.d"+list, "sub/local"+list, "local"+list,
		"forced/a"+list, "forced/b"+list, "forced/c/d"+list, "private"+list)
	git(t, root, "init", "-q")
	write(t, root, ".git/info/exclude", "private\n")
	git(t, root, "add", "-f", "forced/a")
	check(t, discover.Options{Root: root}, outline{
		Projects: []string{"forced/a", "gen/below", "local", "outer", "sub/y.d"},
		Ignored: []string{
			"forced/b: ignored by .gitignore:5: forced",
			"forced/c: ignored by .gitignore:5: forced",
			"gen: CMakeLists.txt ignored by .gitignore:4: /gen/CMakeLists.txt",
			"out: ignored by .gitignore:2: out*/",
			"private: ignored by .git/info/exclude:1: private",
			"sub/local: ignored by sub/.gitignore:2: local",
			"sub/output: ignored by .gitignore:2: out*/",
			"x.d: ignored by .gitignore:6: *.d",
		},
	})
	check(t, discover.Options{Root: filepath.Join(root, "sub")}, outline{
		Projects: []string{"y.d"},
		Ignored: []string{
			"local: ignored by sub/.gitignore:2: local",
			"output: ignored by .gitignore:2: out*/",
		},
	})
	check(t, discover.Options{Root: root, Include: []string{"out"}}, outline{Projects: []string{"out"}})

	linked := filepath.Join(t.TempDir(), "linked")
	if err := os.Symlink(filepath.Join(root, "sub"), linked); err != nil {
		t.Fatal(err)
	}
	if got := find(t, discover.Options{Root: linked}).Projects; !cmp.Equal(got, []string{"y.d"}) {
		t.Errorf("through a link: %q", got)
	}
}

func TestGitIgnoresRoot(t *testing.T) {
	isolate(t)
	root := tree(t, ".gitignore=scratch\n*.tmp\n", "scratch/a/CMakeLists.txt", "scratch/b.tmp/CMakeLists.txt")
	git(t, root, "init", "-q")
	check(t, discover.Options{Root: filepath.Join(root, "scratch")}, outline{
		Projects: []string{"a", "b.tmp"},
		Warnings: []string{"the root is ignored by .gitignore:1: scratch in the repository " + root + ", so ignored directories are searched too"},
	})
}

func TestGitRepositoriesWithin(t *testing.T) {
	isolate(t)
	lib := tree(t, ".gitignore=/gen\n", "CMakeLists.txt=#", "src/CMakeLists.txt", "gen/CMakeLists.txt")
	git(t, lib, "init", "-q")
	git(t, lib, "add", ".")
	git(t, lib, "commit", "-q", "-m", "lib")

	root := tree(t, ".gitignore=vendor\nsrc\n", "a/CMakeLists.txt", "src/CMakeLists.txt", "clone/gen/CMakeLists.txt")
	git(t, root, "init", "-q")
	git(t, root, "submodule", "--quiet", "add", lib, "lib")
	git(t, root, "submodule", "--quiet", "add", "-f", lib, "vendor/lib")
	write(t, root, "lib/gen/CMakeLists.txt", "project(demo)")
	write(t, root, "vendor/other/CMakeLists.txt", "project(demo)")
	git(t, filepath.Join(root, "clone"), "init", "-q")
	git(t, root, "add", ".gitignore")
	git(t, root, "commit", "-q", "-m", "root")
	want := outline{
		Projects: []string{"a", "clone/gen", "lib/src", "vendor/lib/src"},
		Ignored: []string{
			"lib/gen: ignored by lib/.gitignore:1: /gen",
			"lib: no project() call",
			"src: ignored by .gitignore:2: src",
			"vendor/lib: no project() call",
			"vendor/other: ignored by .gitignore:1: vendor",
		},
	}
	// Sorted by path, "lib" is before "lib/gen".
	want.Ignored[0], want.Ignored[1] = want.Ignored[1], want.Ignored[0]
	check(t, discover.Options{Root: root}, want)

	worktree := filepath.Join(t.TempDir(), "tree")
	git(t, root, "worktree", "add", "-q", worktree)
	write(t, worktree, "src/CMakeLists.txt", "project(demo)")
	write(t, worktree, "b/CMakeLists.txt", "project(demo)")
	check(t, discover.Options{Root: worktree}, outline{
		Projects: []string{"b"},
		Ignored:  []string{"src: ignored by .gitignore:2: src"},
	})
}

// A submodule whose files are there and whose .git is not, as in an archive.
func TestGitSubmoduleWithoutRepository(t *testing.T) {
	isolate(t)
	lib := tree(t, "src/CMakeLists.txt")
	git(t, lib, "init", "-q")
	git(t, lib, "add", ".")
	git(t, lib, "commit", "-q", "-m", "lib")
	root := tree(t, ".gitignore=out\n")
	git(t, root, "init", "-q")
	git(t, root, "submodule", "--quiet", "add", lib, "lib")
	if err := os.Remove(filepath.Join(root, "lib", ".git")); err != nil {
		t.Fatal(err)
	}
	write(t, root, "lib/out/CMakeLists.txt", "project(demo)")
	check(t, discover.Options{Root: root}, outline{
		Projects: []string{"lib/src"},
		Ignored:  []string{"lib/out: ignored by .gitignore:1: out"},
	})
}

func TestGitOddNames(t *testing.T) {
	isolate(t)
	names := []string{":(glob)x", ":!x", "-x", "a b", "new\nline", "tab\t", "q\"uote", `back\slash`, "é", "*", "[x]", "!x", "#x"}
	if runtime.GOOS == "linux" {
		names = append(names, "\xff\xfe")
	}
	root := tree(t, ".gitignore=ignored\n")
	git(t, root, "init", "-q")
	for _, name := range names {
		write(t, root, name+"/kept/CMakeLists.txt", "project(demo)")
		write(t, root, name+"/ignored/CMakeLists.txt", "project(demo)")
	}
	got := find(t, discover.Options{Root: root})
	if len(got.Projects) != len(names) || len(got.Ignored) != len(names) || got.Warnings != nil {
		t.Errorf("%d names: %q", len(names), got)
	}
	for _, p := range got.Projects {
		if !strings.HasSuffix(p, "/kept") {
			t.Errorf("found %q", p)
		}
	}
}

// The question and its answer are each far larger than a pipe.
func TestGitManyDirectories(t *testing.T) {
	isolate(t)
	root := tree(t, ".gitignore=*1\n", "z/CMakeLists.txt")
	git(t, root, "init", "-q")
	for i := range 2000 {
		if err := os.Mkdir(filepath.Join(root, fmt.Sprintf("%s%d", strings.Repeat("d", 100), i)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	got := find(t, discover.Options{Root: root})
	if !cmp.Equal(got.Projects, []string{"z"}) || len(got.Ignored) != 200 || got.Warnings != nil {
		t.Errorf("found %q, ignored %d, warned %q", got.Projects, len(got.Ignored), got.Warnings)
	}
}

func TestGitEnvironment(t *testing.T) {
	isolate(t)
	other := tree(t, ".gitignore=*\n")
	git(t, other, "init", "-q")
	ran := filepath.Join(t.TempDir(), "ran")
	config := filepath.Join(t.TempDir(), "config")
	write(t, filepath.Dir(config), "config", "[core]\n\texcludesFile = "+filepath.ToSlash(filepath.Join(other, "mine"))+"\n")
	write(t, other, "mine", "personal\n")

	root := tree(t, ".gitignore=out\nforced\n", "a/CMakeLists.txt", "out/CMakeLists.txt", "forced/CMakeLists.txt", "personal/CMakeLists.txt")
	git(t, root, "init", "-q")
	git(t, root, "add", "-f", "forced")
	git(t, root, "config", "core.fsmonitor", "touch "+filepath.ToSlash(ran)+";:")
	env := append(os.Environ(),
		"GIT_DIR="+filepath.Join(other, ".git"), "GIT_WORK_TREE="+other, "GIT_INDEX_FILE="+filepath.Join(other, "index"),
		"GIT_PREFIX=x/", "GIT_LITERAL_PATHSPECS=1", "GIT_FLUSH=0", "GIT_CONFIG_PARAMETERS='core.excludesfile="+os.DevNull+"'",
		"GIT_CONFIG_GLOBAL="+config)
	check(t, discover.Options{Root: root, Env: env}, outline{
		Projects: []string{"a", "forced"},
		Ignored: []string{
			"out: ignored by .gitignore:1: out",
			"personal: ignored by " + filepath.ToSlash(filepath.Join(other, "mine")) + ":1: personal",
		},
	})
	if _, err := os.Stat(ran); err == nil {
		t.Error("git ran a program that the repository names")
	}
}

func TestGitBroken(t *testing.T) {
	isolate(t)
	root := tree(t, ".gitignore=out\n", "a/CMakeLists.txt", "a2/CMakeLists.txt", "out/CMakeLists.txt", ".git=gitdir: nosuch\n", "sub/.git/", "sub/x/CMakeLists.txt")
	got := find(t, discover.Options{Root: root})
	if diff := cmp.Diff([]string{"a", "a2", "out", "sub/x"}, got.Projects); diff != "" {
		t.Error(diff)
	}
	if len(got.Warnings) != 2 || !strings.HasPrefix(got.Warnings[0], "ask git for the ignored files of .: exit status 128: fatal: ") ||
		!strings.HasPrefix(got.Warnings[1], "ask git for the ignored files of sub: exit status 128: fatal: ") {
		t.Errorf("warnings %q", got.Warnings)
	}
}

func TestGitMissing(t *testing.T) {
	root := tree(t, ".gitignore=out\n", "a/CMakeLists.txt", "out/CMakeLists.txt", ".git/", "sub/.git/", "sub/x/CMakeLists.txt")
	t.Setenv("PATH", t.TempDir())
	check(t, discover.Options{Root: root}, outline{
		Projects: []string{"a", "out", "sub/x"},
		Warnings: []string{"git is not installed, so ignored directories are searched too"},
	})
}

// standIn puts a shell script on PATH in git's place.
func standIn(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// A git for which the files belong to another user, as in a container.
func TestGitOtherOwner(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in is a shell script")
	}
	isolate(t)
	root := tree(t, ".gitignore=out\n", "a/CMakeLists.txt", "out/CMakeLists.txt")
	git(t, root, "init", "-q")
	installed, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	want := outline{Projects: []string{"a"}, Ignored: []string{"out: ignored by .gitignore:1: out"}}
	standIn(t, "export GIT_TEST_ASSUME_DIFFERENT_OWNER=1\nexec '"+installed+"' \"$@\"\n")
	check(t, discover.Options{Root: root}, want)
	// Git before 2.38 ignores such a setting on a command line.
	standIn(t, oldGit(installed))
	check(t, discover.Options{Root: root}, want)
}

// oldGit is a stand-in for which all files belong to another user, with any command line.
func oldGit(installed string) string {
	return "[ \"$2\" = 'safe.directory=*' ] || exit 3\nshift 2\nexport GIT_TEST_ASSUME_DIFFERENT_OWNER=1\nexec '" + installed + "' \"$@\"\n"
}

func TestGitNotAskedWithoutRepository(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in is a shell script")
	}
	ran := filepath.Join(t.TempDir(), "ran")
	standIn(t, "touch '"+ran+"'\n")
	check(t, discover.Options{Root: tree(t, "a/CMakeLists.txt")}, outline{Projects: []string{"a"}})
	if _, err := os.Stat(ran); err == nil {
		t.Error("git was started")
	}
}

// One git dies half-way, another hangs with a child of its own.
func TestGitFails(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in is a shell script")
	}
	root := tree(t, "a/CMakeLists.txt", "b/CMakeLists.txt", ".git/")
	t.Run("dies", func(t *testing.T) {
		standIn(t, "printf '\\0\\0\\0./a\\0half'\necho 'fatal: no more' >&2\necho details >&2\nexit 3\n")
		check(t, discover.Options{Root: root}, outline{
			Projects: []string{"a", "b"},
			Warnings: []string{"ask git for the ignored files of .: exit status 3: fatal: no more"},
		})
	})
	t.Run("hangs", func(t *testing.T) {
		dir := t.TempDir()
		started, over := filepath.Join(dir, "started"), filepath.Join(dir, "over")
		standIn(t, "( touch '"+started+"'; while [ -d '"+dir+"' ] && [ ! -e '"+over+"' ]; do sleep 0.05; done )\n")
		defer write(t, dir, "over", "")
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() {
			for ctx.Err() == nil {
				if _, err := os.Stat(started); err == nil {
					cancel()
				}
				time.Sleep(time.Millisecond)
			}
		}()
		if _, err := discover.Find(ctx, discover.Options{Root: root}); !errors.Is(err, context.Canceled) {
			t.Errorf("Find error %v", err)
		}
	})
}

// Repositories within the root take a git each, but not all at one time.
func TestGitEndsWithItsRepository(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in is a shell script")
	}
	isolate(t)
	const repositories = 60
	root := t.TempDir()
	for i := range repositories {
		write(t, root, fmt.Sprintf("r%d/.git/HEAD", i), "ref: refs/heads/main\n")
		write(t, root, fmt.Sprintf("r%d/x/CMakeLists.txt", i), "project(demo)")
	}
	log := filepath.Join(t.TempDir(), "log")
	standIn(t, "echo + >>'"+log+"'\nprintf '\\0\\0\\0./x\\0\\0\\0\\0./x/CMakeLists.txt\\0'\ncat >/dev/null\necho - >>'"+log+"'\n")
	if got := find(t, discover.Options{Root: root}); len(got.Projects) != repositories || got.Warnings != nil {
		t.Errorf("found %d, warned %q", len(got.Projects), got.Warnings)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	running, most := 0, 0
	for line := range strings.Lines(string(text)) {
		if line == "+\n" {
			running++
		} else {
			running--
		}
		most = max(most, running)
	}
	if running != 0 || most >= repositories {
		t.Errorf("%d were running at the end, %d at one time", running, most)
	}
}
