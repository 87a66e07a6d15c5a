package cmaketargets_test

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
)

const (
	removed = "ok: removed"
	refused = "failed: refuse to remove build/a: "
)

// Whatever lies in the place of a build tree: Clean removes a directory that is proven to be one,
// and nothing else.
func TestCleanLayouts(t *testing.T) {
	if !mounting(t) {
		return
	}
	self := func(l *layout) { l.conf.Include = []string{"."}; l.write("repo/CMakeLists.txt", "project(all C)\n") }
	cleanLayouts(t, []cleanLayout{
		{"a build tree", func(*layout) {}, removed, []string{"repo/build"}},
		{"no build tree", func(l *layout) { l.remove("repo/build") }, "up-to-date: nothing to clean", nil},
		{"another project's beside it", func(l *layout) { l.tree("repo/build/libs/b", "repo/libs/b") }, removed, []string{"repo/build/a"}},
		{"other files beside it", func(l *layout) { l.write("repo/build/notes", "x") }, removed, []string{"repo/build/a"}},

		// Links on the way.
		{"link to a build tree elsewhere", func(l *layout) {
			l.move("repo/build/a", "outside/a")
			l.link("@outside/a", "repo/build/a")
		}, refused + "build/a is not a directory but a symbolic link", nil},
		{"link to another project's tree", func(l *layout) {
			l.remove("repo/build/a")
			l.tree("repo/build/libs/b", "repo/libs/b")
			l.link("libs/b", "repo/build/a")
		}, refused + "build/a is not a directory but a symbolic link", nil},
		{"link to /", func(l *layout) { l.remove("repo/build/a"); l.link("/", "repo/build/a") }, refused + "build/a is not a directory but a symbolic link", nil},
		{"link to home", func(l *layout) { l.remove("repo/build/a"); l.link("@home", "repo/build/a") }, refused + "build/a is not a directory but a symbolic link", nil},
		{"link to nowhere", func(l *layout) { l.remove("repo/build/a"); l.link("nowhere", "repo/build/a") }, refused + "build/a is not a directory but a symbolic link", nil},
		{"link to itself", func(l *layout) { l.remove("repo/build/a"); l.link("a", "repo/build/a") }, refused + "build/a is not a directory but a symbolic link", nil},
		{"build root is a link", func(l *layout) {
			l.move("repo/build", "outside/build")
			l.link("@outside/build", "repo/build")
		}, removed, []string{"outside/build/a"}},
		{"build root is a link, with other files behind it", func(l *layout) {
			l.move("repo/build", "outside/build")
			l.link("@outside/build", "repo/build")
			l.write("outside/build/thesis.tex", "mine")
			l.tree("outside/build/libs/b", "repo/libs/b")
		}, removed, []string{"outside/build/a"}},
		{"build root is below a link", func(l *layout) {
			l.conf.BuildRoot = "out/build"
			l.move("repo/build", "outside/build")
			l.link("@outside", "repo/out")
			l.cache("outside/build/a", l.path("repo/a"), l.path("repo/out/build/a"))
		}, "ok: removed", []string{"outside/build/a"}},
		{"build root is a link to another repository's", func(l *layout) {
			l.remove("repo/build")
			l.tree("outside/build/a", "outside/repo/a")
			l.link("@outside/build", "repo/build")
		}, refused + "it was configured for DIR/outside/repo/a, not for DIR/repo/a", nil},
		{"build root is a link to a build tree of ours, with files from before", func(l *layout) {
			self(l)
			l.remove("repo/build")
			l.tree("outside/build", "repo")
			l.cache("outside/build", l.path("repo"), l.path("repo/build"))
			l.write("outside/build/thesis.tex", "mine")
			l.record("outside/build", inputs.Snapshot{State: "done", Found: []string{"thesis.tex"}, Source: l.path("repo"), Build: l.path("repo/build")})
			l.link("@outside/build", "repo/build")
		}, removed + ", but for files that were there before: thesis.tex", []string{"outside/build/CMakeCache.txt", "outside/build/CMakeFiles", "outside/build/build.ninja", "outside/build/.cmaketargets", "outside/build/Testing"}},
		{"build root is a link to a build tree that cmake made alone", func(l *layout) {
			self(l)
			l.remove("repo/build")
			l.tree("outside/build", "repo")
			l.cache("outside/build", l.path("repo"), l.path("repo/build"))
			l.write("outside/build/thesis.tex", "mine")
			l.link("@outside/build", "repo/build")
		}, "failed: refuse to remove build: it is a link to DIR/outside/build, and which files were there before the build tree is not known; remove the build tree yourself", nil},
		{"build root is a link to home", func(l *layout) {
			self(l)
			l.remove("repo/build")
			l.tree("home", "repo")
			l.cache("home", l.path("repo"), l.path("repo/build"))
			l.record("home", inputs.Snapshot{State: "done", Made: true, Source: l.path("repo"), Build: l.path("repo/build")})
			l.link("@home", "repo/build")
		}, "failed: refuse to remove build: the home directory is in it; set Config.BuildRoot to another directory", nil},
		{"build root is a link to an empty directory", func(l *layout) {
			self(l)
			l.remove("repo/build")
			l.mkdir("outside/empty")
			l.link("@outside/empty", "repo/build")
		}, "up-to-date: nothing to clean", nil},
		{"build root is a link to nothing", func(l *layout) {
			l.remove("repo/build")
			l.link("@outside/gone", "repo/build")
		}, "read Config.BuildRoot: DIR/repo/build is a link to DIR/outside/gone: no such file or directory; create that directory, or remove the link", nil},
		{"build root is a link to the sources", func(l *layout) {
			l.remove("repo/build")
			l.cache("repo/a", l.path("repo/a"), l.path("repo/a"))
			l.link(".", "repo/build")
		}, refused + "the source of a is in it; set Config.BuildRoot to another directory", nil},
		{"link between build root and tree", func(l *layout) {
			l.conf.Include = []string{"libs/b"}
			l.tree("outside/libs/b", "repo/libs/b")
			l.link("@outside/libs", "repo/build/libs")
		}, "failed: refuse to remove build/libs/b: build/libs is not a directory but a symbolic link", nil},
		{"root reached by a link", func(l *layout) { l.link("repo", "shortcut"); l.conf.Root = l.path("shortcut") }, removed, []string{"repo/build"}},

		// Something else in its place.
		{"a file", func(l *layout) { l.remove("repo/build/a"); l.write("repo/build/a", "mine") }, refused + "build/a is not a directory but a file", nil},
		{"a pipe", func(l *layout) { l.remove("repo/build/a"); l.must(unix.Mkfifo(l.path("repo/build/a"), 0o666)) }, refused + "build/a is not a directory but something special", nil},
		{"a socket", func(l *layout) {
			l.remove("repo/build/a")
			l.must(unix.Mknod(l.path("repo/build/a"), unix.S_IFSOCK|0o666, 0))
		}, refused + "build/a is not a directory but something special", nil},
		{"build root is a file", func(l *layout) { l.remove("repo/build"); l.write("repo/build", "#!/bin/sh\nmake\n") }, "read Config.BuildRoot: DIR/repo/build is not a directory; choose another name", nil},

		// No cache.
		{"an empty directory", func(l *layout) { l.remove("repo/build/a"); l.mkdir("repo/build/a") }, removed, []string{"repo/build"}},
		{"somebody's files, no cache", func(l *layout) { l.remove("repo/build/a"); l.write("repo/build/a/thesis.tex", "mine") }, refused + "there is no CMakeCache.txt in it, but thesis.tex", nil},
		{"a tree whose cache was removed", func(l *layout) { l.remove("repo/build/a/CMakeCache.txt"); l.remove("repo/build/a/Testing") }, refused + "there is no CMakeCache.txt in it, but build.ninja", nil},
		{"CMakeFiles alone", func(l *layout) { l.remove("repo/build/a"); l.write("repo/build/a/CMakeFiles/mine", "mine") }, refused + "there is no CMakeCache.txt in it, but CMakeFiles", nil},
		{"only our notes", func(l *layout) { l.remove("repo/build/a"); l.write("repo/build/a/.cmaketargets/configure.log", "") }, removed, []string{"repo/build"}},
		{"notes elsewhere, by a link", func(l *layout) {
			l.remove("repo/build/a")
			l.link("@outside", "repo/build/a/.cmaketargets")
			l.write("repo/build/a/CMakeFiles/mine", "mine")
		}, refused + "there is no CMakeCache.txt in it, but CMakeFiles", nil},
		{"another tree's record", func(l *layout) {
			l.remove("repo/build/a")
			l.write("repo/build/a/CMakeFiles/mine", "mine")
			l.record("repo/build/a", inputs.Snapshot{State: "running", Made: true, Source: l.path("repo/libs/b"), Build: l.path("repo/build/libs/b")})
		}, refused + "there is no CMakeCache.txt in it, but CMakeFiles", nil},
		{"another project's record", func(l *layout) {
			l.remove("repo/build/a")
			l.write("repo/build/a/CMakeFiles/mine", "mine")
			l.record("repo/build/a", inputs.Snapshot{State: "running", Made: true, Source: l.path("repo/libs/b"), Build: l.path("repo/build/a")})
		}, refused + "it was configured for DIR/repo/libs/b, not for DIR/repo/a", nil},
		{"what a killed configure step left", func(l *layout) {
			l.unfinished("running")
			l.write("repo/build/a/CMakeFiles/pkgRedirects/x", "")
			l.write("repo/build/a/config.h", "")
		}, removed, []string{"repo/build"}},
		{"what a failed configure step left", func(l *layout) {
			l.unfinished("failed", "CMakeFiles", "config.h")
			l.write("repo/build/a/CMakeFiles/pkgRedirects/x", "")
			l.write("repo/build/a/config.h", "")
		}, removed, []string{"repo/build"}},
		{"somebody's files beside what a failed configure step left", func(l *layout) {
			l.unfinished("failed", "CMakeFiles", "config.h")
			l.write("repo/build/a/CMakeFiles/pkgRedirects/x", "")
			l.write("repo/build/a/thesis/a.txt", "mine")
		}, refused + "there is no CMakeCache.txt in it, but thesis", nil},
		{"somebody's files instead of what a failed configure step left", func(l *layout) {
			l.unfinished("failed", "CMakeFiles", "CMakeCache.txt", "thesis")
			l.write("repo/build/a/thesis/a.txt", "mine")
		}, refused + "there is no CMakeCache.txt in it, but thesis", nil},
		{"somebody's files instead of what a killed configure step left", func(l *layout) {
			l.unfinished("running")
			l.write("repo/build/a/thesis/a.txt", "mine")
		}, refused + "there is no CMakeCache.txt in it, but thesis", nil},
		{"CMakeFiles alone, after a configure step that went well", func(l *layout) {
			l.unfinished("done")
			l.write("repo/build/a/CMakeFiles/mine", "mine")
		}, refused + "there is no CMakeCache.txt in it, but CMakeFiles", nil},
		{"a tree that was emptied by hand", func(l *layout) { l.unfinished("done") }, removed, []string{"repo/build"}},

		// A cache that proves nothing.
		{"another project's cache", func(l *layout) { l.tree("repo/build/a", "repo/libs/b") }, refused + "it was configured for DIR/repo/libs/b, not for DIR/repo/a", nil},
		{"cache of a source that is gone", func(l *layout) { l.tree("repo/build/a", "repo/gone") }, refused + "it was configured for DIR/repo/gone, not for DIR/repo/a", nil},
		{"cache with two sources", func(l *layout) {
			l.write("repo/build/a/CMakeCache.txt", "CMAKE_HOME_DIRECTORY:INTERNAL="+l.path("repo/libs/b")+"\nCMAKE_HOME_DIRECTORY:INTERNAL="+l.path("repo/a")+"\n")
		}, refused + "its CMakeCache.txt names several source directories: DIR/repo/libs/b and DIR/repo/a", nil},
		{"cache with a relative source", func(l *layout) {
			l.must(os.Chdir(l.root))
			l.cache("repo/build/a", "a", "")
		}, refused + "it was configured for a, not for DIR/repo/a", nil},
		{"empty cache", func(l *layout) { l.write("repo/build/a/CMakeCache.txt", "") }, refused + "its CMakeCache.txt names no source directory", nil},
		{"cache that names nothing", func(l *layout) { l.cache("repo/build/a", "", l.path("repo/build/a")) }, refused + "its CMakeCache.txt names no source directory", nil},
		{"cache commented out", func(l *layout) {
			l.write("repo/build/a/CMakeCache.txt", "//CMAKE_HOME_DIRECTORY:INTERNAL="+l.path("repo/a")+"\n#CMAKE_HOME_DIRECTORY:INTERNAL="+l.path("repo/a")+"\n")
		}, refused + "its CMakeCache.txt names no source directory", nil},
		{"cache of 1 GiB of nothing", func(l *layout) { l.must(os.Truncate(l.path("repo/build/a/CMakeCache.txt"), 1<<30)) }, refused + "its CMakeCache.txt cannot be read: read cache: bufio.Scanner: token too long", nil},
		{"cache is a directory", func(l *layout) {
			l.remove("repo/build/a/CMakeCache.txt")
			l.mkdir("repo/build/a/CMakeCache.txt")
		}, refused + "its CMakeCache.txt cannot be read: not a regular file", nil},
		{"cache is a pipe", func(l *layout) {
			l.remove("repo/build/a/CMakeCache.txt")
			l.must(unix.Mkfifo(l.path("repo/build/a/CMakeCache.txt"), 0o666))
		}, refused + "its CMakeCache.txt cannot be read: not a regular file", nil},
		{"cache is a link to a true cache in the tree", func(l *layout) {
			l.move("repo/build/a/CMakeCache.txt", "repo/build/a/true")
			l.link("true", "repo/build/a/CMakeCache.txt")
		}, refused + "its CMakeCache.txt cannot be read: not a regular file", nil},
		{"cache is a link to a true cache elsewhere", func(l *layout) {
			l.move("repo/build/a/CMakeCache.txt", "outside/CMakeCache.txt")
			l.link("@outside/CMakeCache.txt", "repo/build/a/CMakeCache.txt")
		}, refused + "its CMakeCache.txt cannot be read: not a regular file", nil},
		{"copy of a true cache beside somebody's files", func(l *layout) {
			l.conf.BuildRoot = "out"
			l.write("repo/out/a/thesis.tex", "mine")
			l.cache("repo/out/a", l.path("repo/a"), l.path("repo/build/a"))
		}, "failed: refuse to remove out/a: its CMakeCache.txt was written for DIR/repo/build/a", nil},
		{"cache of a place that is gone", func(l *layout) { l.cache("repo/build/a", l.path("repo/a"), l.path("repo/build/gone")) }, refused + "its CMakeCache.txt was written for DIR/repo/build/gone", nil},
		{"cache with a place that is a link to the tree", func(l *layout) {
			l.link("@repo", "shortcut")
			l.cache("repo/build/a", l.path("shortcut/a"), l.path("shortcut/build/a"))
		}, removed, []string{"repo/build"}},

		// Mounts.
		{"a file system mounted inside", func(l *layout) {
			l.mkdir("repo/build/a/mnt")
			mount(l.T, "none", l.path("repo/build/a/mnt"), "tmpfs", 0, "size=64k")
			l.write("repo/build/a/mnt/mine", "mine")
		}, refused + "something is mounted at build/a/mnt; unmount it first", nil},
		{"somebody's directory mounted inside", func(l *layout) {
			l.mkdir("repo/build/a/deep/my data")
			l.bind("home", "repo/build/a/deep/my data")
		}, refused + "something is mounted at build/a/deep/my data; unmount it first", nil},
		{"somebody's file mounted inside", func(l *layout) {
			l.write("repo/build/a/file", "")
			l.bind("home/thesis.tex", "repo/build/a/file")
		}, refused + "something is mounted at build/a/file; unmount it first", nil},
		{"the tree mounted into itself", func(l *layout) {
			l.mkdir("repo/build/a/again")
			l.bind("repo/build/a", "repo/build/a/again")
		}, refused + "something is mounted at build/a/again; unmount it first", nil},
		{"the source mounted as the tree", func(l *layout) {
			l.cache("repo/a", l.path("repo/a"), l.path("repo/a"))
			l.bind("repo/a", "repo/build/a")
		}, refused + "the source of a is in it; set Config.BuildRoot to another directory", nil},
		{"what is above the source mounted as the tree", func(l *layout) {
			l.cache("repo", l.path("repo/a"), l.path("repo"))
			l.bind("repo", "repo/build/a")
		}, refused + "the source of a is in it; set Config.BuildRoot to another directory", nil},
		{"home mounted as the tree", func(l *layout) {
			l.tree("home", "repo/a")
			l.bind("home", "repo/build/a")
		}, refused + "the home directory is in it; set Config.BuildRoot to another directory", nil},
		{"build root on another file system", func(l *layout) {
			l.remove("repo/build/a")
			mount(l.T, "none", l.path("repo/build"), "tmpfs", 0, "size=1m")
			l.tree("repo/build/a", "repo/a")
		}, removed, []string{"repo/build/a"}},
		{"tree on another file system", func(l *layout) {
			l.remove("repo/build/a/CMakeCache.txt")
			mount(l.T, "none", l.path("repo/build/a"), "tmpfs", 0, "size=1m")
			l.tree("repo/build/a", "repo/a")
		}, removed, []string{
			"repo/build/a/CMakeCache.txt", "repo/build/a/CMakeFiles", "repo/build/a/build.ninja", "repo/build/a/.cmaketargets", "repo/build/a/Testing",
		}},

		// Build roots.
		{"build root is the root", func(l *layout) { l.conf.BuildRoot = "." }, `read Config.BuildRoot: DIR/repo must be a directory inside the root DIR/repo, such as "build", for Clean removes what is in it`, nil},
		{"build root is /", func(l *layout) { l.conf.BuildRoot = "/" }, `read Config.BuildRoot: / must be a directory inside the root DIR/repo, such as "build", for Clean removes what is in it`, nil},
		{"build root is outside", func(l *layout) { l.conf.BuildRoot = "../outside" }, `read Config.BuildRoot: DIR/outside must be a directory inside the root DIR/repo, such as "build", for Clean removes what is in it`, nil},
		{"build root is home", func(l *layout) { l.conf.BuildRoot = l.home }, `read Config.BuildRoot: DIR/home must be a directory inside the root DIR/repo, such as "build", for Clean removes what is in it`, nil},
		{"home is the tree", func(l *layout) {
			self(l)
			l.home = l.path("repo/build")
			l.tree("repo/build", "repo")
		}, "failed: refuse to remove build: the home directory is in it; set Config.BuildRoot to another directory", nil},
		{"build root differs by case", func(l *layout) { l.conf.BuildRoot = "Build" }, "up-to-date: nothing to clean", nil},
		{"a project's cache whose path differs by case", func(l *layout) {
			l.conf.Include = []string{"a", "A"}
			l.write("repo/A/CMakeLists.txt", "project(p C)\n")
			l.tree("repo/build/a", "repo/A")
		}, "1 step failed of 2: clean a: refuse to remove build/a: it was configured for DIR/repo/A, not for DIR/repo/a", nil},
		{"a project's tree whose path differs by case", func(l *layout) {
			l.write("repo/A/CMakeLists.txt", "project(p C)\n")
			l.move("repo/build/a", "repo/build/A")
			l.cache("repo/build/A", l.path("repo/a"), l.path("repo/build/A"))
		}, "up-to-date: nothing to clean", nil},
		{"build root deep down", func(l *layout) { l.conf.BuildRoot = "out/b"; l.tree("repo/out/b/a", "repo/a") }, removed, []string{"repo/out/b"}},
		{"an in-source build", func(l *layout) { l.tree("repo/a", "repo/a") }, removed, []string{"repo/build"}},
		{"an in-source build at the root", func(l *layout) { self(l); l.remove("repo/build"); l.tree("repo", "repo") }, "up-to-date: nothing to clean", nil},
		{"another project is in the tree", func(l *layout) {
			l.conf.Include = []string{"a", "build/a/sub"}
			l.write("repo/build/a/sub/CMakeLists.txt", "project(sub C)\n")
		}, `match Include pattern "build/a/sub": build root or install prefix, and git does not track it; set Config.BuildRoot to another directory; found 2 projects in 4 directories: a, libs/b`, nil},
		{"sources that git tracks are in the tree", func(l *layout) {
			self(l)
			l.conf.BuildRoot = "src"
			l.write("repo/src/main.c", "int main(void) { return 0; }\n")
			l.git("init", "-q")
			l.git("add", "src/main.c")
			l.tree("repo/src", "repo")
		}, "up-to-date: nothing to clean", nil},
		{"a build tree beside sources that git tracks", func(l *layout) {
			self(l)
			l.conf.BuildRoot = "src"
			l.write("repo/src/main.c", "int main(void) { return 0; }\n")
			l.git("init", "-q")
			l.git("add", "src/main.c")
			l.tree("repo/src/_self", "repo")
		}, removed, []string{"repo/src/_self"}},
		{"sources that git tracks are beside the tree", func(l *layout) {
			l.write("repo/build/cmake/flags.cmake", "set(X 1)\n")
			l.git("init", "-q")
			l.git("add", "build/cmake")
		}, removed, []string{"repo/build/a"}},
		{"a file that git tracks in a damaged index", func(l *layout) {
			l.tracked("repo", "repo/build/a/notes")
			l.write("repo/.git/index", strings.Repeat("garbage", 100))
		}, refused + "git cannot say whether it holds tracked files: read index of DIR/repo: exit status 128: error: bad signature 0x62726167; put that right, or remove the directory yourself", nil},
		{"a file that git tracks, and no git", func(l *layout) {
			l.tracked("repo", "repo/build/a/notes")
			l.Setenv("PATH", l.without("git"))
		}, refused + "git cannot say whether it holds tracked files: read index of DIR/repo: git is not installed; put that right, or remove the directory yourself", nil},
		{"no repository, and no git", func(l *layout) { l.Setenv("PATH", l.without("git")) }, removed, []string{"repo/build"}},
		{"a file that a repository within the root tracks", func(l *layout) {
			l.conf.BuildRoot = "fw/build"
			l.tree("repo/fw/build/a", "repo/a")
			l.tracked("repo/fw", "repo/fw/build/a/notes")
		}, "failed: refuse to remove fw/build/a: it holds fw/build/a/notes, which git tracks; if the build tree was committed by mistake: git rm -r --cached fw/build/a; else set Config.BuildRoot to another directory", nil},
		{"a file that a submodule tracks", func(l *layout) {
			l.conf.BuildRoot = "fw/build"
			l.tracked("repo", "repo/README")
			l.tree("repo/fw/build/a", "repo/a")
			l.tracked("repo/fw", "repo/fw/build/a/notes")
		}, "failed: refuse to remove fw/build/a: it holds fw/build/a/notes, which git tracks; if the build tree was committed by mistake: git rm -r --cached fw/build/a; else set Config.BuildRoot to another directory", nil},
		{"a file that git tracks under another spelling", func(l *layout) {
			l.tracked("repo", "repo/Build/a/notes")
			l.tree("repo/Build/a", "repo/a")
			l.cache("repo/Build/a", l.path("repo/a"), l.path("repo/build/a"))
			l.bind("repo/Build", "repo/build") // as where case does not count
		}, refused + "it holds build/a/notes, which git tracks; if the build tree was committed by mistake: git rm -r --cached build/a; else set Config.BuildRoot to another directory", nil},

		// Prefixes.
		{"prefix in the tree", func(l *layout) {
			self(l)
			l.remove("repo/build/a")
			l.tree("repo/build", "repo")
			l.write("repo/build/_install/bin/tool", "elf")
		}, removed, []string{"repo/build/CMakeCache.txt", "repo/build/CMakeFiles", "repo/build/build.ninja", "repo/build/.cmaketargets", "repo/build/Testing"}},
		{"prefix deep in the tree", func(l *layout) {
			l.conf.Prefix = "build/a/out/inst"
			l.write("repo/build/a/out/inst/bin/tool", "elf")
			l.write("repo/build/a/out/other", "")
		}, removed, []string{
			"repo/build/a/CMakeCache.txt", "repo/build/a/CMakeFiles", "repo/build/a/build.ninja", "repo/build/a/.cmaketargets",
			"repo/build/a/Testing", "repo/build/a/out/other",
		}},
		{"prefix linked elsewhere", func(l *layout) {
			self(l)
			l.remove("repo/build/a")
			l.tree("repo/build", "repo")
			l.link("@outside", "repo/build/_install")
		}, removed, []string{"repo/build/CMakeCache.txt", "repo/build/CMakeFiles", "repo/build/build.ninja", "repo/build/.cmaketargets", "repo/build/Testing"}},
		{"only the prefix is left", func(l *layout) {
			self(l)
			l.remove("repo/build/a")
			l.write("repo/build/_install/bin/tool", "elf")
		}, "up-to-date: nothing to clean", nil},
		{"only a prefix deep down is left", func(l *layout) {
			l.conf.Prefix = "build/a/out/inst"
			l.remove("repo/build/a")
			l.write("repo/build/a/out/inst/bin/tool", "elf")
		}, "up-to-date: nothing to clean", nil},
		{"only a prefix is left that is linked elsewhere", func(l *layout) {
			self(l)
			l.remove("repo/build/a")
			l.link("@outside", "repo/build/_install")
		}, "up-to-date: nothing to clean", nil},
		{"prefix is the tree", func(l *layout) {
			self(l)
			l.conf.Prefix = "build"
			l.tree("repo/build", "repo")
		}, "plan build trees: the tree of . would lie in the install prefix build; set Config.Prefix to another directory", nil},
	})
}
