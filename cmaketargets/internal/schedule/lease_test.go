package schedule

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
)

// request returns a request for a new build tree.
func request(t *testing.T) Request {
	dir := filepath.Join(t.TempDir(), "build")
	return Request{
		Dir: dir, Path: filepath.Join(dir, "lock"),
		Waiting: func(lock.Holder) {}, Found: func(lock.Holder) {}, Sweep: func() {},
	}
}

// take takes a lease, and fails the test unless fresh is as wanted.
func take(t *testing.T, l *Leases, r Request, want bool) {
	t.Helper()
	if fresh, err := l.Take(t.Context(), r); fresh != want || err != nil {
		t.Errorf("Take = %t, %v; want %t", fresh, err, want)
	}
}

// free fails the test unless another holder gets the lock, or does not.
func free(t *testing.T, r Request, want bool) {
	t.Helper()
	other, err := lock.Try(r.Path)
	if got := err == nil; got != want {
		t.Errorf("the lock is free: %t (%v), want %t", got, err, want)
	}
	if err == nil {
		_ = other.Release()
	}
}

// empty fails the test unless nothing is held.
func empty(t *testing.T, l *Leases) {
	t.Helper()
	if len(l.of) != 0 || l.held != 0 {
		t.Errorf("%d leases are left, %d with a lock", len(l.of), l.held)
	}
}

// The lock is held from the first task to the last.
func TestLeaseIsKeptBetweenTasks(t *testing.T) {
	l, r := newLeases(), request(t)
	l.expect(r.Dir)
	l.expect(r.Dir)
	if l.Held(r.Dir) {
		t.Error("it is held before Take")
	}
	take(t, l, r, true)
	free(t, r, false)
	l.leave(r.Dir)
	free(t, r, false)
	take(t, l, r, false)
	if !l.Held(r.Dir) {
		t.Error("it is not held after Take")
	}
	l.leave(r.Dir)
	free(t, r, true)
	empty(t, l)
}

// A lock that was released early, or removed with its build tree, is taken again.
func TestLeaseIsTakenAgain(t *testing.T) {
	for name, lose := range map[string]func(*Leases, Request){
		"released": func(l *Leases, r Request) { l.Release(r.Dir) },
		"removed":  func(_ *Leases, r Request) { _ = os.RemoveAll(r.Dir) },
		"too many": func(l *Leases, r Request) { l.room = 0; l.expect(r.Dir); l.leave(r.Dir) },
	} {
		t.Run(name, func(t *testing.T) {
			if name == "removed" && runtime.GOOS == "windows" {
				t.Skip("Windows does not remove an open file")
			}
			l, r := newLeases(), request(t)
			l.expect(r.Dir)
			take(t, l, r, true)
			lose(l, r)
			free(t, r, true)
			take(t, l, r, true)
			free(t, r, false)
			l.leave(r.Dir)
			free(t, r, true)
			empty(t, l)
		})
	}
}

// While another holder has the lock, Take returns a *Busy; after its Wait the lock is held.
func TestLeaseWaits(t *testing.T) {
	l, r := newLeases(), request(t)
	l.expect(r.Dir)
	other, err := lock.Try(r.Path)
	if err != nil {
		t.Fatal(err)
	}
	reported := make(chan struct{})
	r.Waiting = func(lock.Holder) { close(reported) }
	_, err = l.Take(t.Context(), r)
	var busy *Busy
	if !errors.As(err, &busy) {
		t.Fatalf("Take = %v, want a *Busy", err)
	}
	waited := make(chan struct{})
	go func() { defer close(waited); busy.Wait() }()
	<-reported
	if err := other.Release(); err != nil {
		t.Fatal(err)
	}
	<-waited
	free(t, r, false)
	take(t, l, r, true) // the other may have worked there
	take(t, l, r, false)
	l.leave(r.Dir)
	free(t, r, true)
	empty(t, l)
}

// The end of the context ends the wait, and nothing is held then.
func TestLeaseWaitIsCancelled(t *testing.T) {
	l, r := newLeases(), request(t)
	l.expect(r.Dir)
	other, err := lock.Try(r.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Release() }()
	ctx, cancel := context.WithCancel(t.Context())
	_, err = l.Take(ctx, r)
	var busy *Busy
	if !errors.As(err, &busy) {
		t.Fatalf("Take = %v, want a *Busy", err)
	}
	time.AfterFunc(5*time.Millisecond, cancel)
	busy.Wait()
	if l.Held(r.Dir) {
		t.Error("it is held")
	}
	l.leave(r.Dir)
	empty(t, l)
}

// A task that removes the build tree creates nothing where there is none.
func TestLeaseOfNothing(t *testing.T) {
	l, r := newLeases(), request(t)
	r.Make = func() (fs.FileInfo, error) { return nil, fs.ErrNotExist }
	l.expect(r.Dir)
	take(t, l, r, true)
	if _, err := os.Lstat(r.Dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the build tree was created: %v", err)
	}
	if l.Held(r.Dir) {
		t.Error("it is held")
	}
	l.leave(r.Dir)
	empty(t, l)
}

// A task that removes the build tree does not keep the lock of one that took its place.
func TestLeaseOfAnother(t *testing.T) {
	l, r := newLeases(), request(t)
	if err := os.Mkdir(r.Dir, 0o777); err != nil {
		t.Fatal(err)
	}
	calls := 0
	r.Make = func() (fs.FileInfo, error) {
		if err := os.WriteFile(r.Path, nil, 0o666); err != nil {
			return nil, err
		}
		info, err := os.Lstat(r.Path)
		if calls++; err == nil && calls == 1 { // another directory takes its place
			err = errors.Join(os.Rename(r.Dir, r.Dir+".old"), os.Mkdir(r.Dir, 0o777), os.WriteFile(r.Path, nil, 0o666))
		}
		return info, err
	}
	l.expect(r.Dir)
	take(t, l, r, true)
	if calls != 2 {
		t.Errorf("Make was called %d times, want 2", calls)
	}
	free(t, r, false)
	l.leave(r.Dir)
	free(t, r, true)
	empty(t, l)
}

// A file system without locks is used without one, until a task asks to try again.
func TestLeaseWithoutLocks(t *testing.T) {
	l, r := newLeases(), request(t)
	l.expect(r.Dir)
	none := r
	none.Make = func() (fs.FileInfo, error) { return nil, fmt.Errorf("make: %w", lock.ErrUnsupported) }
	take(t, l, none, true)
	take(t, l, r, false)
	free(t, r, true)
	if !l.Held(r.Dir) {
		t.Error("a build tree that cannot be locked counts as not held")
	}
	r.Retry = true
	take(t, l, r, true)
	free(t, r, false)
	l.leave(r.Dir)
	free(t, r, true)
	empty(t, l)
}

// An error is that of the lock, and the lease can be taken later.
func TestLeaseFails(t *testing.T) {
	l, r := newLeases(), request(t)
	l.expect(r.Dir)
	broken := r
	failure := errors.New("no proof")
	broken.Make = func() (fs.FileInfo, error) { return nil, failure }
	if _, err := l.Take(t.Context(), broken); !errors.Is(err, failure) || err.Error() != "lock build tree: no proof" {
		t.Errorf("Take = %v", err)
	}
	take(t, l, r, true)
	l.leave(r.Dir)
	empty(t, l)
}
