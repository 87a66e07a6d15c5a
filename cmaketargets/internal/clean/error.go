package clean

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// errMounted is the cause where a directory belongs to another mount.
var errMounted = errors.New("something is mounted there; unmount it first")

// explain returns the cause of a failure in a directory, and what to do about it.
func explain(in fs.FileInfo, err error) error {
	err = fsutil.Cause(err)
	switch {
	case errors.Is(err, syscall.EBUSY):
		return errMounted
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%w; something still writes in it", err)
	case errors.Is(err, syscall.EACCES):
		if uid, yes := foreign(in); yes {
			return fmt.Errorf("%w; it is in a directory of user %d", err, uid)
		}
	case errors.Is(err, syscall.EPERM):
		return fmt.Errorf("%w; it may be immutable, see chattr(1)", err)
	}
	return err
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
