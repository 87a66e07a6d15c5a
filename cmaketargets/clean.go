package cmaketargets

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
	"github.com/magecmake/magecmake/cmaketargets/internal/record"
	"github.com/magecmake/magecmake/cmaketargets/internal/remove"
)

// clean removes the build tree where it is proven to be one, and refuses with
// the reason where it is not.
func (t *tree) clean(ctx context.Context, git *discover.Indexes, jobs int, res Result) Result {
	s, err := t.openProven(ctx, git)
	defer s.close()
	if errors.Is(err, fs.ErrNotExist) {
		res.Status, res.Reason = StatusUpToDate, nothingToClean
		return res
	}
	if ctx.Err() != nil {
		return stopped(ctx, res)
	}
	if err != nil {
		return t.fail(res, err)
	}
	if !budget.holds.has(t.dir) {
		return t.fail(res, fmt.Errorf("refuse to remove %s: %w", t.show(t.dir), errUnlocked))
	}
	// On a full disk, where this fails, Clean matters most.
	if err := t.beginRemoval(s); err != nil {
		if len(s.found) > 0 {
			return t.fail(res, fmt.Errorf("note what stays of %s: %w", t.show(t.dir), err))
		}
		t.dropRecord(s.dir)
	}
	freed, err := t.empty(ctx, s, jobs)
	switch {
	case ctx.Err() != nil:
		return stopped(ctx, res)
	case err != nil:
		return t.fail(res, fmt.Errorf("remove %s: %w", t.show(t.dir), err))
	}
	s.prune(t.BuildRoot)
	res.Status, res.Reason = StatusOK, "removed "+bytesOf(freed)
	if len(s.found) > 0 {
		res.Reason += ", but for what was there before: " + listSome(s.found)
	}
	return res
}

// empty removes everything in the tree but what is kept of it, and returns how
// many bytes that freed. The cache goes last but for our own state, whose record
// says that a Clean began: a removal that is stopped halfway is believed by
// nobody, and can be proven, and finished, the next time. The lock goes after
// all, so that nobody begins to work in a tree that is still being removed.
func (t *tree) empty(ctx context.Context, s site, jobs int) (int64, error) {
	dir := s.dir
	o := remove.Options{Workers: jobs, Keep: s.kept, Skip: []string{cacheFile, stateDir}}
	freed, err := remove.Contents(ctx, dir, o)
	if err != nil {
		return freed, err
	}
	also := func(n int64, failure error) {
		freed += n
		if err == nil && !errors.Is(failure, fs.ErrNotExist) {
			err = failure
		}
	}
	also(dir.Remove(cacheFile))
	state, stateErr := dir.Open(stateDir)
	if err != nil || errors.Is(stateErr, fs.ErrNotExist) {
		return freed, err
	}
	if stateErr != nil {
		also(dir.Remove(stateDir)) // a link, which never was ours
		return freed, err
	}
	defer func() { _ = state.Close() }()
	also(remove.Contents(ctx, state, remove.Options{Workers: jobs, Skip: []string{record.File, lockFile}}))
	for _, name := range []string{record.File, lockFile} {
		if name == lockFile && runtime.GOOS == "windows" {
			budget.holds.letGo(t.dir) // an open file cannot be removed there
		}
		if err == nil {
			also(state.Remove(name))
		}
	}
	// Where somebody else has taken the tree since, it is not empty.
	_ = dir.Rmdir(stateDir)
	return freed, err
}

// dropRecord removes the tree's record, which nobody is to believe any more.
func (t *tree) dropRecord(dir *remove.Dir) {
	if state, err := dir.Open(stateDir); err == nil {
		_, _ = state.Remove(record.File)
		_ = state.Close()
	}
}

// beginRemoval marks the tree as one that is being removed.
func (t *tree) beginRemoval(s site) error {
	root, err := s.dir.Root()
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	return record.BeginRemoval(root, t.project.Dir, t.dir, s.found)
}

// errUnlocked says that there was nothing to clean, and no lock to take, when
// the job began, and that there is something now. The run tries again.
var errUnlocked = errors.New("another process began to use it just now; run it again")

// stopped is the result of a Clean that its context ended.
func stopped(ctx context.Context, res Result) Result {
	cause := context.Cause(ctx)
	res.Status, res.Reason = StatusCancelled, cause.Error()
	res.Err = &stepError{res.Step, res.Project.Path, res.Variant.Name, cause}
	return res
}

// makeLock makes the lock file of a tree that may be removed, where it is
// missing, and describes it: through the handle, for nothing must be written
// where the proof does not hold. The error is fs.ErrNotExist when there is no
// such tree, and lock.ErrUnsupported when no file can be made in it, as on a
// full disk or where somebody put a link in its place.
func (t *tree) makeLock(ctx context.Context, git *discover.Indexes) (fs.FileInfo, error) {
	s, err := t.openProven(ctx, git)
	defer s.close()
	if err != nil {
		return nil, fs.ErrNotExist // clean will say so
	}
	made, err := touchLock(s.dir)
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist): // another Clean was faster
		return made, err
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return nil, err // there is a lock, and somebody may hold it
	}
	return nil, fmt.Errorf("%w: %w", lock.ErrUnsupported, err)
}

// touchLock makes the lock file in a build tree, where it is missing, and
// describes it.
func touchLock(dir *remove.Dir) (fs.FileInfo, error) {
	if err := dir.Mkdir(stateDir); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	state, err := dir.Open(stateDir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = state.Close() }()
	return state.Touch(lockFile)
}

const (
	nothingToClean = "nothing to clean"
	cacheFile      = "CMakeCache.txt"
)

// site is a build tree held open, with the directories on the way to it: it is
// reached from the root step by step through handles that follow no symbolic
// link, the proof is read through the last of them, and removal works on the
// same, so that what was proven is what is removed, even if somebody puts a
// link in its place meanwhile.
type site struct {
	dir   *remove.Dir   // nil unless all could be opened
	above []*remove.Dir // from the root on
	names []string      // of the next
	found []string      // the names that were there before it was a build tree
	kept  remove.Kept   // those, and the install prefix and the directory of reports, should they lie there
}

// openProven opens the build tree if it is proven to be one. The error is
// fs.ErrNotExist when there is none, and otherwise says why it is refused. The
// site is to be closed in any case.
func (t *tree) openProven(ctx context.Context, git *discover.Indexes) (site, error) {
	s, err := t.open()
	if errors.Is(err, fs.ErrNotExist) {
		return s, fs.ErrNotExist
	}
	if err == nil {
		if rec := recordIn(s.dir, t.dir); rec != nil {
			s.found = rec.Found
		}
		keep := []string{t.Prefix, t.reportDir()}
		for _, name := range s.found {
			keep = append(keep, filepath.Join(t.dir, name))
		}
		s.kept, err = s.dir.Kept(keep...)
	}
	if err == nil {
		err = t.prove(ctx, git, s)
	}
	if errors.Is(err, errNothing) {
		return s, fs.ErrNotExist
	}
	if err != nil {
		err = fmt.Errorf("refuse to remove %s: %w", t.show(t.dir), err)
	}
	return s, err
}

// open opens the build tree; the error is fs.ErrNotExist when there is none.
func (t *tree) open() (site, error) {
	var s site
	rel, err := filepath.Rel(t.Root, t.dir)
	if err != nil || rel == "." || !filepath.IsLocal(rel) {
		return s, fmt.Errorf("it is not inside %s", t.Root)
	}
	dir, err := remove.Open(t.Root)
	if err != nil {
		return s, err
	}
	for name := range strings.SplitSeq(rel, string(filepath.Separator)) {
		s.above, s.names = append(s.above, dir), append(s.names, name)
		if dir, err = dir.Open(name); err != nil {
			return s, t.notOpened(filepath.Join(s.above[len(s.above)-1].Path(), name), err)
		}
	}
	s.dir = dir
	return s, nil
}

// notOpened says what is in the place of a directory.
func (t *tree) notOpened(path string, err error) error {
	info, statErr := os.Lstat(path)
	if statErr != nil || info.IsDir() {
		return err
	}
	kind := "something special"
	switch mode := info.Mode(); {
	case mode&fs.ModeSymlink != 0:
		kind = "a symbolic link"
	case mode.IsRegular():
		kind = "a file"
	}
	return fmt.Errorf("%s is not a directory but %s", t.show(path), kind)
}

// prune removes the build tree's own directory and those above it, up to the
// build root, where nothing is left in them.
func (s site) prune(buildRoot string) {
	for i := len(s.above) - 1; i >= 0; i-- {
		// That they are not empty is no error.
		if s.above[i].Rmdir(s.names[i]) != nil || filepath.Join(s.above[i].Path(), s.names[i]) == buildRoot {
			return
		}
	}
}

func (s site) close() {
	if s.dir != nil {
		_ = s.dir.Close()
	}
	for _, dir := range s.above {
		_ = dir.Close()
	}
}

// bytesOf formats a size as a person reads it.
func bytesOf(n int64) string {
	const unit = 1000
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	value, prefixes := float64(n)/unit, "kMGTPE"
	for value >= unit && len(prefixes) > 1 {
		value, prefixes = value/unit, prefixes[1:]
	}
	return fmt.Sprintf("%.1f %cB", value, prefixes[0])
}
