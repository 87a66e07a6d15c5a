package remove

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/sourcegraph/conc"
)

// walk removes directories, the deepest first. Those that are still to be
// looked at are a stack, so that few are open at a time.
type walk struct {
	ctx   context.Context
	at    place
	keep  []identity
	above []identity // directories in which something is kept
	skip  []string   // names in the directory to be emptied
	freed atomic.Int64
	moved atomic.Int64

	mu     sync.Mutex
	change sync.Cond // stack or active
	stack  []*node
	active int
	first  *Error
}

// run removes the node and all below it.
func (w *walk) run(n *node, workers int) {
	n.pending = 1
	w.stack = append(w.stack, n)
	if workers <= 1 {
		w.work()
		return
	}
	var wg conc.WaitGroup
	for range workers {
		wg.Go(w.work)
	}
	wg.Wait()
}

// work visits directories until there are none.
func (w *walk) work() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		for len(w.stack) == 0 && w.active > 0 {
			w.change.Wait()
		}
		if len(w.stack) == 0 {
			return
		}
		n := w.stack[len(w.stack)-1]
		w.stack = w.stack[:len(w.stack)-1]
		w.active++
		w.mu.Unlock()
		w.do(n)
		w.mu.Lock()
		w.active--
		w.change.Broadcast()
	}
}

// do does one directory. It never panics: other workers count on this one.
func (w *walk) do(n *node) {
	defer func() {
		if v := recover(); v != nil {
			w.fail(n, "", fmt.Errorf("internal error: %v", v))
		}
	}()
	w.leave(n, w.visit(n))
}

// push puts directories on the stack.
func (w *walk) push(dirs ...*node) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range dirs {
		n.pending = 1
		n.parent.pending++
	}
	w.stack = append(w.stack, dirs...)
	w.change.Broadcast()
}

// visit removes the files in a directory and pushes its directories. It says
// whether anything in it stays.
func (w *walk) visit(n *node) (kept bool) {
	if w.ctx.Err() != nil || !w.enter(n) {
		return true
	}
	names, err := n.dir.Names()
	if err != nil {
		w.fail(n, "", err)
		return true
	}
	var dirs []*node
	for _, name := range names {
		if w.ctx.Err() != nil {
			kept = true
			break
		}
		if n.parent == nil && slices.Contains(w.skip, name) {
			continue
		}
		switch e, err := n.dir.look(name); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			w.fail(n, name, err)
			kept = true
		case e.in(w.keep):
			kept = true
		case !e.dir:
			kept = !w.unlink(n, name, e) || kept
		default:
			if child := w.child(n, name, e); child != nil {
				dirs = append(dirs, child)
			} else {
				kept = true
			}
		}
	}
	w.push(dirs...)
	return kept
}

// enter opens the directory, and refuses one on another file system.
func (w *walk) enter(n *node) bool {
	n.visits++
	if n.parent == nil {
		return true
	}
	dir, err := n.parent.dir.Open(n.name)
	if locked(err) && n.parent.dir.unlockEntry(n.name) == nil {
		dir, err = n.parent.dir.Open(n.name)
	}
	if err == nil {
		var at place
		if at, err = dir.place(); err == nil && at != w.at {
			err = errMounted
		}
		if err == nil {
			n.dir = dir
			return true
		}
		_ = dir.Close()
	}
	w.fail(n, "", err)
	return false
}

// child is the node of a directory found in n, or nil where there is none. A
// directory deep down is moved up first: that costs no more however deep a
// tree is, where open handles and long paths would. One that holds what is
// kept stays in its place, and so does one that cannot be moved.
func (w *walk) child(n *node, name string, e entry) *node {
	here := &node{parent: n, name: name, depth: n.depth + 1, bytes: e.bytes}
	if n.depth <= maxDepth || e.in(w.above) {
		return here
	}
	unlocked := false
	for {
		to := ".removed-" + strconv.FormatInt(w.moved.Add(1), 10)
		switch err := n.dir.moveTo(n.parent.dir, name, to); {
		case err == nil:
			return &node{parent: n.parent, name: to, from: n, found: name, depth: n.depth, bytes: e.bytes}
		case unmovable(err):
			return here
		case taken(err):
		case locked(err) && !unlocked:
			unlocked = true
			_, _, _ = n.dir.unlock(), n.parent.dir.unlock(), n.dir.unlockEntry(name)
		default:
			w.fail(n, name, err)
			return nil
		}
	}
}

// unlink removes what is no directory.
func (w *walk) unlink(n *node, name string, e entry) bool {
	err := n.dir.unlink(name)
	if locked(err) && n.dir.unlock() == nil {
		err = n.dir.unlink(name)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		w.fail(n, name, err)
		return false
	default:
		w.freed.Add(e.bytes)
	}
	return true
}

// leave ends a visit, and removes the directories in which nothing is left.
func (w *walk) leave(n *node, kept bool) {
	for ; n != nil; n = n.parent {
		w.mu.Lock()
		n.kept = n.kept || kept
		n.pending--
		done := n.pending == 0
		kept = n.kept
		w.mu.Unlock()
		if !done || n.parent == nil {
			return
		}
		if n.dir != nil {
			_ = n.dir.Close()
			n.dir = nil
		}
		if kept {
			continue
		}
		const patience = 4
		err := w.rmdir(n)
		switch {
		case err == nil:
			w.freed.Add(n.bytes)
		case errors.Is(err, fs.ErrNotExist):
		case notEmpty(err) && n.visits < patience:
			// Somebody still writes in it.
			w.mu.Lock()
			n.pending = 1
			w.stack = append(w.stack, n)
			w.mu.Unlock()
			w.change.Broadcast()
			return
		default:
			w.fail(n, "", err)
			kept = true
		}
	}
}

func (w *walk) rmdir(n *node) error {
	err := n.parent.dir.Rmdir(n.name)
	if locked(err) && n.parent.dir.unlock() == nil {
		err = n.parent.dir.Rmdir(n.name)
	}
	return err
}

// fail notes that something cannot be removed: an entry of n, or n itself.
func (w *walk) fail(n *node, name string, err error) {
	err = explain(n, err)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.first != nil {
		w.first.More++
		return
	}
	w.first = &Error{Path: n.path(name), Err: err}
}

func (w *walk) failed() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.first == nil {
		return nil
	}
	return w.first
}
