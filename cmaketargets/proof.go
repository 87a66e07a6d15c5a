package cmaketargets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/record"
	"github.com/magecmake/magecmake/cmaketargets/internal/remove"
)

// errNothing says that there is nothing in a build tree.
var errNothing = errors.New(nothingToClean)

// prove returns nil when the directory is the build tree of the project and
// nothing else: its cache says so, or a configure step of ours was stopped
// before there was a cache.
func (t *tree) prove(ctx context.Context, git *discover.Indexes, s site) error {
	dir := s.dir
	if err := t.proveApart(dir); err != nil {
		return err
	}
	names, err := dir.Names()
	if err != nil {
		return err
	}
	if slices.Contains(names, cacheFile) {
		err = t.proveByCache(dir)
	} else {
		err = t.proveUnfinished(s, names)
	}
	if err != nil {
		return err
	}
	if mounts := dir.Mounts(); len(mounts) > 0 {
		return fmt.Errorf("something is mounted at %s; unmount it first", t.show(mounts[0]))
	}
	return t.proveUntracked(ctx, git, dir)
}

// proveApart returns nil when neither the project's source nor the user's home
// is or lies in the directory. It compares identities, for one directory may
// have several names: where case does not count, or by a mount.
func (t *tree) proveApart(dir *remove.Dir) error {
	own, err := dir.Info()
	if err != nil {
		return err
	}
	for path, what := range map[string]string{t.project.Dir: "the source of " + t.project.Path, lookup(t.env, "HOME"): "the home directory"} {
		for ; filepath.IsAbs(path); path = filepath.Dir(path) {
			if info, err := os.Stat(path); err == nil && os.SameFile(info, own) {
				return fmt.Errorf("%s is in it; set Config.BuildRoot to another directory", what)
			}
			if path == filepath.Dir(path) {
				break
			}
		}
	}
	return nil
}

// proveByCache reads whose build tree the cache says this is.
func (t *tree) proveByCache(dir *remove.Dir) error {
	file, err := dir.OpenFile(cacheFile)
	if err != nil {
		return fmt.Errorf("its %s cannot be read: %w", cacheFile, reasonOf(err))
	}
	defer func() { _ = file.Close() }()
	owner, err := cmake.ReadOwner(file)
	switch {
	case errors.Is(err, cmake.ErrNoHome):
		// CMake writes such a cache when its first run fails early.
		if rec := recordIn(dir, t.dir); rec != nil {
			return t.sameSource(rec.Source)
		}
		return fmt.Errorf("its %s names no source directory", cacheFile)
	case err != nil:
		return fmt.Errorf("its %s cannot be read: %w", cacheFile, err)
	case len(owner.Sources) > 1:
		return fmt.Errorf("its %s names several source directories: %s and %s", cacheFile, owner.Sources[0], owner.Sources[1])
	}
	if err := t.sameSource(owner.Sources[0]); err != nil {
		return err
	}
	own, err := dir.Info()
	if err != nil {
		return err
	}
	for _, place := range owner.Places {
		if info, err := os.Stat(place); err != nil || !filepath.IsAbs(place) || !os.SameFile(info, own) {
			return fmt.Errorf("its %s was written for %s", cacheFile, place)
		}
	}
	return nil
}

// proveUnfinished accepts a directory that holds nothing but what we and an
// interrupted cmake put there, or an interrupted Clean left. It is errNothing
// when there is only what Clean keeps.
func (t *tree) proveUnfinished(s site, names []string) error {
	var goes []string
	stay := 0
	for _, name := range names {
		whole, part := s.dir.Keeps(name, s.kept)
		if whole || part {
			stay++
		}
		if !whole {
			goes = append(goes, name)
		}
	}
	if stay > 0 && stay == len(names) {
		return errNothing
	}
	// There is no record where we were killed before it was written, or a
	// Clean after it was gone.
	rec := recordIn(s.dir, t.dir)
	if name := rec.Stranger(goes); name != "" {
		return fmt.Errorf("there is no %s in it, but %s", cacheFile, name)
	}
	if rec != nil {
		return t.sameSource(rec.Source)
	}
	return nil
}

// recordIn reads our record of the build tree at path through its handle, nil
// where there is none.
func recordIn(dir *remove.Dir, path string) *record.Record {
	state, err := dir.Open(stateDir)
	if err != nil {
		return nil
	}
	defer func() { _ = state.Close() }()
	file, err := state.OpenFile(record.File)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(file)
	if err != nil {
		return nil
	}
	return record.Parse(data, path)
}

func (t *tree) sameSource(home string) error {
	own, err := os.Stat(t.project.Dir)
	if err != nil {
		return err
	}
	if info, err := os.Stat(home); err != nil || !filepath.IsAbs(home) || !os.SameFile(info, own) {
		return fmt.Errorf("it was configured for %s, not for %s", home, t.project.Dir)
	}
	return nil
}

// proveUntracked returns nil when git says that it tracks nothing in the
// directory. The error is that of the context where it ended before git had
// answered.
func (t *tree) proveUntracked(ctx context.Context, git *discover.Indexes, dir *remove.Dir) error {
	file, err := git.Tracked(ctx, dir.Path())
	switch {
	case ctx.Err() != nil, errors.Is(err, fs.ErrNotExist):
		return err
	case err != nil:
		return fmt.Errorf("git cannot say whether it holds tracked files: %w; put that right, or remove the directory yourself", err)
	case file != "":
		return fmt.Errorf("it holds %s, which git tracks; set Config.BuildRoot to another directory", t.show(filepath.Join(dir.Path(), filepath.FromSlash(file))))
	}
	return nil
}

// reasonOf takes the path out of an error that names it otherwise.
func reasonOf(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
