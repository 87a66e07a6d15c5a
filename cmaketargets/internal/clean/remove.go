package clean

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
)

// Remove removes everything in the build tree but what stays, then its directory and those above
// it up to the build root, as far as nothing is left in them. Up to jobs goroutines do so. It
// returns how many bytes that gave back to the file system: those of files with a hard link
// elsewhere are none, and those that a process holds open come later.
//
// The caller holds the tree's lock. Its file goes last; before that, where the system removes no
// file that is open, unlock is called, which releases the lock.
//
// What cannot be removed, such as a mount point, stays with the directories above it, and the
// error names the first such thing. When ctx ends, so does the removal, and the error is its cause.
// Then the record says that a Clean began, so that no step uses the tree, and the next Clean can
// prove and finish it.
func (p *Proven) Remove(ctx context.Context, jobs int, unlock func()) (freed int64, err error) {
	t := p.tree
	// On a full disk, where this fails, Clean matters most.
	if err := inputs.BeginRemoval(p.dir.root, t.Source, t.Dir, p.Found); err != nil {
		if len(p.Found) > 0 {
			return 0, fmt.Errorf("record what stays of %s: %w", t.Show(t.Dir), err)
		}
		p.dropRecord()
	}
	w, err := newWalk(ctx, p.dir, p.kept, jobs)
	if err == nil {
		err = p.empty(w, unlock)
	}
	if ctx.Err() != nil {
		return w.freed.Load(), context.Cause(ctx)
	}
	if err != nil {
		return w.freed.Load(), fmt.Errorf("remove %s: %w", t.Show(t.Dir), err)
	}
	p.removeParents()
	return w.freed.Load(), nil
}

// empty removes the cache after all but our own state, so that the tree stays provable until the
// end, and the lock after the record, so that no process begins to work in the tree meanwhile.
func (p *Proven) empty(w *walk, unlock func()) error {
	top := &node{dir: p.dir}
	if err := w.emptyTop(top, cacheFile, stateDir); err != nil {
		return err
	}
	if err := w.removeFile(top, cacheFile); err != nil {
		return err
	}
	state, err := p.dir.open(stateDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return w.removeFile(top, stateDir) // A link, which never was ours.
	}
	defer state.close()
	in := &node{dir: state, path: stateDir}
	if err := w.emptyTop(in, inputs.File, lockFile); err != nil {
		return err
	}
	if err := w.removeFile(in, inputs.File); err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		unlock()
	}
	if err := w.removeFile(in, lockFile); err != nil {
		return err
	}
	_ = p.dir.removeEmpty(stateDir) // Not empty where another process has taken the tree since.
	return nil
}

// dropRecord removes the record, which must not be used any more.
func (p *Proven) dropRecord() {
	if state, err := p.dir.open(stateDir); err == nil {
		_ = state.root.Remove(inputs.File)
		state.close()
	}
}

// removeParents removes the build tree's directory and those above it, up to the build root, while
// they are empty.
func (p *Proven) removeParents() {
	for i := len(p.above) - 1; i >= 0; i-- {
		above, name := p.above[i], p.names[i]
		if above.removeEmpty(name) != nil || filepath.Join(above.root.Name(), name) == p.tree.BuildRoot {
			return
		}
	}
}
