// Package lock lets one process at a time work in a directory.
//
// The lock is the operating system's, on a file in the directory, so it is
// gone with the process that held it, however that ended. Whoever holds it may
// remove the file, and the directory with it: one that waited for a removed
// file does not believe what it got, and starts over with the new one.
//
// The file also says who holds it. That is for people, and for the next one
// when the holder was killed: it can then end what that left running.
package lock

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"
)

// Lock is a lock that is held.
type Lock struct {
	// Left is who held the lock before and ended without giving it back, the
	// zero Holder when the last one did. It stays in the file until Claim: who
	// ends before that leaves it to the next.
	Left Holder

	file   *flock.Flock
	holder Holder // the zero Holder before Claim
}

// ErrBusy says that another process holds the lock.
var ErrBusy = errors.New("another process works in it")

// ErrUnsupported says that the lock's file system has no locks (some network
// file systems), or lets us write nothing there.
var ErrUnsupported = errors.New("the file system gives no lock")

// tries bounds how often a file that was removed under our hands is made anew.
const tries = 100

// Try takes the lock whose file is at path without waiting, and makes the file
// and its directory where they are missing. The error is ErrBusy,
// ErrUnsupported or the operating system's, which names the path.
func Try(path string) (*Lock, error) { return try(path, os.O_CREATE|os.O_RDWR) }

// TryExisting is Try for a file that has to exist: nothing is made, and
// fs.ErrNotExist says that it is missing.
func TryExisting(path string) (*Lock, error) { return try(path, os.O_RDWR) }

func try(path string, flag int) (*Lock, error) {
	var err error
	for range tries {
		var l *Lock
		switch l, err = once(path, flag); {
		case err == nil:
			l.Left = Read(path)
			return l, nil
		case errors.Is(err, fs.ErrNotExist) && flag&os.O_CREATE != 0:
			// While somebody removes it, it is there and is not there by turns.
			if made := os.MkdirAll(filepath.Dir(path), 0o777); errors.Is(made, fs.ErrExist) || errors.Is(made, fs.ErrNotExist) {
				err = made
			} else if made != nil {
				return nil, explain(made)
			}
		case errors.Is(err, errReplaced):
		default:
			return nil, explain(err)
		}
	}
	return nil, fmt.Errorf("lock %s: given up after %d tries: %w", path, tries, err)
}

// Busy says whether somebody holds the lock whose file is at path, and changes
// nothing there.
func Busy(path string) bool {
	l, err := once(path, os.O_RDWR)
	if err == nil {
		_ = l.file.Unlock()
	}
	return errors.Is(err, ErrBusy)
}

// errReplaced says that the file that was locked is no longer the one there.
var errReplaced = errors.New("it is replaced again and again")

func once(path string, flag int) (*Lock, error) {
	file := flock.New(path, flock.SetFlag(flag|noFollow), flock.SetPermissions(0o666))
	ok, err := file.TryLock()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrBusy
	}
	held, err := file.Stat()
	if err == nil {
		var there fs.FileInfo
		there, err = os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(held, there) {
			err = errReplaced
		}
	}
	if err != nil {
		_ = file.Unlock()
		return nil, err
	}
	return &Lock{file: file}, nil
}

// explain sorts the errors of a file system out: those that mean that there is
// no locking here, and those that mean trouble.
func explain(err error) error {
	for _, none := range []error{fs.ErrPermission, errors.ErrUnsupported, syscall.EROFS, syscall.ENOLCK, syscall.ENOSYS} {
		if errors.Is(err, none) {
			return fmt.Errorf("%w: %w", ErrUnsupported, err)
		}
	}
	return err
}

// Wait looks whether the lock is free so often, first and in the end.
const (
	soon = 20 * time.Millisecond
	late = 500 * time.Millisecond
)

// Wait calls try, which is one of the functions above, until its error is not
// ErrBusy or the context ends; then the error is the context's cause. After
// patience it calls busy, once, from its own goroutine.
func Wait(ctx context.Context, try func() (*Lock, error), patience time.Duration, busy func()) (*Lock, error) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	start, told := time.Now(), false
	for pause := soon; ; pause = min(pause*5/4, late) {
		l, err := try()
		if !errors.Is(err, ErrBusy) {
			return l, err
		}
		if !told && time.Since(start) >= patience {
			told = true
			busy()
		}
		timer.Reset(pause)
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-timer.C:
		}
	}
}

// Of says whether it is that file which is locked.
func (l *Lock) Of(file fs.FileInfo) bool {
	held, err := l.file.Stat()
	return err == nil && os.SameFile(held, file)
}

// Holds says whether the lock's file is still in its place: its directory may
// have been removed by hand.
func (l *Lock) Holds() bool {
	held, err := l.file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(l.file.Path())
	return err == nil && os.SameFile(held, there)
}

// Claim says in the file that self holds the lock, and Left is seen to.
func (l *Lock) Claim(self Holder) {
	l.holder = self
	l.holder.Since = time.Now().Truncate(time.Second)
	l.write()
}

// Running says in the file which command the holder has at work; see
// Holder.Leader. It does nothing before Claim.
func (l *Lock) Running(leader int) {
	if l.holder.PID != 0 && l.Holds() {
		l.holder.Leader = leader
		l.write()
	}
}

// write may fail, on a full disk for one. That is no reason to stop: only
// another process would have read it.
func (l *Lock) write() { _ = l.holder.write(l.file.Path()) }

// Release gives the lock back. The file stays, and names nobody but a Left
// that nobody saw to.
func (l *Lock) Release() error {
	if l.holder.PID != 0 && l.Holds() {
		_ = os.Truncate(l.file.Path(), offset)
	}
	return l.file.Unlock()
}
