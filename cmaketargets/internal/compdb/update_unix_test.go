//go:build unix

package compdb_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/compdb"
)

// A change after the sources were read is not missed.
func TestChangesMeanwhile(t *testing.T) {
	p := newPlace(t)
	first, second := p.source("first", one("a.c", "old")), p.source("second", one("b.c", "old"))
	times := 0
	p.file.Meanwhile(func() {
		if times++; times == 1 {
			p.source("first", one("c.c", "new"))
			p.source("second", one("b.c", "other"))
		}
	})
	p.update(first, second)
	if got := p.merged(); got != "c.c: new\nb.c: other" || times != 2 {
		t.Errorf("%d times, got\n%s", times, got)
	}
}

// A pipe in the place of any file does not block.
func TestPipes(t *testing.T) {
	p := newPlace(t)
	pipe := func(path string) {
		_ = os.Remove(path)
		if err := syscall.Mkfifo(path, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	good, bad := p.source("good", one("a.c", "good")), p.source("bad", "")
	pipe(bad.Path)
	if out := p.update(good, bad); len(out.Warnings) != 1 || p.merged() != "a.c: good" {
		t.Errorf("a source: %+v, merged\n%s", out, p.merged())
	}
	pipe(p.file.State)
	p.update(good)
	pipe(p.file.Path)
	if out := p.update(good); out.Foreign != "not a regular file" {
		t.Errorf("the database: %+v", out)
	}
}

// A copy of a repository has the state of the original, but does not touch its database.
func TestCopiedRepository(t *testing.T) {
	p := newPlace(t)
	p.update(p.source("p", one("a.c", "original")))
	copied := place{t, t.TempDir(), compdb.File{}}
	copied.file = compdb.File{Path: copied.path("merged.json"), State: copied.path("build/.state/merged")}
	state, err := os.ReadFile(p.file.State)
	if err != nil {
		t.Fatal(err)
	}
	copied.write(copied.file.State, string(state))
	copied.file.Forget()
	copied.write(copied.file.State, string(state))
	copied.update(copied.source("p", one("a.c", "copy")))
	if got, its := p.merged(), copied.merged(); got != "a.c: original" || its != "a.c: copy" {
		t.Errorf("the original has %s, the copy %s", got, its)
	}
	// Another path in the configuration removes the old database.
	moved := compdb.File{Path: filepath.Join(p.root, "moved.json"), State: p.file.State}
	if _, err := moved.Update([]compdb.Source{p.source("p", one("a.c", "original"))}); err != nil || p.merged() != "none" {
		t.Errorf("%v, the old one has %s", err, p.merged())
	}
}
