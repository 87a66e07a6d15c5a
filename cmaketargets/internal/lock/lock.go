// Package lock lets one process at a time work in a directory.
//
// The lock is the operating system's, on a file in the directory, so it is released when its process
// ends in any way. The holder may remove the file, and the directory with it: a process that was
// waiting for a removed file starts over with the new one.
//
// The file also names the holder, for people, and for the next process: when the holder was killed,
// that can end the commands which the holder had started.
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
)

// Lock is a lock that is held.
type Lock struct {
	// Left is the holder that ended without releasing the lock, and otherwise the zero Holder. It stays in
	// the file until Claim, so a process that ends before leaves it to the next one.
	Left Holder

	file   *os.File
	holder Holder // the zero Holder before Claim
}

// ErrBusy is the error of a lock that another process holds.
var ErrBusy = errors.New("another process works in it")

// ErrUnsupported is the error where the file system has no locks (some network file systems), or does
// not let us write.
var ErrUnsupported = errors.New("the file system gives no lock")

// Try takes the lock whose file is at path without waiting, and creates the file and its directory. The
// error is ErrBusy, ErrUnsupported or the operating system's, which names the path.
func Try(path string) (*Lock, error) { return try(path, os.O_CREATE|os.O_RDWR) }

// TryExisting is Try for a file that must exist: it creates nothing, and returns fs.ErrNotExist when the
// file is missing.
func TryExisting(path string) (*Lock, error) { return try(path, os.O_RDWR) }

func try(path string, flag int) (*Lock, error) {
	const tries = 100 // while another process removes the file again and again
	var err error
	for range tries {
		var l *Lock
		switch l, err = once(path, flag); {
		case err == nil:
			l.Left = Read(path)
			return l, nil
		case errors.Is(err, fs.ErrNotExist) && flag&os.O_CREATE != 0:
			// During a removal MkdirAll can fail because the directory exists, or does not.
			if made := os.MkdirAll(filepath.Dir(path), 0o777); errors.Is(made, fs.ErrExist) || errors.Is(made, fs.ErrNotExist) {
				err = made
			} else if made != nil {
				return nil, unsupported(made)
			}
		case errors.Is(err, errReplaced):
		default:
			return nil, unsupported(err)
		}
	}
	return nil, fmt.Errorf("lock %s: given up after %d tries: %w", path, tries, err)
}

// Busy reports whether a process holds the lock whose file is at path. It changes nothing there.
func Busy(path string) bool {
	l, err := once(path, os.O_RDWR)
	if err == nil {
		_ = l.unlock()
	}
	return errors.Is(err, ErrBusy)
}

// errReplaced is the error of a lock whose file was replaced before it was locked.
var errReplaced = errors.New("it is replaced again and again")

func once(path string, flag int) (*Lock, error) {
	file, err := os.OpenFile(path, flag|noFollow, 0o666)
	if err != nil {
		return nil, err
	}
	ok, err := flock(file)
	if err == nil && !ok {
		err = ErrBusy
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	l := &Lock{file: file}
	there, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !l.Of(there) {
		err = errReplaced
	}
	if err != nil {
		_ = l.unlock()
		return nil, err
	}
	return l, nil
}

// unsupported adds ErrUnsupported to the errors of a file system that has no locks.
func unsupported(err error) error {
	for _, none := range []error{fs.ErrPermission, errors.ErrUnsupported, syscall.EROFS, syscall.ENOLCK, syscall.ENOSYS} {
		if errors.Is(err, none) {
			return fmt.Errorf("%w: %w", ErrUnsupported, err)
		}
	}
	return err
}

// Wait tries this often, at first and in the end.
const (
	shortPause = 20 * time.Millisecond
	longPause  = 500 * time.Millisecond
)

// Wait calls try until its error is not ErrBusy, and returns its result, or until the context ends, and
// returns the context's cause. After patience it calls busy, once, in its own goroutine.
func Wait(ctx context.Context, try func() (*Lock, error), patience time.Duration, busy func()) (*Lock, error) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	start, called := time.Now(), false
	for pause := shortPause; ; pause = min(pause*5/4, longPause) {
		l, err := try()
		if !errors.Is(err, ErrBusy) {
			return l, err
		}
		if !called && time.Since(start) >= patience {
			called = true
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

// Of reports whether the lock is on this file.
func (l *Lock) Of(file fs.FileInfo) bool {
	held, err := l.file.Stat()
	return err == nil && os.SameFile(held, file)
}

// Holds reports whether the lock's file is still in its place. Its directory may have been removed by
// hand.
func (l *Lock) Holds() bool {
	there, err := os.Lstat(l.file.Name())
	return err == nil && l.Of(there)
}

// Claim writes self to the file as the holder, and discards Left.
func (l *Lock) Claim(self Holder) {
	l.holder = self
	l.holder.Since = time.Now().Truncate(time.Second)
	l.write()
}

// Running writes the number of the command that now runs to the file; see Holder.Leader. It does nothing
// before Claim.
func (l *Lock) Running(leader int) {
	if l.holder.PID != 0 && l.Holds() {
		l.holder.Leader = leader
		l.write()
	}
}

func (l *Lock) unlock() error {
	return errors.Join(unlock(l.file), l.file.Close())
}

// write ignores errors, such as that of a full disk: only other processes read the file.
func (l *Lock) write() { _ = l.holder.write(l.file.Name()) }

// Release releases the lock. The file stays, without a holder, or with Left where Claim was not called.
func (l *Lock) Release() error {
	if l.holder.PID != 0 && l.Holds() {
		_ = os.Truncate(l.file.Name(), offset)
	}
	return l.unlock()
}
