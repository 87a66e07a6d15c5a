package clean

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// Remove removes all entries of the build tree but those that stay, then its directory and those
// above it up to the build root, as far as nothing is left in them; the target of a link stays. Up
// to jobs goroutines do so. It returns how many bytes that gave back to the file system: those of
// files with a hard link elsewhere are none, and those that a process holds open come later.
//
// The caller holds the tree's lock. Its file goes last; before that, where the system removes no
// file that is open, unlock is called, which releases the lock.
//
// An entry that cannot be removed, such as a mount point, stays with the directories above it, and
// the error names the first one. When ctx ends, so does the removal, and the error is its cause.
// The record then marks the tree as being removed, so that no step uses it, and the next
// Clean can prove and finish it.
func (p *Proven) Remove(ctx context.Context, jobs int, unlock func()) (freed int64, err error) {
	t := p.tree
	// On a full disk, where this fails, Clean matters most.
	if err := inputs.BeginRemoval(p.dir.root, t.Source, t.Dir, p.Found); err != nil {
		if len(p.Found) > 0 {
			return 0, fmt.Errorf("record what stays of %s: %w", t.Show(t.Dir), fsutil.Cause(err))
		}
		// The record must not be used any more.
		if state, err := p.dir.open(treestate.Dir); err == nil {
			_ = state.unlink(inputs.File)
			state.close()
		}
	}
	w := newWalk(ctx, p.dir, p.kept, jobs)
	err = p.empty(w, unlock)
	switch freed = w.freed.Load(); {
	case ctx.Err() != nil:
		return freed, context.Cause(ctx)
	case err != nil:
		return freed, fmt.Errorf("remove %s: %w", t.Show(t.Dir), err)
	}
	p.removeAbove()
	return freed, nil
}

// removeAbove removes the emptied build tree, and the directories above it up to the build root as
// far as nothing is left in them and they still are those on the way to it.
func (p *Proven) removeAbove() { p.removeEmpty(p.rel, p.tree.BuildRoot) }

// RemoveEmpty removes the directories between the build root and a build tree that is gone, as far as
// nothing is in them: a Clean that was killed leaves them. The build root itself stays.
func (t *Tree) RemoveEmpty() {
	p := &Proven{tree: t}
	err := p.open()
	p.Close()
	names := strings.Split(p.rel, string(filepath.Separator))
	if errors.Is(err, fs.ErrNotExist) && len(p.above) < len(names) {
		p.removeEmpty(filepath.Join(names[:len(p.above)]...), "")
	}
}

// removeEmpty removes the empty directory at rel, and those above it, as far as they are below the build
// root or last, and p.above describes the way to them.
func (p *Proven) removeEmpty(rel, last string) {
	root, err := openDir(p.base)
	if err != nil {
		return
	}
	defer root.close()
	for _, info := range slices.Backward(p.above) {
		path := root.path(rel)
		if below, ok := fsutil.Within(path, p.tree.BuildRoot); path != last && (!ok || below == ".") {
			return
		}
		above, err := root.openSame(filepath.Dir(rel), info)
		if err != nil {
			return
		}
		err = above.rmdir(filepath.Base(rel))
		above.close()
		if err != nil || path == last {
			return
		}
		rel = filepath.Dir(rel)
	}
}

// empty removes the cache after all but our own state, so that the tree stays provable until the
// end, and the lock after the record, so that no process begins to work in the tree meanwhile.
func (p *Proven) empty(w *walk, unlock func()) error {
	top := &node{dir: p.dir}
	if err := w.emptyBut(top, treestate.Dir, treestate.CacheFile); err != nil {
		return err
	}
	state, err := p.dir.open(treestate.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return w.removeFile(top, treestate.Dir) // A link, which never was ours.
	}
	defer state.close()
	in := &node{dir: state, path: treestate.Dir}
	if err := w.emptyBut(in, treestate.LockFile, inputs.File); err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		unlock()
	}
	if err := w.removeFile(in, treestate.LockFile); err != nil {
		return err
	}
	_ = p.dir.rmdir(treestate.Dir) // Not empty where another process has taken the tree since.
	return nil
}

// removalError is why a build tree could not be removed completely.
type removalError struct {
	Path string // the first entry that could not be removed, relative to the build tree
	Err  error
	More int // the number of others
}

// Error implements error.
func (e *removalError) Error() string {
	const enough = 200 // bytes, of a path in a deep tree
	path := e.Path
	if len(path) > enough {
		path = path[:enough/2] + "..." + path[len(path)-enough/2:]
	}
	if e.More > 0 {
		return fmt.Sprintf("%s: %v (and %d more)", path, e.Err, e.More)
	}
	return fmt.Sprintf("%s: %v", path, e.Err)
}

// Unwrap returns the cause.
func (e *removalError) Unwrap() error { return e.Err }
