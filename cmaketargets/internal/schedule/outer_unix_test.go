//go:build unix

package schedule

import (
	"fmt"
	"syscall"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/jobserver"
)

// A task has a token of the outer jobserver while it runs beside others, and none while it waits for a build tree; when
// it has ended the token is back.
func TestOuterTokenIsBackWhileATaskWaits(t *testing.T) {
	var ends [2]int
	if err := syscall.Pipe(ends[:]); err != nil { // without FD_CLOEXEC, as one that was inherited
		t.Fatal(err)
	}
	defer func() { _, _ = syscall.Close(ends[0]), syscall.Close(ends[1]) }()
	tokens := func() (n int) {
		_ = syscall.SetNonblock(ends[0], true)
		data := make([]byte, 10)
		n, _ = syscall.Read(ends[0], data)
		if n > 0 {
			_, _ = syscall.Write(ends[1], data[:n])
		}
		return max(n, 0)
	}
	_, _ = syscall.Write(ends[1], []byte("++"))
	s, o := New(), newOwner(t, 8)
	var err error
	if s.Tokens.Outer, err = jobserver.Open([]string{fmt.Sprintf("MAKEFLAGS=-j3 --jobserver-auth=%d,%d", ends[0], ends[1])}); err != nil {
		t.Fatal(err)
	}
	first, waits, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	a := o.job("a", "a", func(int) error {
		<-waits
		if got := tokens(); got != 2 {
			t.Errorf("while the second task waits there are %d tokens, want 2", got)
		}
		close(first)
		<-ended
		if got := tokens(); got != 2 {
			t.Errorf("after the second task there are %d tokens, want 2", got)
		}
		return nil
	})
	b := o.job("b", "b", func(int) error {
		if got := tokens(); got != 1 {
			t.Errorf("beside the second task there are %d tokens, want 1", got)
		}
		return nil
	})
	b.parks = []func(){func() { close(waits); <-first }}
	b.Parallel, b.Fixed = true, 1
	for _, j := range []*job{a, b} {
		j.add(s)
	}
	submit(s, []*job{a, b})
	<-b.Done()
	close(ended)
	await(t, []*job{a, b})
	atRest(t, s)
}
