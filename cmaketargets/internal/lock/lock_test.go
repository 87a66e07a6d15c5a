package lock_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("LOCK_TEST_HOLD"); path != "" {
		hold(path)
	}
	goleak.VerifyTestMain(m)
}

// leader is the number of the command of a holder.
const leader = 4711

// held keeps the lock of hold reachable: a collected os.File is closed.
var held *lock.Lock

// hold is another process, which takes the lock, prints a line, and keeps the lock.
func hold(path string) {
	var err error
	held, err = claim(lock.Try(path))("name", "hold")
	if err != nil {
		os.Exit(1)
	}
	held.Running(leader)
	_, _ = os.Stdout.WriteString("held\n")
	select {}
}

// claim claims a lock that was taken.
func claim(l *lock.Lock, err error) func(identity, does string) (*lock.Lock, error) {
	return func(identity, does string) (*lock.Lock, error) {
		if err == nil {
			l.Claim(lock.Self(identity, does))
		}
		return l, err
	}
}

func TestTryIsExclusive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "lock")
	first, err := claim(lock.Try(path))("name", "build")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := claim(lock.Try(path))("name", "clean"); !errors.Is(err, lock.ErrBusy) {
		t.Errorf("Try of a held lock = %v, want ErrBusy", err)
	}
	if h := lock.Read(path); h.PID != os.Getpid() || h.Does != "build" || !strings.Contains(h.String(), "(build), since ") {
		t.Errorf("Read = %+v, %v", h, h)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	second, err := claim(lock.TryExisting(path))("name", "a longer word than that")
	if err != nil {
		t.Fatal(err)
	}
	if second.Left != (lock.Holder{}) {
		t.Errorf("Left = %+v, though the lock was given back", second.Left)
	}
	_ = second.Release()
	third, err := claim(lock.Try(path))("name", "short")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = third.Release() }()
	if h := lock.Read(path); h.Does != "short" {
		t.Errorf("Read = %+v after a longer one", h)
	}
}

func TestTryExistingCreatesNothing(t *testing.T) {
	dir := t.TempDir()
	if _, err := lock.TryExisting(filepath.Join(dir, "state", "lock")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("TryExisting = %v, want a missing file", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("it created %v", entries)
	}
}

// A lock is released when its process is killed.
func TestDeadHolderDoesNotBlock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), "LOCK_TEST_HOLD="+path)
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if n, err := out.Read(make([]byte, 5)); n != 5 {
		t.Fatal("the other process did not take the lock:", err)
	}
	if _, err := lock.Try(path); !errors.Is(err, lock.ErrBusy) {
		t.Errorf("Try = %v, want ErrBusy", err)
	}
	if h := lock.Read(path); h.PID != other.Process.Pid || h.Since.IsZero() {
		t.Errorf("Read = %+v, want process %d", h, other.Process.Pid)
	}
	_ = other.Process.Kill()
	_ = other.Wait()
	l, err := lock.Try(path)
	if err != nil {
		t.Fatalf("Try after the holder's death = %v", err)
	}
	if l.Left.PID != other.Process.Pid || l.Left.Leader != leader {
		t.Errorf("Left = %+v, want process %d with the command %d", l.Left, other.Process.Pid, leader)
	}
	l.Running(1) // before Claim
	if h := lock.Read(path); h != l.Left {
		t.Errorf("Read = %+v, want what was left", h)
	}
	_ = l.Release()
}

// A process that ends before Claim leaves Left to the next one.
func TestLeftStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	host, _ := os.Hostname()
	if err := os.WriteFile(path, fmt.Appendf(nil, "\x00{\"pid\":999999,\"host\":%q,\"identity\":\"gone\"}\n", host), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		left   string
		claims bool
	}{{"gone", false}, {"gone", true}, {"", false}} {
		l, err := lock.Try(path)
		if err != nil || l.Left.Identity != test.left {
			t.Fatalf("Left = %+v, %v, want %q", l.Left, err, test.left)
		}
		if test.claims {
			l.Claim(lock.Self("heir", ""))
		}
		if err := l.Release(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWait(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := claim(lock.Try(path))("name", "build")
	if err != nil {
		t.Fatal(err)
	}
	again := func() (*lock.Lock, error) { return lock.Try(path) }
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("the cause")
	calls := 0
	if _, err := lock.Wait(ctx, again, 0, func() { calls++; cancel(cause) }); !errors.Is(err, cause) || calls != 1 {
		t.Errorf("Wait = %v after %d calls of busy, want the cause after one", err, calls)
	}
	second, err := lock.Wait(t.Context(), again, 0, func() { _ = first.Release() })
	if err != nil {
		t.Fatal(err)
	}
	_ = second.Release()
}

// The holder may remove the directory: the next one never works in a removed directory, nor at the same
// time as another.
func TestRemovalUnderWaiters(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "build", "app", "state", "lock")
	var inside, most, removed atomic.Int64
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for range 200 {
				l, err := lock.Try(path)
				for errors.Is(err, lock.ErrBusy) { // without a pause: the file is to go between its opening and its locking
					l, err = lock.Try(path)
				}
				if err != nil {
					t.Error(err)
					return
				}
				if n := inside.Add(1); n > most.Load() {
					most.Store(n)
				}
				if !l.Holds() {
					t.Error("the lock is not in its place")
				}
				inside.Add(-1) // from the removal on another holder may come in
				if worker%2 == 0 {
					removed.Add(1)
					for gone := path; gone != dir; gone = filepath.Dir(gone) {
						_ = os.Remove(gone)
					}
				}
				_ = l.Release()
			}
		})
	}
	all.Wait()
	if most.Load() != 1 || removed.Load() == 0 {
		t.Errorf("%d were inside at once, %d removals", most.Load(), removed.Load())
	}
}

// Nothing is written to a file that has replaced the lock's.
func TestReplacedFileIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := claim(lock.Try(path))("first", "build")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Skip("an open file cannot be removed here:", err)
	}
	second, err := claim(lock.Try(path))("second", "build")
	if err != nil {
		t.Fatal(err)
	}
	want := lock.Read(path)
	first.Running(4711)
	_ = first.Release()
	if got := lock.Read(path); got != want || got.Identity != "second" {
		t.Errorf("the file says %+v, want %+v", got, want)
	}
	_ = second.Release()
}

func TestTryNamesThePath(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(file, "lock"), t.TempDir()} {
		if _, err := lock.Try(path); err == nil || !strings.Contains(err.Error(), path) && !strings.Contains(err.Error(), file) {
			t.Errorf("Try(%s) = %v, want an error that names it", path, err)
		}
	}
}

// Errors that only mean that there is no locking here are ErrUnsupported.
func TestUnsupported(t *testing.T) {
	for _, test := range []struct {
		err  error
		want bool
	}{
		{syscall.EROFS, true},
		{syscall.EACCES, true},
		{syscall.ENOSYS, true},
		{syscall.ENOSPC, false},
		{syscall.EMFILE, false},
		{fs.ErrNotExist, false},
	} {
		got := lock.Unsupported(&fs.PathError{Op: "open", Path: "lock", Err: test.err})
		if errors.Is(got, lock.ErrUnsupported) != test.want || !errors.Is(got, test.err) {
			t.Errorf("unsupported(%v) = %v, want ErrUnsupported: %v", test.err, got, test.want)
		}
	}
}
