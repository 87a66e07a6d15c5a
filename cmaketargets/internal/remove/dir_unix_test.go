//go:build unix

package remove_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/remove"
)

// A directory that is swapped for a link at any moment leads nowhere.
func TestContentsFollowsNoLinkThatComesLate(t *testing.T) {
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
		_, err := remove.Contents(context.Background(), open(t, tree), remove.Options{Workers: 4})
		close(stop)
		<-stopped
		var failed *remove.Error
		if err != nil && !errors.As(err, &failed) {
			t.Fatal(err)
		}
		if got := list(t, outside); !slices.Equal(got, []string{"precious"}) {
			t.Fatalf("outside there is now %q", got)
		}
	}
}

// What is refused stays, all else goes, and the first such thing is named.
func TestContentsNamesWhatItCannotRemove(t *testing.T) {
	if got := (&remove.Error{Path: "a/b", Err: syscall.EPERM}).Error(); got != "a/b: operation not permitted" {
		t.Errorf("Error = %q", got)
	}
	if got := (&remove.Error{Path: strings.Repeat("d/", 300) + "b", Err: syscall.EPERM}).Error(); len(got) > 250 || !strings.HasSuffix(got, "/d/b: operation not permitted") {
		t.Errorf("Error = %q", got)
	}
	if got := (&remove.Error{Path: "a/b", Err: syscall.EPERM, More: 2}).Error(); got != "a/b: operation not permitted (and 2 more)" {
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
	dir := open(t, tree)
	for _, name := range []string{"file", "to-dir", "to-file", "fifo", "none"} {
		if sub, err := dir.Open(name); err == nil {
			t.Errorf("Open(%s) = %s", name, sub.Path())
		}
	}
	for _, name := range []string{"dir", "to-dir", "to-file", "fifo", "none"} {
		if file, err := dir.OpenFile(name); err == nil {
			t.Errorf("OpenFile(%s) = %s", name, file.Name())
		}
		if name != "dir" && name != "none" {
			if err := dir.Rmdir(name); err == nil {
				t.Errorf("Rmdir(%s) removed it", name)
			}
		}
	}
	if _, err := dir.Touch("to-file"); err == nil {
		t.Error("Touch followed a link")
	}
	if _, err := dir.Remove("dir"); err == nil {
		t.Error("Remove removed a directory")
	}
	if freed, err := dir.Remove("to-file"); err != nil || freed != 0 {
		t.Errorf("Remove = %d, %v", freed, err)
	}
	if freed, err := dir.Remove("none"); !errors.Is(err, fs.ErrNotExist) || freed != 0 {
		t.Errorf("Remove = %d, %v", freed, err)
	}
	if info, err := os.Stat(filepath.Join(tree, "file")); err != nil || info.Size() != 1 {
		t.Errorf("the file is gone: %v", err)
	}
}
