package cmaketargets

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

// lockFile is a build tree's lock, in its state directory.
const lockFile = "lock"

// patience is how long a tree may be busy before that is worth a line.
const patience = 300 * time.Millisecond

// holds are the locks of the build trees in which this process works. Within
// the process the scheduler keeps jobs of one tree apart; a lock keeps other
// processes out, from the first job of a run in a tree to its last, so that
// nobody cleans between a configure step and its build.
type holds struct {
	mu   sync.Mutex
	of   map[string]*hold // by build tree
	held int              // how many have a lock
	room int              // how many may be kept between two jobs
}

// hold is one tree's part of it.
type hold struct {
	lock *lock.Lock // nil while no lock is held
	used bool       // some job has begun under it
	jobs int        // jobs that have not ended
	// free says that the file system has no locks.
	free bool
}

func newHolds() *holds { return &holds{of: map[string]*hold{}, room: lock.Room()} }

// expect counts a job that will come.
func (h *holds) expect(dir string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.of[dir] == nil {
		h.of[dir] = &hold{}
	}
	h.of[dir].jobs++
}

// busyTree says that another process works in a tree. Its wait blocks until
// the tree is free and taken, or the run is over.
type busyTree struct{ wait func() }

func (*busyTree) Error() string { return "another process works in the build tree" }

// enter takes the lock of a job's tree unless it is held already; took says
// that it was not, so that anybody may have worked there since the job before.
// The error is a *busyTree when another process has it. A tree that is to be
// cleaned, and is not there or not ours, needs none: nothing is written there.
func (h *holds) enter(r *run, j *job) (took bool, err error) {
	dir := j.blank.BuildDir
	h.mu.Lock()
	at := h.of[dir]
	if at != nil && j.tree != nil && j.tree.key.step == StepClean {
		at.free = false // a full disk gave a Clean no lock, and is not full any more
	}
	if at == nil || at.free || at.lock != nil && at.lock.Holds() {
		first := at != nil && !at.used
		if at != nil {
			at.used = true
		}
		h.mu.Unlock()
		return first, nil
	}
	h.drop(at) // somebody removed the tree under our hands
	h.mu.Unlock()

	path := filepath.Join(dir, stateDir, lockFile)
	try := r.taking(j, path)
	l, err := try()
	if errors.Is(err, lock.ErrBusy) {
		return false, &busyTree{func() {
			l, err := lock.Wait(r.ctx, try, patience, func() { r.waits(j, lock.Read(path)) })
			_ = h.keep(j, at, l, err)
		}}
	}
	if err := h.keep(j, at, l, err); err != nil {
		return false, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	at.used = true
	return true, nil
}

// taking returns what tries to take the lock at path for a job, and sees to
// what whoever was killed there left behind.
func (r *run) taking(j *job, path string) func() (*lock.Lock, error) {
	try := func() (*lock.Lock, error) { return lock.Try(path) }
	if j.key.step == StepClean {
		try = func() (*lock.Lock, error) { return j.tryCleaning(path) }
	}
	self := lock.Self(proc.Name(), wordsOf(r.asked))
	return func() (*lock.Lock, error) {
		l, err := try()
		if errors.Is(err, lock.ErrBusy) {
			if holder := lock.Read(path); proc.Within(r.env, holder.Name) {
				return nil, fmt.Errorf("%s works in it, and started this very run: it would wait for ever; do not run mage on a tree from within its own build", holder)
			}
		}
		if err == nil {
			r.inherit(l)
			if r.ctx.Err() == nil {
				l.Claim(self)
			}
		}
		return l, err
	}
}

// tryCleaning takes the lock of a tree that is to be removed, and makes none
// where there is no such tree.
func (j *job) tryCleaning(path string) (*lock.Lock, error) {
	for failed := 0; ; {
		// There may be no proof only because somebody is at work.
		made, err := j.cleans()
		if err != nil {
			if lock.Busy(path) {
				return nil, lock.ErrBusy
			}
			if failed++; failed == 2 {
				return nil, err
			}
			continue
		}
		// Another Clean may remove the lock file that was just made, and
		// somebody may put another directory in the tree's place.
		l, err := lock.TryExisting(path)
		switch {
		case err == nil && !l.Of(made):
			_ = l.Release()
		case !errors.Is(err, fs.ErrNotExist):
			return l, err
		}
	}
}

// guardTime is how long the guard of a process that was killed may take to end
// what that had started.
const guardTime = 3 * time.Second

// inherit makes sure that a process which was killed while it held the lock
// has left nobody behind who still writes to the tree. One that lives is not
// meant: somebody copied a tree in which it works, with the lock file.
func (r *run) inherit(l *lock.Lock) {
	if l.Left.Here() && l.Left.Name != "" && !proc.Alive(l.Left.Name) {
		r.found(l.Left)
		proc.EndOrphans(r.ctx, l.Left.Name, l.Left.Leader, guardTime)
	}
}

// keep keeps what an attempt to take a lock came to.
func (h *holds) keep(j *job, at *hold, l *lock.Lock, err error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case err == nil:
		at.lock, at.used = l, false
		h.held++
		return nil
	case errors.Is(err, lock.ErrUnsupported):
		// The step itself will say what cannot be written.
		at.free, at.used = true, false
		return nil
	case errors.Is(err, fs.ErrNotExist) && j.key.step == StepClean:
		return nil // and nothing to clean
	}
	return fmt.Errorf("lock build tree: %w", err)
}

// leave is the end of a job that was expected. The lock is given back after
// the last one, or earlier when too many are held.
func (h *holds) leave(dir string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := h.of[dir]
	if at == nil {
		return
	}
	if at.jobs--; at.jobs == 0 {
		delete(h.of, dir)
	}
	if at.jobs == 0 || h.held > h.room {
		h.drop(at)
	}
}

// letGo gives a tree's lock back early.
func (h *holds) letGo(dir string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if at := h.of[dir]; at != nil {
		h.drop(at)
	}
}

// drop is called with the lock held.
func (h *holds) drop(at *hold) {
	if at.lock != nil {
		_ = at.lock.Release()
		at.lock = nil
		h.held--
	}
}

// running says in a tree's lock which command is at work there, by its number, 0
// for none. The next run can end it should we be killed.
func (h *holds) running(dir string, pid int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if at := h.of[dir]; at != nil && at.lock != nil {
		at.lock.Running(pid)
	}
}

// has says whether a tree's lock is held, or none can be.
func (h *holds) has(dir string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := h.of[dir]
	return at == nil || at.free || at.lock != nil
}

// wordsOf lists steps for people.
func wordsOf(steps []Step) string {
	var words []string
	for _, s := range steps {
		words = append(words, string(s))
	}
	return strings.Join(words, ", ")
}
