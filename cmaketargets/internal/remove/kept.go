package remove

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Kept is what stays of a directory's contents, with all that is in it. It is
// told by its identity, whatever its name.
type Kept struct {
	entries []identity
	above   []identity // the directories on the way to them
}

// Kept finds what the absolute paths lead to, as far as it lies below d: where
// a path is a link, the link, and what that leads to. The error is that of a
// path below d that cannot be looked at.
func (d *Dir) Kept(paths ...string) (Kept, error) {
	var k Kept
	own, err := d.Info()
	if err != nil {
		return k, err
	}
	for _, path := range paths {
		dir, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err == nil {
			err = k.add(own, filepath.Join(dir, filepath.Base(path)))
		}
		if err == nil {
			var to string
			if to, err = filepath.EvalSymlinks(path); err == nil {
				err = k.add(own, to)
			}
		}
		missing := errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
		if err != nil && !missing && strings.HasPrefix(path, d.Path()+string(filepath.Separator)) {
			return k, err
		}
	}
	return k, nil
}

// add adds what is at a path, on the way to which there are no links, if it
// lies in the directory own.
func (k *Kept) add(own fs.FileInfo, path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	var above []identity
	for path != filepath.Dir(path) {
		path = filepath.Dir(path)
		dir, err := os.Lstat(path)
		if err != nil {
			return err
		}
		if os.SameFile(dir, own) {
			k.entries, k.above = append(k.entries, identityOf(info)), append(k.above, above...)
			return nil
		}
		above = append(above, identityOf(dir))
	}
	return nil
}

// Keeps says whether the entry of that name in d stays as it is, or as far as
// something in it does.
func (d *Dir) Keeps(name string, k Kept) (whole, part bool) {
	e, err := d.look(name)
	return err == nil && e.in(k.entries), err == nil && e.in(k.above)
}

// in says whether the entry is among those.
func (e entry) in(ids []identity) bool { return slices.ContainsFunc(ids, e.id.same) }
