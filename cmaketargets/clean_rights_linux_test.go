package cmaketargets_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/magecmake/magecmake/cmaketargets"
	cleaning "github.com/magecmake/magecmake/cmaketargets/internal/clean"
)

// Read-only files in a build tree are ours; a directory that cannot be read proves nothing.
func TestCleanWithoutRights(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs mounts and rights")
	}
	if !unprivileged(t) {
		return
	}
	chmod := func(l *layout, mode os.FileMode, names ...string) {
		for _, name := range names {
			l.must(os.Chmod(l.path(name), mode))
			l.Cleanup(func() { _ = os.Chmod(l.path(name), 0o777) })
		}
	}
	for _, test := range []struct {
		name string
		make func(*layout)
		says string
		gone []string
	}{
		{"read-only files and directories", func(l *layout) {
			l.write("repo/build/a/mod/x/go.mod", "module x\n")
			l.write("repo/build/a/mod/\xff\xfe/file", "")
			chmod(l, 0o444, "repo/build/a/mod/x/go.mod", "repo/build/a/build.ninja", "repo/build/a/CMakeCache.txt")
			chmod(l, 0o555, "repo/build/a/mod/x", "repo/build/a/mod/\xff\xfe", "repo/build/a/mod", "repo/build/a/.cmaketargets", "repo/build/a")
		}, removed, []string{"repo/build"}},
		{"a read-only tree in which we never were", func(l *layout) {
			l.remove("repo/build/a/.cmaketargets")
			chmod(l, 0o555, "repo/build/a")
		}, removed, []string{"repo/build"}},
		{"directories that cannot be entered", func(l *layout) {
			l.write("repo/build/a/shut/deeper/file", "")
			chmod(l, 0, "repo/build/a/shut/deeper", "repo/build/a/shut")
		}, removed, []string{"repo/build"}},
		{"deep directories that are read-only", func(l *layout) {
			deep := "repo/build/a" + strings.Repeat("/d", 40)
			l.write(deep+"/file", "")
			for dir := deep; dir != "repo/build/a"; dir = filepath.Dir(dir) {
				chmod(l, 0o555, dir)
			}
		}, removed, []string{"repo/build"}},
		{"a cache that cannot be read", func(l *layout) { chmod(l, 0, "repo/build/a/CMakeCache.txt") }, refused + "its CMakeCache.txt cannot be read: permission denied", nil},
		{"a tree that cannot be read", func(l *layout) { chmod(l, 0, "repo/build/a") }, refused + "open DIR/repo/build/a: permission denied", nil},
		{"a build root that cannot be entered", func(l *layout) { chmod(l, 0, "repo/build") }, refused + "open DIR/repo/build: permission denied", nil},
		{"a prefix that cannot be looked at", func(l *layout) {
			l.conf.Prefix = "build/a/out/inst"
			l.write("repo/build/a/out/inst/bin/tool", "elf")
			chmod(l, 0, "repo/build/a/out")
		}, refused + "lstat DIR/repo/build/a/out/inst: permission denied", nil},
		{"a prefix that leads to what cannot be looked at", func(l *layout) {
			l.conf.Prefix = "build/a/inst"
			l.write("repo/build/a/out/inst/bin/tool", "elf")
			l.link("out/inst", "repo/build/a/inst")
			chmod(l, 0, "repo/build/a/out")
		}, refused + "lstat DIR/repo/build/a/out/inst: permission denied", nil},
		{"a read-only build root", func(l *layout) { chmod(l, 0o555, "repo/build") }, removed, []string{
			"repo/build/a/CMakeCache.txt", "repo/build/a/CMakeFiles", "repo/build/a/build.ninja", "repo/build/a/.cmaketargets", "repo/build/a/Testing",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLayout(t)
			test.make(l)
			before := snapshot(t, l.base)
			if got := l.clean(); got != test.says {
				t.Errorf("Clean said\n%s\nwant\n%s", got, test.says)
			}
			l.unchanged(before, test.gone)
		})
	}
}

// A file that cannot be removed is named, the rest is removed, and the next Clean finishes.
func TestCleanFinishesLater(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs mounts and rights")
	}
	l := newLayout(t)
	l.write("repo/build/a/deep/er/fixed", "")
	l.write("repo/build/a/deep/other", "")
	immutable := func(flag string) {
		t.Helper()
		args := []string{"chattr", flag, l.path("repo/build/a/deep/er/fixed")}
		if os.Getuid() != 0 {
			args = append([]string{"sudo", "-n"}, args...)
		}
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%q: %v: %s; this test needs root, or sudo without a password, and a file system with attributes", args, err, out)
		}
	}
	immutable("+i")
	l.Cleanup(func() {
		if exists(l.path("repo/build/a/deep/er/fixed")) {
			immutable("-i")
		}
	})
	const says = "failed: remove build/a: deep/er/fixed: operation not permitted; it may be immutable, see chattr(1)"
	for range 2 {
		if got := l.clean(); got != says {
			t.Errorf("Clean said\n%s\nwant\n%s", got, says)
		}
		left, err := filepath.Glob(l.path("repo/build/a/*"))
		if err != nil || len(left) != 3 || filepath.Base(left[1]) != "CMakeCache.txt" || filepath.Base(left[2]) != "deep" || exists(l.path("repo/build/a/deep/other")) {
			t.Errorf("left %q", left)
		}
	}
	immutable("-i")
	if got := l.clean(); got != removed || exists(l.path("repo/build")) {
		t.Errorf("the last Clean said %s", got)
	}
}

// A mount that is made while Clean works is not entered.
func TestCleanEntersNoMountThatComesLate(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs mounts and rights")
	}
	if !mounting(t) {
		return
	}
	for range 10 {
		l := newLayout(t)
		for _, name := range []string{"x", "y", "z"} {
			l.mkdir("repo/build/a/" + name + "/mnt")
		}
		stop, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			for i := range 30 {
				select {
				case <-stop:
					return
				case <-time.After(200 * time.Microsecond):
					_ = unix.Mount(l.home, l.path("repo/build/a/"+string(rune('x'+i%3))+"/mnt"), "", unix.MS_BIND, "")
				}
			}
		}()
		before := snapshot(t, l.home)
		says := l.clean()
		close(stop)
		<-stopped
		if after := snapshot(t, l.home); len(after) != len(before) {
			t.Fatalf("Clean said %s and went into a mount", says)
		}
		for _, name := range []string{"x", "y", "z"} {
			for unix.Unmount(l.path("repo/build/a/"+name+"/mnt"), unix.MNT_DETACH) == nil {
			}
		}
	}
}

// Nor is one that came after the proof.
func TestRemovalEntersNoMount(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs mounts and rights")
	}
	if !mounting(t) {
		return
	}
	l := newLayout(t)
	l.write("repo/build/a/file/mnt", "")
	l.mkdir("repo/build/a/other/deep/mnt")
	l.mkdir("repo/build/a/bind/mnt")
	tree := cleaning.Tree{
		Root: l.root, BuildRoot: l.path("repo/build"), Dir: l.path("repo/build/a"), Source: l.path("repo/a"), Show: func(path string) string { return path },
		Tracked: func(context.Context, string) (string, error) { return "", nil },
	}
	proven, err := tree.Prove(context.Background())
	l.must(err)
	defer proven.Close()
	mount(t, "none", l.path("repo/build/a/other/deep/mnt"), "tmpfs", 0, "size=64k")
	l.write("repo/build/a/other/deep/mnt/mine", "mine")
	l.bind("home", "repo/build/a/bind/mnt")
	l.bind("home/thesis.tex", "repo/build/a/file/mnt")
	before := snapshot(t, l.home)
	_, err = proven.Remove(context.Background(), 2, func() {})
	if err == nil || !strings.HasSuffix(err.Error(), "/mnt: something is mounted there; unmount it first (and 2 more)") {
		t.Errorf("Remove = %v", err)
	}
	if after := snapshot(t, l.home); !maps.Equal(before, after) || !exists(l.path("repo/build/a/other/deep/mnt/mine")) {
		t.Errorf("what was mounted is now %v", after)
	}
	if left, err := filepath.Glob(l.path("repo/build/a/*")); err != nil || len(left) != 5 { // with the cache and our state
		t.Errorf("left %q", left)
	}
}

// A deep tree that came with a container's image lies in a layer in which no directory can be moved.
func TestCleanOfLowerLayer(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs mounts and rights")
	}
	if !mounting(t) {
		return
	}
	l := newLayout(t)
	l.write("repo/build/a"+strings.Repeat("/d", 40)+"/file", "")
	l.mkdir("layer")
	mount(t, "none", l.path("layer"), "tmpfs", 0, "size=1m") // an overlay lies on no overlay, which the base may be
	l.mkdir("layer/upper")
	l.mkdir("layer/work")
	build := l.path("repo/build")
	mount(t, "overlay", build, "overlay", 0, fmt.Sprintf("userxattr,lowerdir=%s,upperdir=%s,workdir=%s", build, l.path("layer/upper"), l.path("layer/work")))
	if got := l.clean(); got != removed || exists(l.path("repo/build/a")) {
		t.Errorf("Clean said %s", got)
	}
}

// Something takes the place of a build tree, or of a directory on the way to it, while Clean works:
// the proven directory is removed, or nothing is. It happens when Clean asks git, which is its last
// question: before the lock is taken in a run of Clean alone, and otherwise after the whole proof.
func TestCleanOfWhatIsReplaced(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs mounts and rights")
	}
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal("this test needs git; go tool mage setup installs it")
	}
	unlocked := []cmaketargets.Step{cmaketargets.StepClean}
	proven := []cmaketargets.Step{cmaketargets.StepConfigure, cmaketargets.StepClean}
	for _, test := range []struct {
		name, replaced, by string
		steps              []cmaketargets.Step
		says               string
	}{
		{"the tree, before it is locked", "repo/build/a", "outside/like/a", unlocked, refused + "build/a is not a directory but a symbolic link"},
		// A build root may be a link to another disk, and the tree behind it is proven after this.
		{"the build root, before the tree is locked", "repo/build", "outside/like", unlocked, removed},
		{"the tree, after the proof", "repo/build/a", "outside/like/a", proven, removed},
		{"the build root, after the proof", "repo/build", "outside/like", proven, removed},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLayout(t)
			l.git("init", "-q")
			l.write("repo/a/CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nproject(p NONE)\n")
			if len(test.steps) > 1 {
				l.remove("repo/build")
			}
			// By whichever name it is reached, this is a build tree of the project.
			l.tree("outside/like/a", "repo/a")
			l.cache("outside/like/a", l.path("repo/a"), l.path("repo/build/a"))
			l.write("outside/like/a/.cmaketargets/lock", "")
			l.write("bin/git", fmt.Sprintf(`#!/bin/sh
case "$*" in *" ls-files -z")
	mv '%s' '%s' && ln -s '%s' '%[1]s'
esac
exec '%[4]s' "$@"
`, l.path(test.replaced), l.path("outside/moved"), l.path(test.by), git))
			l.must(os.Chmod(l.path("bin/git"), 0o777))
			l.Setenv("PATH", l.path("bin")+":"+os.Getenv("PATH"))
			l.Setenv("HOME", l.home)
			before := snapshot(t, l.path("outside/like"))

			report, err := cmaketargets.New(l.conf).Run(context.Background(), test.steps...)
			if len(report) != len(test.steps) {
				t.Fatalf("Run = %v", err)
			}
			res := report.ForStep(cmaketargets.StepClean)[0]
			says := strings.ReplaceAll(string(res.Status)+": "+freed.ReplaceAllString(res.Reason, "removed"), l.base, "DIR")
			if says != test.says {
				t.Errorf("Clean said\n%s\nwant\n%s", says, test.says)
			}
			behind := len(test.steps) == 1 && test.says == removed
			if diff := cmp.Diff(before, snapshot(t, l.path("outside/like"))); !behind && diff != "" {
				t.Errorf("what took the place has changed (-was +is):\n%s", diff)
			}
			if to, err := os.Readlink(l.path(test.replaced)); err != nil || to != l.path(test.by) {
				t.Errorf("the link leads to %q, %v", to, err)
			}
			tree := strings.Replace("repo/build/a", test.replaced, "outside/moved", 1)
			if behind {
				tree = "outside/like/a"
			}
			if gone := !exists(l.path(tree + "/CMakeCache.txt")); gone != (test.says == removed) {
				t.Errorf("the tree that was proven is gone: %v", gone)
			}
		})
	}
}

// The bytes that Clean reports as freed are those of du, apart from files with a name elsewhere.
func TestCleanSaysWhatItFrees(t *testing.T) {
	l := newLayout(t)
	for i := range 5 {
		l.write(fmt.Sprintf("repo/build/a/deep/%d/object.o", i), strings.Repeat("x", 1_000_000))
	}
	l.write("repo/build/a/sparse", "")
	l.must(os.Truncate(l.path("repo/build/a/sparse"), 1<<30))
	l.write("outside/shared", strings.Repeat("x", 3_000_000))
	l.hardlink("outside/shared", "repo/build/a/shared")
	unix.Sync() // some file systems count blocks only then
	// It counts every file once, so that the shared one is not in the second sum.
	out, err := exec.Command("du", "-s", "-B1", l.path("outside"), l.path("repo/build/a")).Output()
	l.must(err)
	var sums [2]float64
	var names [2]string
	if _, err := fmt.Sscan(string(out), &sums[0], &names[0], &sums[1], &names[1]); err != nil {
		t.Fatalf("du said %q: %v", out, err)
	}
	l.Setenv("HOME", l.home)
	report, err := cmaketargets.New(l.conf).Run(context.Background(), cmaketargets.StepClean)
	l.must(err)
	var megabytes float64
	if _, err := fmt.Sscanf(report[0].Reason, "removed %f MB", &megabytes); err != nil || math.Abs(megabytes*1e6-sums[1]) > 100_000 {
		t.Errorf("Clean %s, du said %.0f bytes: %v", report[0].Reason, sums[1], err)
	}
}
