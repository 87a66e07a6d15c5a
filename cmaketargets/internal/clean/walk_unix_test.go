//go:build unix

package clean

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// blocks returns the size of the paths as du counts it.
func blocks(t *testing.T, paths ...string) (bytes int64) {
	t.Helper()
	for _, path := range paths {
		info, err := os.Lstat(path)
		must(t, err)
		bytes += info.Sys().(*syscall.Stat_t).Blocks * 512
	}
	return bytes
}

// Every kind of file is removed, and the freed bytes are counted exactly.
func TestWalkCountsWhatItFrees(t *testing.T) {
	for _, workers := range []int{0, 1, 8} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			outside, tree := t.TempDir(), filepath.Join(t.TempDir(), "tree")
			write(t, filepath.Join(outside, "linked"), 5000)
			write(t, filepath.Join(outside, "dir", "file"), 100)
			var counted []string
			for i := range 30 {
				path := filepath.Join(tree, fmt.Sprint(i%7), fmt.Sprint(i%3), fmt.Sprintf("file-%d", i))
				write(t, path, i*500)
				counted = append(counted, path)
			}
			names := []string{"with\nnewline", "\x1b[31m", strings.Repeat("n", 255), "-rf", "*", " "}
			if runtime.GOOS == "linux" { // Not every file system of macOS takes it.
				names = append(names, "\xff\xfe")
			}
			for _, name := range names {
				write(t, filepath.Join(tree, "names", name, name), 10)
				counted = append(counted, filepath.Join(tree, "names", name), filepath.Join(tree, "names", name, name))
			}
			// Two names of one file count once, and one of a file with a name elsewhere does not count.
			must(t, os.Link(counted[3], filepath.Join(tree, "second-name")))
			must(t, os.Link(filepath.Join(outside, "linked"), filepath.Join(tree, "linked")))
			for name, to := range map[string]string{
				"absolute": outside, "relative": "../..", "root": "/", "dangling": "nowhere", "loop": "loop", "file": filepath.Join(outside, "linked"),
			} {
				must(t, os.Symlink(to, filepath.Join(tree, "links-"+name)))
			}
			must(t, syscall.Mkfifo(filepath.Join(tree, "fifo"), 0o600))
			must(t, os.MkdirAll(filepath.Join(tree, "read-only", "deeper"), 0o777))
			write(t, filepath.Join(tree, "read-only", "deeper", "file"), 1)
			for _, path := range []string{"read-only/deeper/file", "read-only/deeper", "read-only"} {
				must(t, os.Chmod(filepath.Join(tree, path), 0o555))
			}
			must(t, os.Mkdir(filepath.Join(tree, "shut"), 0))
			held, err := os.Open(counted[5])
			must(t, err)
			defer held.Close()
			for _, dir := range []string{"names", "read-only", "read-only/deeper", "read-only/deeper/file", "shut"} {
				counted = append(counted, filepath.Join(tree, dir))
			}
			for i := range 7 {
				counted = append(counted, filepath.Join(tree, fmt.Sprint(i)))
				for j := range 3 {
					counted = append(counted, filepath.Join(tree, fmt.Sprint(i), fmt.Sprint(j)))
				}
			}
			want := blocks(t, counted...)

			freed, err := contents(context.Background(), open(t, tree), workers, kept{})
			if err != nil || freed != want {
				t.Errorf("walk: %d, %v; want %d", freed, err, want)
			}
			emptied(t, tree, outside)
		})
	}
}

// A tree may be deeper than a path can be long and than files can be open, with any kept entries: a
// goroutine needs few handles.
func TestWalkOfDeepTree(t *testing.T) {
	tree := t.TempDir()
	var want []string
	for _, level := range []int{0, 20} { // levels above it
		at := open(t, tree)
		const depth = 1500
		keep := tree
		for i := range depth {
			name := fmt.Sprintf("level-%d", i)
			must(t, at.root.Mkdir(name, 0o777))
			if i%100 == 0 {
				_, err := at.touch("file")
				must(t, err)
				must(t, at.root.Mkdir("beside", 0o777))
			}
			if i < level {
				keep = filepath.Join(keep, name)
				want = append(want, strings.TrimPrefix(keep, tree+"/"))
			}
			next, err := at.open(name)
			must(t, err)
			if i > 0 {
				at.close()
			}
			at = next
		}
		at.close()
		must(t, os.MkdirAll(filepath.Join(keep, "kept", "mine"), 0o777))
		if level > 0 {
			want = append(want, want[len(want)-1]+"/kept", want[len(want)-1]+"/kept/mine")
		} else {
			keep, want = tree, []string{"kept", "kept/mine"}
		}
		d := open(t, tree)
		stays, err := findKept(d, []string{filepath.Join(tree, "kept"), filepath.Join(keep, "kept")})
		must(t, err)
		var limit syscall.Rlimit
		must(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
		few := limit
		opened, err := os.ReadDir("/dev/fd")
		must(t, err)
		few.Cur = uint64(len(opened)-1) + 12 // 1 is the listing's.
		must(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few))
		_, err = contents(context.Background(), d, 1, stays)
		must(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit))
		if left := list(t, tree); err != nil || !slices.Equal(left, want) {
			t.Errorf("walk: %v, left %q, want %q", err, left, want)
		}
	}
}
