//go:build unix

package clean

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// A directory that is swapped for a link at any moment leads nowhere.
func TestWalkFollowsNoLinkThatComesLate(t *testing.T) {
	outside := t.TempDir()
	write(t, filepath.Join(outside, "precious"), 1)
	for range 15 {
		tree := t.TempDir()
		for i := range 20 {
			write(t, filepath.Join(tree, "dir", fmt.Sprint(i), "file"), 1)
		}
		stop, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				path := filepath.Join(tree, "dir", fmt.Sprint(i%20))
				if os.Rename(path, path+".aside") == nil {
					_ = os.Symlink(outside, path)
				}
			}
		}()
		_, err := contents(context.Background(), open(t, tree), 4, kept{})
		close(stop)
		<-stopped
		var failed *removalError
		if err != nil && !errors.As(err, &failed) {
			t.Fatal(err)
		}
		if got := list(t, outside); !slices.Equal(got, []string{"precious"}) {
			t.Fatalf("outside there is now %q", got)
		}
	}
}

// An error is short, whatever the path, and counts the others.
func TestError(t *testing.T) {
	if got := (&removalError{Path: "a/b", Err: syscall.EPERM}).Error(); got != "a/b: operation not permitted" {
		t.Errorf("Error = %q", got)
	}
	if got := (&removalError{Path: strings.Repeat("d/", 300) + "b", Err: syscall.EPERM}).Error(); len(got) > 250 || !strings.HasSuffix(got, "/d/b: operation not permitted") {
		t.Errorf("Error = %q", got)
	}
	if got := (&removalError{Path: "a/b", Err: syscall.EPERM, More: 2}).Error(); got != "a/b: operation not permitted (and 2 more)" {
		t.Errorf("Error = %q", got)
	}
}

func TestDirOpensNothingElse(t *testing.T) {
	tree := t.TempDir()
	write(t, filepath.Join(tree, "file"), 1)
	must(t, os.Mkdir(filepath.Join(tree, "dir"), 0o777))
	must(t, os.Symlink("dir", filepath.Join(tree, "to-dir")))
	must(t, os.Symlink("file", filepath.Join(tree, "to-file")))
	must(t, syscall.Mkfifo(filepath.Join(tree, "fifo"), 0o600))
	d := open(t, tree)
	for _, name := range []string{"file", "to-dir", "to-file", "fifo", "none"} {
		if sub, err := d.open(name); err == nil {
			t.Errorf("open(%s) = %s", name, sub.root.Name())
		}
	}
	for _, name := range []string{"dir", "to-dir", "to-file", "fifo", "none"} {
		if file, err := d.openFile(name); err == nil {
			t.Errorf("openFile(%s) = %s", name, file.Name())
		}
		if name != "dir" && name != "none" {
			if err := d.rmdir(name); err == nil {
				t.Errorf("rmdir(%s) removed it", name)
			}
		}
	}
	// A file that replaces an entry after it was looked at is neither waited for nor removed.
	if sub, err := d.openSame("fifo", d.info); err == nil {
		t.Errorf("openSame(fifo) = %s", sub.root.Name())
	}
	if err := d.unlink("dir"); err == nil {
		t.Error("unlink removed an empty directory")
	}
	if _, err := d.touch("to-file"); err == nil {
		t.Error("touch followed a link")
	}
	w := newWalk(context.Background(), d, kept{}, 1)
	for _, name := range []string{"to-file", "none"} {
		if err := w.removeFile(&node{dir: d}, name); err != nil || w.freed.Load() != 0 {
			t.Errorf("removeFile(%s) = %v, freed %d", name, err, w.freed.Load())
		}
	}
	if info, err := os.Stat(filepath.Join(tree, "file")); err != nil || info.Size() != 1 {
		t.Errorf("the file is gone: %v", err)
	}
}
