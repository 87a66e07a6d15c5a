//go:build unix

package jobserver

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"pgregory.net/rapid"
)

// server is a jobserver as GNU Make makes it, a pipe that its children inherit, with another client than
// this process.
type server struct {
	ends   [2]int
	tokens int
	taken  []byte // by the other client
}

// letters are the tokens. They are different, to show that each comes back.
const letters = "abcdefghijklmnopqrstuvwxyz"

func newServer(t testing.TB, tokens int) *server {
	t.Helper()
	s := &server{tokens: tokens}
	if err := syscall.Pipe(s.ends[:]); err != nil {
		t.Fatal(err)
	}
	s.write([]byte(letters)[:tokens])
	return s
}

func (s *server) write(tokens []byte) {
	if len(tokens) > 0 {
		_, _ = syscall.Write(s.ends[1], tokens)
	}
}

// unread returns the tokens that are there, in order.
func (s *server) unread() string {
	_ = syscall.SetNonblock(s.ends[0], true)
	data := make([]byte, 100)
	n, _ := syscall.Read(s.ends[0], data)
	n = max(n, 0)
	s.write(data[:n])
	return string(data[:n])
}

// another takes up to n tokens for the other client, or gives -n back.
func (s *server) another(n int) {
	if n = max(n, -len(s.taken)); n < 0 {
		s.write(s.taken[:-n])
		s.taken = s.taken[-n:]
	} else if n > 0 {
		_ = syscall.SetNonblock(s.ends[0], true)
		data := make([]byte, n)
		got, _ := syscall.Read(s.ends[0], data)
		s.taken = append(s.taken, data[:max(got, 0)]...)
	}
}

func (s *server) join(t testing.TB) *Outer {
	t.Helper()
	o, err := Open([]string{fmt.Sprintf("MAKEFLAGS= -j%d --jobserver-auth=%d,%d", s.tokens+1, s.ends[0], s.ends[1])})
	if err != nil || o.Jobs != s.tokens+1 {
		t.Fatalf("joined %+v, %v", o, err)
	}
	return o
}

func (s *server) close() {
	_ = syscall.Close(s.ends[0])
	_ = syscall.Close(s.ends[1])
}

func (o *Outer) close() { _ = syscall.Close(o.pipe.in) }

// check fails unless each job of b but one has a token, and no other token is missing.
func (s *server) check(rt *rapid.T, b *Broker) {
	held, out := len(b.Outer.held), b.used+b.granted
	all := slices.Concat([]byte(s.unread()), b.Outer.held, s.taken)
	if slices.Sort(all); string(all) != letters[:s.tokens] {
		rt.Fatalf("of the tokens %s there are %s", letters[:s.tokens], all)
	}
	if out > 1+held {
		rt.Fatalf("%d jobs are out with %d tokens", out, held)
	}
	if needed := max(0, out-1+b.wanted.Tokens); held > needed {
		rt.Fatalf("we have %d tokens for %d jobs, and %d that a task waits for", held, out, b.wanted.Tokens)
	}
}

func TestOpen(t *testing.T) {
	s, other := newServer(t, 2), newServer(t, 0)
	defer s.close()
	defer other.close()
	dir := filepath.Join(t.TempDir(), "a b")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	fifo, file := filepath.Join(dir, "fifo"), filepath.Join(dir, "file")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(file) // with FD_CLOEXEC, as all that was opened after the start
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plain, err := syscall.Open(file, syscall.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(plain)
	named := func(path string) string { return "fifo:" + strings.ReplaceAll(path, " ", `\ `) }
	fds := func(r, w int) string { return fmt.Sprintf("%d,%d", r, w) }
	for _, test := range []struct{ makeflags, problem string }{
		{"", "none"},
		{"k -j4", "none"},
		{"k -j4 --jobserver-auth=" + fds(s.ends[0], s.ends[1]), ""},
		{" --jobserver-fds=" + fds(s.ends[0], s.ends[1]) + " -j", ""},
		{" -j4 --jobserver-auth=" + named(fifo), ""},
		{" -j4 --jobserver-auth=" + fds(s.ends[0], s.ends[1]) + " -- --jobserver-auth=fifo:/no", ""},
		{" -j4 --jobserver-auth=900,901 -- --jobserver-auth=" + named(fifo), ""},
		{" -j4 --jobserver-auth=900,901", "descriptor 900 is closed"},
		{" -j4 --jobserver-auth=-2,-2", "descriptor -2 is closed"},
		{" -j4 --jobserver-auth=" + fds(int(f.Fd()), int(f.Fd())), "is closed"},
		{" -j4 --jobserver-auth=" + fds(plain, plain), "is no pipe"},
		{" -j4 --jobserver-auth=" + fds(s.ends[1], s.ends[0]), "is not of a jobserver"},
		{" -j4 --jobserver-auth=" + named(dir+"/gone"), "no such file"},
		{" -j4 --jobserver-auth=" + named(file), "is no pipe"},
		{" -j4 --jobserver-auth=gmake_semaphore_1", `"gmake_semaphore_1" is not supported`},
	} {
		o, err := Open([]string{"MAKEFLAGS=" + test.makeflags})
		switch {
		case o != nil:
			o.close()
			fallthrough
		case test.problem == "none":
			if err != nil || (o == nil) != (test.problem == "none") {
				t.Errorf("Open(%q) = %v, %v", test.makeflags, o, err)
			}
		case err == nil || !strings.Contains(err.Error(), test.problem):
			t.Errorf("Open(%q): %v, want %q", test.makeflags, err, test.problem)
		}
	}
	mixed := fds(s.ends[0], other.ends[1])
	if _, err := Open([]string{"MAKEFLAGS= --jobserver-auth=" + mixed}); runtime.GOOS == "linux" && err == nil {
		t.Errorf("joined %s, the ends of two pipes", mixed)
	}
	if flags, err := fcntl(s.ends[0], syscall.F_GETFL); err != nil || flags&syscall.O_NONBLOCK != 0 {
		t.Errorf("the descriptor of other clients has flags %#x, %v", flags, err)
	}
}

// A task that was refused one begins when the jobserver has a token again.
func TestTaskWaitsForOuterToken(t *testing.T) {
	s := newServer(t, 1)
	defer s.close()
	s.another(1)
	b := New()
	freed := make(chan struct{}, 1000)
	b.Freed = func() { freed <- struct{}{} }
	b.Limit(4)
	b.Outer = s.join(t)
	defer b.Outer.close()
	if first, second := b.Take(1, 1, 4), b.Take(2, 1, 4); first != 1 || second != 0 {
		t.Fatalf("the first task has %d tokens, the second %d; want 1 and 0", first, second)
	}
	s.another(-1)
	<-freed
	if got := s.unread(); got != "" {
		t.Errorf("%q is unread, want it to be kept for the task", got)
	}
	if got := b.Take(2, 1, 4); got != 1 {
		t.Errorf("took %d, want 1", got)
	}
	b.Give(1)
	b.Give(1)
	if got := s.unread(); got != "a" {
		t.Errorf("%q is unread, want the token", got)
	}
}

// Tokens of an outer jobserver do not stay unread in FIFOs: one is offered to the builds in turn, and the build
// that takes it is offered more.
func TestOuterTokensAreNotKept(t *testing.T) {
	s := newServer(t, 20)
	defer s.close()
	b := still(32)
	clock := new(clock)
	b.now = clock.now
	b.Outer = s.join(t)
	defer b.Outer.close()
	b.Take(1, 1, 32)
	_, busy := join(t, b, 0, 1)
	b.Take(1, 1, 32)
	_, idle := join(t, b, 0, 1)
	defer busy.die()
	defer idle.die()
	if b.granted < 8 {
		t.Errorf("new builds have %d tokens to begin with, want at least 8", b.granted)
	}
	look := func() {
		clock.add(interval)
		b.rebalance()
	}
	clock.add(2 * fresh)
	if look(); b.granted != 1 {
		t.Errorf("%d tokens stay unread, want 1", b.granted)
	}
	for range 2*int(fresh/interval) + 20 {
		busy.take(40)
		look()
	}
	if busy.held < 17 {
		t.Errorf("the build that takes them has %d tokens of 20", busy.held)
	}
	busy.give(busy.held)
	clock.add(2 * fresh)
	if look(); len(s.unread()) != 20-2 { // the second build, and the offer
		t.Errorf("%d tokens came back, want 18", len(s.unread()))
	}
}
