//go:build unix

package compdb_test

import (
	"os"
	"strings"
	"syscall"
	"testing"
)

// Sources that change while they are read are read again. The pipe is a source that knows when that is.
func TestChangesMeanwhile(t *testing.T) {
	p := newPlace(t)
	first := p.source("first", one("a.c", "old"))
	second := p.source("second", "")
	if err := os.Remove(second.Path); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(second.Path, 0o666); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		pipe, err := os.OpenFile(second.Path, os.O_WRONLY, 0) // waits for a reader
		if err != nil {
			t.Error(err)
			return
		}
		p.source("first", one("c.c", "new"))
		p.source("second", one("b.c", "other"))
		_, _ = pipe.WriteString(strings.ReplaceAll(one("b.c", "pipe"), "{}", p.root))
		_ = pipe.Close()
	}()
	p.update(first, second)
	<-gone
	if got := p.merged(); got != "c.c: new\nb.c: other" {
		t.Errorf("got\n%s", got)
	}
}
