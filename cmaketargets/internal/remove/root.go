package remove

import (
	"errors"
	"io/fs"
	"os"
)

// Root opens d once more, as an os.Root, by its path. It is an error when that
// leads elsewhere by now.
func (d *Dir) Root() (*os.Root, error) {
	root, err := os.OpenRoot(d.Path())
	if err != nil {
		return nil, err
	}
	own, err := d.Info()
	if err == nil {
		var info fs.FileInfo
		if info, err = root.Stat("."); err == nil && !os.SameFile(own, info) {
			err = &fs.PathError{Op: "open", Path: d.Path(), Err: errors.New("it was replaced meanwhile")}
		}
	}
	if err != nil {
		_ = root.Close()
		return nil, err
	}
	return root, nil
}
