package clean

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// prove returns nil when the directory is the build tree of the project and nothing else: its cache
// names directory and project, or a configure step of ours was stopped before there was a cache.
func (p *Proven) prove(ctx context.Context) error {
	if err := p.proveApart(); err != nil {
		return err
	}
	names, err := p.dir.entries()
	if err != nil {
		return err
	}
	if slices.Contains(names, treestate.CacheFile) {
		err = p.proveByCache()
	} else {
		err = p.proveUnfinished(names)
	}
	if err != nil {
		return err
	}
	mounted := ""
	err = p.dir.with(func(file *os.File) error {
		mounted = mountBelow(file)
		return nil
	})
	if err != nil {
		return err
	}
	if mounted != "" {
		return fmt.Errorf("something is mounted at %s; unmount it first", p.tree.Show(mounted))
	}
	return p.proveUntracked(ctx)
}

// proveApart returns nil when neither the project's source nor the user's home is or lies in the
// directory. It compares identities: a directory may have several names, where case does not count
// or by a mount.
func (p *Proven) proveApart() error {
	for path, what := range map[string]string{p.tree.Source: "the source of " + p.tree.Project, p.tree.Home: "the home directory"} {
		for ; filepath.IsAbs(path); path = filepath.Dir(path) {
			if p.is(path, p.dir.info) {
				return fmt.Errorf("%s is in it; set Config.BuildRoot to another directory", what)
			}
			if path == filepath.Dir(path) {
				break
			}
		}
	}
	return nil
}

// is reports whether a path, which must be absolute, leads to the file that info describes.
func (p *Proven) is(path string, info fs.FileInfo) bool {
	other, err := os.Stat(path)
	return err == nil && filepath.IsAbs(path) && os.SameFile(other, info)
}

// proveByCache reads in CMakeCache.txt whose build tree this is.
func (p *Proven) proveByCache() error {
	file, err := p.dir.openFile(treestate.CacheFile)
	if err != nil {
		return fmt.Errorf("its %s cannot be read: %w", treestate.CacheFile, fsutil.Cause(err))
	}
	defer func() { _ = file.Close() }()
	owner, err := cmake.ReadOwner(file)
	switch {
	case errors.Is(err, cmake.ErrNoHome):
		// CMake writes such a cache when its first run fails early.
		if rec := p.record(); rec != nil {
			return p.proveSource(rec.Source)
		}
		return fmt.Errorf("its %s names no source directory", treestate.CacheFile)
	case err != nil:
		return fmt.Errorf("its %s cannot be read: %w", treestate.CacheFile, err)
	case len(owner.Sources) > 1:
		return fmt.Errorf("its %s names several source directories: %s and %s", treestate.CacheFile, owner.Sources[0], owner.Sources[1])
	}
	if err := p.proveSource(owner.Sources[0]); err != nil {
		return err
	}
	for _, place := range owner.Dirs {
		if !p.is(place, p.dir.info) {
			return fmt.Errorf("its %s was written for %s", treestate.CacheFile, place)
		}
	}
	return nil
}

// proveUnfinished accepts a directory that holds only files that we and an interrupted cmake made,
// or that an interrupted Clean left. The error is ErrNothing when it has only entries that stay.
func (p *Proven) proveUnfinished(names []string) error {
	var removable []string
	staying := 0
	for _, name := range names {
		info, err := p.dir.root.Lstat(name)
		whole := err == nil && p.kept.whole(info)
		if whole || err == nil && p.kept.partly(info) {
			staying++
		}
		if !whole {
			removable = append(removable, name)
		}
	}
	if staying > 0 && staying == len(names) {
		return ErrNothing
	}
	// There is no record where we were killed before it was written, or a Clean after it was gone.
	rec := p.record()
	if name := rec.Foreign(removable); name != "" {
		return fmt.Errorf("there is no %s in it, but %s", treestate.CacheFile, name)
	}
	if rec != nil {
		return p.proveSource(rec.Source)
	}
	return nil
}

// proveSource returns nil when path is the project's source directory, by name where that is gone.
func (p *Proven) proveSource(path string) error {
	source, err := os.Stat(p.tree.Source)
	if errors.Is(err, fs.ErrNotExist) && filepath.Clean(path) == p.tree.Source {
		return nil
	}
	if err != nil {
		return err
	}
	if !p.is(path, source) {
		return fmt.Errorf("it was configured for %s, not for %s", path, p.tree.Source)
	}
	return nil
}

// proveUntracked returns nil when git tracks nothing in the directory. The error is that of the
// context where it ended before git had answered.
func (p *Proven) proveUntracked(ctx context.Context) error {
	file, err := p.tree.Tracked(ctx, p.tree.Dir)
	switch {
	case ctx.Err() != nil, errors.Is(err, fs.ErrNotExist):
		return err
	case err != nil:
		return fmt.Errorf("git cannot say whether it holds tracked files: %w; put that right, or remove the directory yourself", err)
	case file != "":
		return fmt.Errorf("it holds %s, which git tracks; if the build tree was committed by mistake: %s; else set Config.BuildRoot to another directory",
			p.tree.Show(filepath.Join(p.tree.Dir, filepath.FromSlash(file))), text.Quote([]string{"git", "rm", "-r", "--cached", p.tree.Show(p.tree.Dir)}))
	}
	return nil
}
