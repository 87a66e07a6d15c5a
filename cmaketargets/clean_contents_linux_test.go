package cmaketargets_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
)

// A build tree of ours is removed whatever it contains, and nothing outside of it.
func TestCleanContents(t *testing.T) {
	if !mounting(t) {
		return
	}
	cleanLayouts(t, []cleanLayout{
		{"links inside that lead out", func(l *layout) {
			for name, to := range map[string]string{
				"file": "@home/thesis.tex", "dir": "@outside", "none": "nowhere", "loop": "loop", "root": "/", "home": "@home", "source": "../../a", "up": "..", "cache": "CMakeCache.txt",
			} {
				l.link(to, "repo/build/a/links/"+name)
				l.link(to, "repo/build/a/"+name)
			}
		}, removed, []string{"repo/build"}},
		{"our notes linked elsewhere", func(l *layout) {
			l.remove("repo/build/a/.cmaketargets")
			l.link("@outside/data", "repo/build/a/.cmaketargets")
		}, removed, []string{"repo/build"}},
		{"our lock linked elsewhere", func(l *layout) {
			l.link("@home/thesis.tex", "repo/build/a/.cmaketargets/lock")
			l.link("@home/thesis.tex", "repo/build/a/.cmaketargets/configure.snapshot")
			l.link("@home/thesis.tex", "repo/build/a/.cmaketargets/.configure.snapshot.new")
		}, removed, []string{"repo/build"}},
		{"hard links to files elsewhere", func(l *layout) {
			l.hardlink("home/thesis.tex", "repo/build/a/thesis.tex")
			l.hardlink("outside/data/file", "repo/build/a/.cmaketargets/configure.snapshot")
		}, removed, []string{"repo/build"}},
		{"hard link to the cache elsewhere", func(l *layout) { l.hardlink("repo/build/a/CMakeCache.txt", "outside/saved-cache") }, removed, []string{"repo/build"}},
		{"pipes, sockets, devices", func(l *layout) {
			for i, kind := range []uint32{unix.S_IFIFO, unix.S_IFSOCK, unix.S_IFCHR} {
				l.must(unix.Mknod(l.path(fmt.Sprintf("repo/build/a/special-%d", i)), kind|0o666, 0))
			}
		}, removed, []string{"repo/build"}},
		{"names of all kinds", func(l *layout) {
			for _, name := range []string{"new\nline", "\x1b[31m", "\xff\xfe", strings.Repeat("n", 255), "-rf", "*", " ", "$(reboot)", "a\\b", "CMakeCache.txt/CMakeCache.txt"} {
				l.write("repo/build/a/names/"+name+"/file", "")
			}
		}, removed, []string{"repo/build"}},
		{"paths that are too long", func(l *layout) {
			at, err := os.Getwd()
			l.must(err)
			l.must(os.Chdir(l.path("repo/build/a")))
			for range 50 {
				name := strings.Repeat("d", 200)
				l.must(os.Mkdir(name, 0o777))
				l.must(os.Chdir(name))
			}
			l.must(os.WriteFile("file", nil, 0o666))
			l.must(os.Chdir(at))
		}, removed, []string{"repo/build"}},
		{"fetched sources with a repository of their own", func(l *layout) {
			l.write("repo/build/a/_deps/fmt-src/.git/HEAD", "ref: refs/heads/main\n")
			l.write("repo/build/a/_deps/fmt-src/CMakeLists.txt", "project(fmt)\n")
		}, removed, []string{"repo/build"}},
		{"the current directory", func(l *layout) { l.Chdir(l.path("repo/build/a/Testing")) }, removed, []string{"repo/build"}},
		{"a file that is open", func(l *layout) {
			file, err := os.Open(l.path("repo/build/a/build.ninja"))
			l.must(err)
			l.Cleanup(func() { _ = file.Close() })
		}, removed, []string{"repo/build"}},
		{"another tree below it", func(l *layout) { l.tree("repo/build/a/sub", "repo/libs/b") }, removed, []string{"repo/build"}},
		{"a Clean that was stopped", func(l *layout) {
			l.remove("repo/build/a/CMakeFiles")
			l.record("repo/build/a", inputs.Snapshot{State: "removing", Source: l.path("repo/a"), Build: l.path("repo/build/a")})
		}, removed, []string{"repo/build"}},
	})
}
