package clean

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func open(t *testing.T, path string) *dir {
	t.Helper()
	d, err := openDir(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.close() })
	return d
}

// contents removes everything in a directory but the kept entries and those of the given names.
func contents(ctx context.Context, d *dir, jobs int, k kept, except ...string) (int64, error) {
	w := newWalk(ctx, d, k, jobs)
	w.empty(&node{dir: d}, except...)
	return w.freed.Load(), w.failed()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, size int) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(path), 0o777))
	must(t, os.WriteFile(path, make([]byte, size), 0o666))
}

// list is all that is below dir, slash-separated, links not followed.
func list(t *testing.T, dir string) []string {
	t.Helper()
	var paths []string
	must(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		paths = append(paths, filepath.ToSlash(rel))
		return err
	}))
	return paths[1:]
}

func TestWalkRemovesEverything(t *testing.T) {
	for _, workers := range []int{0, 1, 8} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			outside, tree := t.TempDir(), filepath.Join(t.TempDir(), "tree")
			write(t, filepath.Join(outside, "linked"), 5000)
			write(t, filepath.Join(outside, "dir", "file"), 100)
			for i := range 30 {
				write(t, filepath.Join(tree, fmt.Sprint(i%7), fmt.Sprint(i%3), fmt.Sprintf("file %d", i)), i*500)
			}
			must(t, os.MkdirAll(filepath.Join(tree, "empty", "deeper"), 0o777))
			must(t, os.Chmod(filepath.Join(tree, "0", "0", "file 0"), 0o444))
			must(t, os.Link(filepath.Join(outside, "linked"), filepath.Join(tree, "linked")))
			// On Windows not everybody may make one.
			_ = os.Symlink(outside, filepath.Join(tree, "1", "to-dir"))
			_ = os.Symlink(filepath.Join(outside, "linked"), filepath.Join(tree, "to-file"))
			freed, err := contents(context.Background(), open(t, tree), workers, kept{})
			if err != nil || freed <= 0 {
				t.Errorf("walk: %d, %v", freed, err)
			}
			emptied(t, tree, outside)
		})
	}
}

// emptied checks that nothing is left of a tree, and that the targets of links in it are complete.
func emptied(t *testing.T, tree, outside string) {
	t.Helper()
	if left := list(t, tree); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
	if got := list(t, outside); !slices.Equal(got, []string{"dir", "dir/file", "linked"}) {
		t.Errorf("outside there is now %q", got)
	}
}

func TestWalkKeepsAndSkips(t *testing.T) {
	tree := t.TempDir()
	for _, name := range []string{"cache", "state/record", "a/keep/mine", "a/b/c", "a/state/gone", "cache.d/x", "d/e/keep.txt"} {
		write(t, filepath.Join(tree, name), 1)
	}
	d := open(t, tree)
	keep, err := findKept(d, []string{filepath.Join(tree, "a", "keep"), filepath.Join(tree, "d", "e", "keep.txt")})
	must(t, err)
	_, err = contents(context.Background(), d, 2, keep, "cache", "state")
	want := []string{"a", "a/keep", "a/keep/mine", "cache", "d", "d/e", "d/e/keep.txt", "state", "state/record"}
	if got := list(t, tree); err != nil || !slices.Equal(got, want) {
		t.Errorf("walk: %v, left %q, want %q", err, got, want)
	}
}

// cancelledAfter is a context that ends by itself after it was asked so often.
type cancelledAfter struct {
	context.Context
	cancel context.CancelCauseFunc
	left   int
}

func (c *cancelledAfter) Err() error {
	if c.left--; c.left == 0 {
		c.cancel(errStopped)
	}
	return c.Context.Err()
}

var errStopped = errors.New("stopped")

func TestWalkStopsWithItsContext(t *testing.T) {
	tree := t.TempDir()
	for i := range 200 {
		write(t, filepath.Join(tree, fmt.Sprint(i/10), fmt.Sprint(i)), 1)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	_, err := contents(&cancelledAfter{ctx, cancel, 100}, open(t, tree), 1, kept{})
	left := list(t, tree)
	if !errors.Is(err, errStopped) || len(left) < 100 || len(left) > 200 {
		t.Errorf("walk: %v, left %d of 220", err, len(left))
	}
	if _, err := contents(context.Background(), open(t, tree), 1, kept{}); err != nil || len(list(t, tree)) > 0 {
		t.Errorf("the second walk: %v, left %q", err, list(t, tree))
	}
}
