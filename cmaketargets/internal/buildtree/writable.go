package buildtree

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// checkWritable returns an error for a build tree, or the directory for it, in which this user may
// not write. Most often another one made it: root, in a container or by sudo. The tools would fail
// somewhere within, and their messages name neither the owner nor a remedy.
func (s *step) checkWritable() error {
	top := s.dir()
	for !fsutil.Exists(top) && top != filepath.Dir(top) {
		top = filepath.Dir(top)
	}
	// CMake replaces its files, which takes a directory that is writable.
	for _, name := range []string{"", "CMakeFiles", ".ninja_log", treestate.Dir, filepath.Join(treestate.Dir, string(s.action.Step)+".log")} {
		path := filepath.Join(top, name)
		if err := fsutil.Writable(path); errors.Is(err, fs.ErrPermission) {
			uid, other := fsutil.Owner(path)
			set, in := s.worker.Settings, ""
			if fsutil.Inside(top, set.BuildRoot) {
				in = set.Show(top)
			}
			return notWritable(set.Show(path), in, uid, other)
		}
	}
	return nil
}

// notWritable returns the error for a path in the directory top, both as messages name them. top is
// "" where there is no build root yet.
func notWritable(path, top string, uid int, other bool) error {
	whose, remedy := "", text.Quote([]string{"chmod", "-R", "u+rwX", top})
	if other {
		whose, remedy = fmt.Sprintf(", it belongs to user %d", uid), `sudo chown -R "$(id -u)" `+text.Quote([]string{top})
	}
	if remedy = "to change that: " + remedy; top == "" {
		remedy = "set Config.BuildRoot to another directory"
	}
	return fmt.Errorf("write %s: permission denied%s; %s", path, whose, remedy)
}
