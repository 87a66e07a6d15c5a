package remove

import (
	"errors"
	"fmt"
	"io/fs"
)

// ErrNotRegular says that something is no regular file.
var ErrNotRegular = errors.New("not a regular file")

// errMounted says that a directory belongs to another file system.
var errMounted = errors.New("something is mounted there; unmount it first")

// explain reduces an error to its cause, and says what to do about it.
func explain(n *node, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	in := n.dir
	if in == nil && n.parent != nil {
		in = n.parent.dir
	}
	switch {
	case busy(err):
		return errMounted
	case notEmpty(err):
		return fmt.Errorf("%w; something still writes in it", err)
	case locked(err) && in != nil:
		if uid, foreign := in.foreign("."); foreign {
			return fmt.Errorf("%w; it is in a directory of user %d", err, uid)
		}
	case immutable(err):
		return fmt.Errorf("%w; it may be immutable, see chattr(1)", err)
	}
	return err
}

// Error says what could not be removed.
type Error struct {
	// Path is the first such thing, relative to the directory that was to be
	// emptied.
	Path string
	Err  error
	// More is the number of others.
	More int
}

// Error implements error.
func (e *Error) Error() string {
	// In a deep tree a path is longer than anybody reads.
	const enough = 200
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
func (e *Error) Unwrap() error { return e.Err }
