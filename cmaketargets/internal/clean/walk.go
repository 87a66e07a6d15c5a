package clean

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/sourcegraph/conc"
)

// os.Root.RemoveAll does not do here: it enters mount points, gives up at directories without
// permissions, holds a handle for each level, and removes one file at a time, which takes two to
// three times as long on ext4.

const (
	// maxOpen bounds how many directories above each other are held open. Deeper ones are closed
	// while those in them are removed, but for each strideth, from which they are opened again.
	maxOpen = 12
	stride  = 64
	// attempts is how often a directory is emptied into which another process still writes.
	attempts = 4
)

// walk removes what is in a build tree. Goroutines share it.
type walk struct {
	ctx   context.Context
	mount mount
	kept  kept
	slots chan struct{} // one token for each goroutine at work
	freed atomic.Int64

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
func newWalk(ctx context.Context, d *dir, k kept, jobs int) (*walk, error) {
	at, err := d.mount()
	w := &walk{ctx: ctx, mount: at, kept: k, slots: make(chan struct{}, max(jobs, 1))}
	w.slots <- struct{}{}
	return w, err
}

// emptyTop removes everything in a directory but the entries of those names, and returns the first
// failure.
func (w *walk) emptyTop(n *node, except ...string) error {
	w.empty(n, except...)
	return w.failed()
}

// removeFile removes an entry that is no directory; it need not exist.
func (w *walk) removeFile(n *node, name string) error {
	if info, err := n.root.Lstat(name); err == nil {
		w.remove(n, name, info)
	} else if !errors.Is(err, fs.ErrNotExist) {
		w.fail(n, name, err)
	}
	return w.failed()
}

// empty removes what is in a directory and reports whether nothing is left.
func (w *walk) empty(n *node, except ...string) bool {
	names, err := n.entries()
	if err != nil {
		w.fail(n, "", err)
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
		switch info, err := n.root.Lstat(name); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			w.fail(n, name, err)
			emptied = false
		case w.kept.whole(info):
			emptied = false
		case info.IsDir():
			dirs = append(dirs, name)
		default:
			emptied = w.remove(n, name, info) && emptied
		}
	}
	return w.removeDirs(n, dirs) && emptied
}

// removeDirs removes directories with all that is in them, in goroutines of their own while there
// are tokens, and reports whether they are gone.
func (w *walk) removeDirs(n *node, names []string) bool {
	var stays atomic.Bool
	var others conc.WaitGroup
	for _, name := range names {
		remove := func() {
			if !w.removeDir(n, name) {
				stays.Store(true)
			}
		}
		select {
		case w.tokenFor(n) <- struct{}{}:
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

// tokenFor returns where to get a token for a further goroutine in a directory: nowhere in one that
// is closed meanwhile.
func (w *walk) tokenFor(n *node) chan<- struct{} {
	if n.closable() {
		return nil
	}
	return w.slots
}

// removeDir removes a directory with all that is in it and reports whether it is gone.
func (w *walk) removeDir(n *node, name string) bool {
	for attempt := 1; ; attempt++ {
		child, err := w.enter(n, name)
		if errors.Is(err, fs.ErrNotExist) {
			return true
		}
		if err != nil {
			w.fail(n, name, err)
			return false
		}
		if n.closable() {
			n.close()
		}
		emptied := w.empty(child)
		child.close()
		if n.closable() {
			if err := n.reopen(); err != nil {
				w.fail(n, "", err)
				return false
			}
		}
		if !emptied || w.ctx.Err() != nil {
			return false
		}
		err = n.unlocked(func() error { return n.root.Remove(name) })
		if errors.Is(err, fs.ErrExist) && attempt < attempts {
			continue // Another process still writes in it.
		}
		return w.done(n, name, child.info, err)
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
	at, err := child.mount()
	if err == nil && at != w.mount {
		err = errMounted
	}
	if err != nil {
		child.close()
		return nil, err
	}
	return &node{child, n, filepath.Join(n.path, name), n.depth + 1}, nil
}

// remove removes an entry that is no directory and reports whether it is gone.
func (w *walk) remove(n *node, name string, info fs.FileInfo) bool {
	return w.done(n, name, info, n.unlocked(func() error { return n.root.Remove(name) }))
}

// done counts an entry whose removal ended with err, and reports whether it is gone.
func (w *walk) done(n *node, name string, info fs.FileInfo, err error) bool {
	switch {
	case err == nil:
		w.freed.Add(freedBy(info))
	case !errors.Is(err, fs.ErrNotExist):
		w.fail(n, name, err)
		return false
	}
	return true
}

// unlocked calls remove, and again when it only lacked permissions that the owner of the directory
// can give.
func (n *node) unlocked(remove func() error) error {
	err := remove()
	if errors.Is(err, syscall.EACCES) && n.root.Chmod(".", 0o700) == nil {
		err = remove()
	}
	return err
}

// closable reports whether the directory is closed while directories in it are removed.
func (n *node) closable() bool { return n.depth >= maxOpen && n.depth%stride != 0 }

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
	root, err := above.root.OpenRoot(rel)
	opened, err := newDir(root, n.info, err)
	if err == nil {
		n.dir = opened
	}
	return err
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
