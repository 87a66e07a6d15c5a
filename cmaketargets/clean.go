package cmaketargets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/record"
)

// clean removes the build tree where it is proven to be one, and refuses with
// the reason where it is not.
//
// The tree is reached from the root step by step through handles that follow
// no symbolic link, the proof is read through the last of them, and removal
// works on the same handle: what was proven is what is removed, even if
// somebody puts a link in its place meanwhile.
func (t *tree) clean(res Result) Result {
	dir, parents, err := t.provenTree()
	defer closeAll(parents)
	if errors.Is(err, fs.ErrNotExist) {
		res.Status, res.Reason = StatusUpToDate, nothingToClean
		return res
	}
	if err != nil {
		return t.fail(res, err)
	}
	defer func() { _ = dir.Close() }()
	if !budget.holds.has(t.dir) {
		return t.fail(res, fmt.Errorf("refuse to remove %s: another process began to use it just now; run it again", t.show(t.dir)))
	}
	// On a full disk, where this fails, Clean matters most.
	_ = record.BeginRemoval(dir, t.project.Dir, t.dir)
	freed, err := t.empty(dir)
	if err != nil {
		return t.fail(res, fmt.Errorf("remove %s: %w", t.show(t.dir), err))
	}
	// The tree's own directory and those above it go where nothing is left in
	// them; that they are not empty is no error.
	for i := len(parents) - 1; i >= 0; i-- {
		if parents[i].root.Remove(parents[i].name) != nil || filepath.Join(parents[i].root.Name(), parents[i].name) == t.BuildRoot {
			break
		}
	}
	res.Status, res.Reason = StatusOK, "removed "+bytesOf(freed)
	return res
}

// lockable says whether there is a tree that clean may remove, and makes its
// lock file where it is missing: through the handle, for nothing must be
// written where the proof does not hold.
func (t *tree) lockable() bool {
	dir, parents, err := t.provenTree()
	defer closeAll(parents)
	if err != nil {
		return false
	}
	defer func() { _ = dir.Close() }()
	_ = dir.Mkdir(stateDir, 0o777)
	file, err := dir.OpenFile(filepath.Join(stateDir, lockFile), os.O_CREATE|os.O_RDWR, 0o666)
	if err == nil {
		err = file.Close()
	}
	return err == nil || errors.Is(err, fs.ErrPermission)
}

func closeAll(parents []parent) {
	for _, p := range parents {
		_ = p.root.Close()
	}
}

const nothingToClean = "nothing to clean"

// provenTree opens the build tree if it is proven to be one. The error is
// fs.ErrNotExist when there is none, and otherwise says why it is refused.
func (t *tree) provenTree() (dir *os.Root, parents []parent, err error) {
	dir, parents, err = openTree(t.Root, t.dir)
	if err == nil {
		if err = t.prove(dir); err != nil {
			_ = dir.Close()
		}
	}
	if err != nil && !(errors.Is(err, fs.ErrNotExist) && dir == nil) {
		err = fmt.Errorf("refuse to remove %s: %w", t.show(t.dir), err)
	}
	return dir, parents, err
}

// parent is a directory on the way to a build tree, and the name of the next.
type parent struct {
	root *os.Root
	name string
}

// openTree opens the directory at path below base without following a link.
func openTree(base, path string) (dir *os.Root, parents []parent, err error) {
	rel, err := filepath.Rel(base, path)
	if err != nil || rel == "." || !filepath.IsLocal(rel) {
		return nil, nil, fmt.Errorf("it is not inside %s", base)
	}
	dir, err = os.OpenRoot(base)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range strings.Split(rel, string(filepath.Separator)) {
		parents = append(parents, parent{dir, name})
		if dir, err = openPlain(dir, name); err != nil {
			return nil, parents, err
		}
	}
	return dir, parents, nil
}

// openPlain opens a directory that is not a symbolic link, checking after the
// opening that what was opened is what was looked at.
func openPlain(in *os.Root, name string) (*os.Root, error) {
	info, err := in.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a directory but %s", filepath.Join(in.Name(), name), kindOf(info.Mode()))
	}
	dir, err := in.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	if opened, err := dir.Stat("."); err != nil || !os.SameFile(info, opened) {
		_ = dir.Close()
		return nil, fmt.Errorf("%s was replaced while it was looked at", filepath.Join(in.Name(), name))
	}
	return dir, nil
}

func kindOf(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode.IsRegular():
		return "a file"
	default:
		return "something special"
	}
}

// prove returns nil when the directory is the build tree of the project: its
// cache names the project, or a configure step of ours was stopped before
// there was a cache, and nothing else is in it.
func (t *tree) prove(dir *os.Root) error {
	data, err := dir.ReadFile("CMakeCache.txt")
	if errors.Is(err, fs.ErrNotExist) {
		return t.proveUnfinished(dir)
	}
	if err != nil {
		return err
	}
	cache, err := cmake.ParseCache(strings.NewReader(string(data)))
	if err != nil {
		return err
	}
	home := cache["CMAKE_HOME_DIRECTORY"].Value
	if home == "" {
		return errors.New("its CMakeCache.txt names no source directory")
	}
	return t.sameSource(home)
}

// proveUnfinished accepts a directory that holds nothing but what we and an
// interrupted cmake put there, or an interrupted Clean left.
func (t *tree) proveUnfinished(dir *os.Root) error {
	entries, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		return err
	}
	rec := record.Load(t.dir)
	made := rec != nil && rec.Made && (rec.State == record.Running || rec.State == record.Failed)
	bare := true // nothing in it but the place of our own notes
	for _, e := range entries {
		switch {
		case e.Name() == stateDir, filepath.Join(t.dir, e.Name()) == t.Prefix:
		case e.Name() == "CMakeFiles", e.Name() == ".cmake", made:
			bare = false
		default:
			return fmt.Errorf("there is no CMakeCache.txt in it, but %s", e.Name())
		}
	}
	switch {
	case rec != nil:
		return t.sameSource(rec.Source)
	case bare: // killed before there was a record, or a Clean after it was gone
		return nil
	default:
		return errors.New("there is no CMakeCache.txt in it")
	}
}

func (t *tree) sameSource(home string) error {
	a, errA := os.Stat(home)
	b, errB := os.Stat(t.project.Dir)
	if errB != nil {
		return errB
	}
	if errA != nil || !os.SameFile(a, b) {
		return fmt.Errorf("it was configured for %s, not for %s", home, t.project.Dir)
	}
	return nil
}

// empty removes everything in the tree but an install prefix that lies in it,
// and returns how many bytes that freed. The cache goes last but for our own
// state, whose record says that a Clean began: a removal that is stopped halfway
// is believed by nobody, and can be proven, and finished, the next time. The
// lock goes after all, so that nobody begins to work in a tree that is still
// being removed.
func (t *tree) empty(dir *os.Root) (int64, error) {
	var freed int64
	last := []string{"CMakeCache.txt", stateDir}
	names, err := namesIn(dir, ".")
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		if slices.Contains(last, name) || filepath.Join(t.dir, name) == t.Prefix {
			continue
		}
		n, err := remove(dir, name)
		freed += n
		if err != nil {
			return freed, err
		}
	}
	if names, err = namesIn(dir, stateDir); err == nil {
		last = last[:1]
		for _, name := range names {
			if name != lockFile && name != record.File {
				last = append(last, filepath.Join(stateDir, name))
			}
		}
		last = append(last, filepath.Join(stateDir, record.File), filepath.Join(stateDir, lockFile))
	}
	if runtime.GOOS == "windows" {
		budget.holds.letGo(t.dir) // an open file cannot be removed there
	}
	for _, name := range last {
		n, err := remove(dir, name)
		freed += n
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return freed, err
		}
	}
	// Where somebody else has taken the tree since, it is not empty.
	_ = dir.Remove(stateDir)
	return freed, nil
}

func namesIn(dir *os.Root, path string) ([]string, error) {
	entries, err := fs.ReadDir(dir.FS(), filepath.ToSlash(path))
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

// remove removes name and all below it, read-only directories included, and
// follows no link.
func remove(dir *os.Root, name string) (freed int64, err error) {
	_ = fs.WalkDir(dir.FS(), name, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		info, err := e.Info()
		switch {
		case err != nil:
		case info.IsDir() && info.Mode().Perm()&0o700 != 0o700:
			_ = dir.Chmod(path, info.Mode().Perm()|0o700)
		case info.Mode().IsRegular():
			freed += info.Size()
		}
		return nil
	})
	return freed, dir.RemoveAll(name)
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
