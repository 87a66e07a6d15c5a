package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/magecmake/magecmake/cmaketargets/internal/clean"
	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// maxRetries bounds the attempts of a Clean that has no lock.
const maxRetries = 20

// errUnlocked is the error of a Clean whose build tree did not exist, so that there was
// no lock to take, and exists now.
var errUnlocked = errors.New("another process began to use it just now; run it again")

// clean proves that the directory is the project's build tree, and removes it.
func (j *job) clean(share int) model.Result {
	r := j.run
	res, leases := j.blank(), r.session.process.scheduler.Leases
	tree := j.action.Tree.Removal()
	proven, err := tree.Prove(r.ctx)
	if err == nil {
		defer proven.Close()
	}
	switch {
	case errors.Is(err, clean.ErrNothing):
		res.Status, res.Reason = model.UpToDate, plan.NothingToClean
		return res
	case r.ctx.Err() != nil:
		return res.Cancel(context.Cause(r.ctx))
	case err != nil:
		return res.Fail(err)
	case !leases.Held(tree.Dir):
		return res.Fail(tree.Refusal(errUnlocked))
	}
	freed, err := proven.Remove(r.ctx, share, func() { leases.Release(tree.Dir) })
	switch {
	case r.ctx.Err() != nil:
		return res.Cancel(context.Cause(r.ctx))
	case err != nil:
		return res.Fail(err)
	}
	res.Status, res.Reason = model.OK, "removed "+text.Bytes(freed)
	if len(proven.Found) > 0 {
		res.Reason += ", but for files that were there before: " + text.List(proven.Found)
	}
	return res
}

// makeLock makes the lock file of a build tree that may be removed, and describes it. The
// error is fs.ErrNotExist when there is no such build tree, and lock.ErrUnsupported when
// no file can be made in it, as on a full disk or where a link has the name.
func (j *job) makeLock() (fs.FileInfo, error) {
	proven, err := j.action.Tree.Removal().Prove(j.run.ctx)
	if err != nil {
		return nil, fs.ErrNotExist // clean reports it
	}
	defer proven.Close()
	made, err := proven.TouchLock()
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist): // another Clean was faster
		return made, err
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return nil, err // there is a lock, and another process may hold it
	}
	return nil, fmt.Errorf("%w: %w", lock.ErrUnsupported, err)
}
