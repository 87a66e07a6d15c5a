package cmaketargets_test

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/magecmake/magecmake/cmaketargets/internal/remove"
)

// What is read-only in a build tree is ours all the same; what cannot even be read proves nothing.
func TestCleanWithoutRights(t *testing.T) {
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

// What cannot be removed is named, the rest goes, and the next Clean finishes.
func TestCleanFinishesLater(t *testing.T) {
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

// What is mounted while Clean is at work is not entered.
func TestCleanEntersNoMountThatComesLate(t *testing.T) {
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

// Nor is one that nobody had looked for.
func TestRemovalEntersNoMount(t *testing.T) {
	if !mounting(t) {
		return
	}
	l := newLayout(t)
	l.write("repo/build/a/file/mnt", "")
	l.mkdir("repo/build/a/other/deep/mnt")
	l.mkdir("repo/build/a/bind/mnt")
	mount(t, "none", l.path("repo/build/a/other/deep/mnt"), "tmpfs", 0, "size=64k")
	l.write("repo/build/a/other/deep/mnt/mine", "mine")
	l.bind("home", "repo/build/a/bind/mnt")
	l.bind("home/thesis.tex", "repo/build/a/file/mnt")
	before := snapshot(t, l.home)
	dir, err := remove.Open(l.path("repo/build/a"))
	l.must(err)
	defer dir.Close()
	_, err = remove.Contents(context.Background(), dir, remove.Options{Workers: 2})
	if err == nil || !strings.HasSuffix(err.Error(), "/mnt: something is mounted there; unmount it first (and 2 more)") {
		t.Errorf("Contents = %v", err)
	}
	if after := snapshot(t, l.home); !maps.Equal(before, after) || !exists(l.path("repo/build/a/other/deep/mnt/mine")) {
		t.Errorf("what was mounted is now %v", after)
	}
	if left, err := filepath.Glob(l.path("repo/build/a/*")); err != nil || len(left) != 3 {
		t.Errorf("left %q", left)
	}
}
