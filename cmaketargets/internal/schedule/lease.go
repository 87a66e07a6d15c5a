package schedule

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

const (
	// Patience is how long a build tree may be locked by another process before that
	// is reported.
	Patience = 300 * time.Millisecond
	// guardTime bounds the wait for the guard of a process that was killed.
	guardTime = 3 * time.Second
)

// Leases are the build trees in which this process works. Within the process the
// scheduler keeps the tasks of one build tree apart; a lock file keeps other
// processes out, from the first task of a run in the build tree to the last, so that
// no other process cleans between a configure step and its build.
type Leases struct {
	mu   sync.Mutex
	of   map[string]*lease // by build tree
	held int               // leases with a lock
	room int               // the most that are kept between two tasks
}

// lease is the hold on one build tree.
type lease struct {
	lock  *lock.Lock // nil while none is held
	used  bool       // a task has begun under lock
	tasks int        // that have not ended
	// unlockable marks a file system without locks.
	unlockable bool
}

func newLeases() *Leases { return &Leases{of: map[string]*lease{}, room: lock.MaxHeld()} }

// Request describes the task that needs a lease.
type Request struct {
	Dir  string // the build tree
	Path string // its lock file
	// Env and Self identify this process: a run that was started by the holder of the
	// lock would wait for ever.
	Env  []string
	Self lock.Holder
	// Make, for a task that removes the build tree, makes the lock file where that is
	// safe, and describes it; nothing else creates files in the build tree then. Its
	// error is fs.ErrNotExist when there is no such build tree.
	Make func() (fs.FileInfo, error)
	// Retry tries a file system again that had no lock before.
	Retry bool
	// Waiting is called when another process has held the lock for Patience, and Found
	// when the last holder was killed.
	Waiting, Found func(lock.Holder)
	// Sweep is called under the lock when the last holder did not release it, whatever became of that.
	Sweep func()
}

// Take takes the lock of a build tree unless this process holds it already. fresh
// reports that it did not, so that another process may have worked there since the
// last task. The error is a *Busy while another process has the lock. A build tree
// that is to be removed, and does not exist, needs no lock.
func (l *Leases) Take(ctx context.Context, r Request) (fresh bool, err error) {
	l.mu.Lock()
	h := l.of[r.Dir]
	if h != nil && r.Retry {
		h.unlockable = false
	}
	if h == nil || h.unlockable || h.lock != nil && h.lock.Holds() {
		fresh = h != nil && !h.used
		if h != nil {
			h.used = true
		}
		l.mu.Unlock()
		return fresh, nil
	}
	l.drop(h) // the build tree was removed while we held its lock
	l.mu.Unlock()

	got, err := r.try(ctx)
	if errors.Is(err, lock.ErrBusy) {
		return false, &Busy{func() {
			got, err := lock.Wait(ctx, func() (*lock.Lock, error) { return r.try(ctx) }, Patience, func() { r.Waiting(lock.Read(r.Path)) })
			_ = l.keep(r, h, got, err)
		}}
	}
	if err := l.keep(r, h, got, err); err != nil {
		return false, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	h.used = true
	return true, nil
}

// try takes the lock, and waits for the end of processes that a killed holder left
// behind.
func (r *Request) try(ctx context.Context) (*lock.Lock, error) {
	take := lock.Try
	if r.Make != nil {
		take = r.tryExisting
	}
	got, err := take(r.Path)
	if errors.Is(err, lock.ErrBusy) {
		if holder := lock.Read(r.Path); proc.Within(r.Env, holder.Identity) {
			return nil, fmt.Errorf("%s works in it, and started this very run: it would wait for ever; do not run mage on a tree from within its own build", holder)
		}
	}
	if err != nil {
		return got, err
	}
	if got.Left.PID != 0 {
		r.Sweep()
	}
	// A holder that is alive is another's: the build tree was copied with its lock file.
	if last := got.Left; last.Here() && last.Identity != "" && !proc.Alive(last.Identity) {
		r.Found(last)
		proc.EndOrphans(ctx, last.Identity, last.Leader, guardTime)
	}
	if ctx.Err() == nil {
		got.Claim(r.Self)
	}
	return got, nil
}

// tryExisting takes the lock of a build tree that is to be removed.
func (r *Request) tryExisting(path string) (*lock.Lock, error) {
	for failed := 0; ; {
		made, err := r.Make()
		if err != nil {
			// Another process at work may be the reason.
			if lock.Busy(path) {
				return nil, lock.ErrBusy
			}
			if failed++; failed == 2 {
				return nil, err
			}
			continue
		}
		// Another Clean may remove the lock file just made, and another directory may
		// take the place of the build tree.
		got, err := lock.TryExisting(path)
		switch {
		case err == nil && !got.Of(made):
			_ = got.Release()
		case !errors.Is(err, fs.ErrNotExist):
			return got, err
		}
	}
}

// keep stores the outcome of an attempt to take a lock.
func (l *Leases) keep(r Request, h *lease, got *lock.Lock, err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err == nil:
		h.lock, h.used = got, false
		l.held++
		return nil
	case errors.Is(err, lock.ErrUnsupported):
		// The step itself reports the file that cannot be written.
		h.unlockable, h.used = true, false
		return nil
	case errors.Is(err, fs.ErrNotExist) && r.Make != nil:
		return nil // nothing to clean
	}
	return fmt.Errorf("lock build tree: %w", err)
}

// expect counts a task that will come.
func (l *Leases) expect(dir string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of[dir] == nil {
		l.of[dir] = &lease{}
	}
	l.of[dir].tasks++
}

// leave ends a task that was expected. The lock is released after the last one, or
// earlier when too many are held.
func (l *Leases) leave(dir string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.of[dir]
	if h == nil {
		return
	}
	if h.tasks--; h.tasks == 0 {
		delete(l.of, dir)
	}
	if h.tasks == 0 || l.held > l.room {
		l.drop(h)
	}
}

// Release releases the lock of a build tree early.
func (l *Leases) Release(dir string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h := l.of[dir]; h != nil {
		l.drop(h)
	}
}

// drop releases a lock. The caller holds mu.
func (l *Leases) drop(h *lease) {
	if h.lock != nil {
		_ = h.lock.Release()
		h.lock = nil
		l.held--
	}
}

// Running records in the lock of a build tree the process id of the command that
// works there, 0 for none. The next run can end it if this process is killed.
func (l *Leases) Running(dir string, pid int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h := l.of[dir]; h != nil && h.lock != nil {
		h.lock.Running(pid)
	}
}

// Held reports whether the lock of a build tree is held, or cannot be taken at all.
func (l *Leases) Held(dir string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.of[dir]
	return h == nil || h.unlockable || h.lock != nil
}
