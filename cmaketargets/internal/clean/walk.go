package clean

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/sourcegraph/conc"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// os.Root.RemoveAll does not do here: it enters mount points, gives up at directories without
// permissions, holds a handle for each level, and removes one file at a time, which takes two to
// three times as long on ext4.

// A goroutine has 8 files open at its peak, and 14 in a tree of 4,096 levels: settings.Resolve lets
// a job have 16 with the locks that are held between steps.
const (
	// maxOpen bounds how many directories above each other are held open. Deeper ones are closed
	// while those in them are removed, and opened again from the nearest that is open. From level
	// deep on, each level that is a power of two is open too, so that this is not far.
	maxOpen = 4
	deep    = 128
	// attempts is how often a directory is emptied into which another process still writes.
	attempts = 4
	// A walk waits this often, for this time, while other goroutines or processes have as many
	// files open as the system allows.
	maxPauses = 500
	pause     = 10 * time.Millisecond
)

// walk removes the contents of a build tree. Goroutines share it.
type walk struct {
	ctx   context.Context
	mount mount
	kept  kept
	slots chan struct{} // one token for each goroutine at work

	freed  atomic.Int64
	pauses atomic.Int64

	mu      sync.Mutex
	failure *removalError
}

// node is a directory of which the contents are removed.
type node struct {
	*dir
	parent *node
	path   string // relative to the build tree
	depth  int
}

// newWalk returns a walk that stays in the mount of d and has up to jobs goroutines.
func newWalk(ctx context.Context, d *dir, k kept, jobs int) *walk {
	w := &walk{ctx: ctx, mount: d.mount, kept: k, slots: make(chan struct{}, max(jobs, 1))}
	w.slots <- struct{}{}
	return w
}

// emptyBut removes everything in a directory but the entry except, and last the file of that name if
// all else could be removed. It returns the first failure.
func (w *walk) emptyBut(n *node, except, last string) error {
	w.empty(n, except, last)
	if err := w.failed(); err != nil {
		return err
	}
	return w.removeFile(n, last)
}

// removeFile removes an entry that is no directory; it need not exist.
func (w *walk) removeFile(n *node, name string) error {
	info, err := n.root.Lstat(name)
	if err == nil {
		err = w.remove(n, name, info, n.unlink)
	}
	w.gone(n, name, err)
	return w.failed()
}

// empty removes the contents of a directory and reports whether nothing is left.
func (w *walk) empty(n *node, except ...string) bool {
	if !w.gone(n, "", w.patiently(n.hold)) {
		return false
	}
	names, err := n.entries()
	if !w.gone(n, "", err) {
		return false
	}
	emptied := true
	var dirs []string
	for _, name := range names {
		if w.ctx.Err() != nil {
			return false
		}
		if slices.Contains(except, name) {
			continue
		}
		info, err := n.root.Lstat(name)
		switch {
		case err != nil:
			emptied = w.gone(n, name, err) && emptied
		case w.kept.whole(info):
			emptied = false
		case info.IsDir():
			dirs = append(dirs, name)
		default:
			emptied = w.gone(n, name, w.remove(n, name, info, n.unlink)) && emptied
		}
	}
	n.release()
	return w.removeDirs(n, dirs) && emptied
}

// removeDirs removes directories with all that is in them, in goroutines of their own while there
// are tokens, and reports whether they are gone.
func (w *walk) removeDirs(n *node, names []string) bool {
	tokens := w.slots
	if n.closable() {
		tokens = nil // n is closed meanwhile.
	}
	var stays atomic.Bool
	var others conc.WaitGroup
	for _, name := range names {
		remove := func() {
			if !w.removeDir(n, name) {
				stays.Store(true)
			}
		}
		select {
		case tokens <- struct{}{}:
			others.Go(func() {
				defer func() { <-w.slots }()
				remove()
			})
		default:
			remove()
		}
	}
	<-w.slots // Others may work while this goroutine waits.
	defer func() { w.slots <- struct{}{} }()
	others.Wait()
	return !stays.Load()
}

// removeDir removes a directory with all that is in it and reports whether it is gone.
func (w *walk) removeDir(n *node, name string) bool {
	for attempt := 1; ; attempt++ {
		var child *node
		err := w.patiently(func() (err error) {
			child, err = w.enter(n, name)
			return err
		})
		if err != nil {
			return w.gone(n, name, err)
		}
		if n.closable() {
			n.close()
		}
		emptied := w.empty(child)
		child.close()
		if n.closable() {
			if err := w.patiently(n.reopen); err != nil {
				w.fail(n, "", err)
				return false
			}
		}
		if !emptied || w.ctx.Err() != nil {
			return false
		}
		err = w.patiently(func() error { return w.remove(n, name, child.info, n.rmdir) })
		if errors.Is(err, fs.ErrExist) && attempt < attempts {
			continue // Another process still writes in it.
		}
		return w.gone(n, name, err)
	}
}

// enter opens a directory that lies in n, unless something is mounted there.
func (w *walk) enter(n *node, name string) (*node, error) {
	child, err := n.open(name)
	if errors.Is(err, syscall.EACCES) && n.root.Chmod(name, 0o700) == nil {
		child, err = n.open(name)
	}
	if err != nil {
		return nil, err
	}
	if child.mount != w.mount {
		child.close()
		return nil, errMounted
	}
	return &node{child, n, filepath.Join(n.path, name), n.depth + 1}, nil
}

// remove removes an entry by unlink, which it calls again when only permissions were missing that
// the owner of the directory can give.
func (w *walk) remove(n *node, name string, info fs.FileInfo, unlink func(name string) error) error {
	err := unlink(name)
	if errors.Is(err, syscall.EACCES) && n.with(allow) == nil {
		err = unlink(name)
	}
	if err == nil {
		w.freed.Add(freedBy(info))
	}
	return err
}

// allow gives the owner of a directory all permissions.
func allow(dir *os.File) error { return dir.Chmod(0o700) }

// patiently calls open again, after a pause, while too many files are open.
func (w *walk) patiently(open func() error) error {
	for {
		err := open()
		tooMany := errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
		if !tooMany || w.pauses.Add(1) > maxPauses {
			return err
		}
		select {
		case <-w.ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// closable reports whether the directory is closed while directories in it are removed.
func (n *node) closable() bool {
	return n.depth >= maxOpen && (n.depth < deep || n.depth&(n.depth-1) != 0)
}

// reopen opens a closed directory again, by its path from the nearest one above that is open.
func (n *node) reopen() error {
	above := n.parent
	for above.closable() {
		above = above.parent
	}
	rel, err := filepath.Rel(above.path, n.path)
	if err != nil {
		return err
	}
	opened, err := above.openSame(rel, n.info)
	if err == nil {
		n.dir = opened
	}
	return err
}

// gone reports whether an entry of n no longer exists after its removal ended with err.
func (w *walk) gone(n *node, name string, err error) bool {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return true
	}
	w.fail(n, name, err)
	return false
}

// fail notes that an entry of n, or n itself for "", cannot be removed.
func (w *walk) fail(n *node, name string, err error) {
	err = explain(n.info, err)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failure != nil {
		w.failure.More++
		return
	}
	w.failure = &removalError{Path: filepath.Join(n.path, name), Err: err}
}

// failed returns the first failure, or the cause of the context that has ended.
func (w *walk) failed() error {
	if w.ctx.Err() != nil {
		return context.Cause(w.ctx)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failure == nil {
		return nil
	}
	return w.failure
}

// errMounted is the cause where a directory belongs to another mount.
var errMounted = errors.New("something is mounted there; unmount it first")

// explain returns the cause of a failure in a directory, with a hint where there is one.
func explain(in fs.FileInfo, err error) error {
	err = fsutil.Cause(err)
	uid, other := foreign(in)
	switch {
	case errors.Is(err, syscall.EBUSY):
		return errMounted
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%w; something still writes in it", err)
	case errors.Is(err, syscall.EACCES) && other:
		return fmt.Errorf("%w; it is in a directory of user %d", err, uid)
	case errors.Is(err, syscall.EPERM):
		return fmt.Errorf("%w; it may be immutable, see chattr(1)", err)
	}
	return err
}
