package remove

import "context"

// Options say how to empty a directory.
type Options struct {
	// Workers is how many goroutines remove, 1 where it is less.
	Workers int
	// Keep is what stays of that directory.
	Keep Kept
	// Skip are names in the directory itself that stay.
	Skip []string
}

// Contents removes everything in the directory, and returns how many bytes
// that gave back to the file system: those of files with a further hard link
// elsewhere are none, and those that a process holds open come later.
//
// What cannot be removed, such as a mount point, stays with the directories
// above it; all else goes, and the error is an *Error. When ctx ends, so does
// the removal, and the error is its cause.
func Contents(ctx context.Context, dir *Dir, o Options) (freed int64, err error) {
	at, err := dir.place()
	if err != nil {
		return 0, err
	}
	w := &walk{ctx: ctx, at: at, skip: o.Skip, keep: o.Keep.entries, above: o.Keep.above}
	w.change.L = &w.mu
	w.run(&node{dir: dir}, o.Workers)
	if ctx.Err() != nil {
		return w.freed.Load(), context.Cause(ctx)
	}
	return w.freed.Load(), w.failed()
}

// Remove removes the entry of that name, which must not be a directory, and
// returns how many bytes that freed, as Contents does.
func (d *Dir) Remove(name string) (freed int64, err error) {
	e, err := d.look(name)
	if err != nil {
		return 0, err
	}
	w := &walk{}
	w.unlink(&node{dir: d}, name, e)
	return w.freed.Load(), w.failed()
}
