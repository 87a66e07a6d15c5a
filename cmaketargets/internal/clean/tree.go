// Package clean removes build trees that it has proven to be ones.
//
// [Tree.Prove] opens the build tree step by step from the workspace's root, through handles that
// follow no symbolic link, and reads the proof through the last of them. [Proven.Remove] works on
// the same handles: a path that changes its meaning in between changes nothing. No symbolic link is
// followed, and no mount point entered, with one exception: the build root may be, or lie behind, a
// link to another disk. Then the way begins at its target, which stays, as does the link.
//
// It imports cmake, inputs, treestate and fsutil; git is asked through a function.
package clean

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// ErrNothing is the error of Prove where there is no build tree, or nothing in it but entries that
// stay.
var ErrNothing = errors.New("nothing to clean")

// Tree is a directory that is to be removed if it is a build tree. Paths are absolute and clean.
type Tree struct {
	Root      string // of the workspace; Dir must lie below it
	BuildRoot string // the uppermost directory that goes when nothing is left in it, unless it is a link
	Dir       string // the build tree
	Source    string // the source directory of the project
	Project   string // the project as messages name it
	Home      string // the user's home directory, which is never removed; "" for none
	// Keep lists paths that stay, as far as they lie in Dir: the install prefix and the directory of
	// reports.
	Keep []string
	// Tracked returns a file below a directory that git tracks, slash-separated and relative to it,
	// and "" when there is none.
	Tracked func(ctx context.Context, dir string) (string, error)
	// Show returns a path as messages name it.
	Show func(path string) string
}

// Proven is a build tree that has been proven to be the one of its project. It holds the build tree
// open until Close.
type Proven struct {
	// Found are the names in the build tree that were there before it was one. They stay.
	Found []string

	tree  *Tree
	dir   *dir
	base  string        // the workspace's root, or the build root where a link leads to that
	rel   string        // the path of dir from base
	above []fs.FileInfo // the directories on that path, from base on, without dir
	kept  kept
}

// Prove opens the build tree and returns it when it is proven to be one. The error is ErrNothing
// when there is none, that of ctx when it ended, and otherwise the reason why removal is refused.
// Nothing is written.
func (t *Tree) Prove(ctx context.Context) (*Proven, error) {
	p := &Proven{tree: t}
	err := p.open()
	if err == nil {
		keep := t.Keep
		if rec := p.record(); rec != nil {
			p.Found = rec.Found
		}
		for _, name := range p.Found {
			keep = append(keep[:len(keep):len(keep)], filepath.Join(t.Dir, name))
		}
		p.kept, err = findKept(p.dir, keep)
	}
	if err == nil {
		err = p.prove(ctx)
	}
	if err == nil {
		return p, nil
	}
	p.Close()
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrNothing) {
		return nil, ErrNothing
	}
	return nil, t.Refusal(err)
}

// Refusal returns the error for a build tree that is not removed because of cause.
func (t *Tree) Refusal(cause error) error {
	return fmt.Errorf("refuse to remove %s: %w", t.Show(t.Dir), cause)
}

// open opens the build tree, step by step from the root.
func (p *Proven) open() error {
	rel, err := filepath.Rel(p.tree.Root, p.tree.Dir)
	if err != nil || rel == "." || !filepath.IsLocal(rel) {
		return fmt.Errorf("it is not inside %s", p.tree.Root)
	}
	p.base, p.rel = p.tree.Root, rel
	if p.tree.linked() {
		p.base = p.tree.BuildRoot
		if p.rel, err = filepath.Rel(p.base, p.tree.Dir); err != nil || !filepath.IsLocal(p.rel) {
			return fmt.Errorf("it is not inside %s", p.base)
		}
	}
	if p.dir, err = openDir(p.base); err != nil {
		return err
	}
	if p.rel == "." {
		p.dir.release()
		return p.proveMade()
	}
	for name := range strings.SplitSeq(p.rel, string(filepath.Separator)) {
		at := p.dir
		next, err := at.open(name)
		if info, statErr := at.root.Lstat(name); errors.Is(err, syscall.ENOTDIR) && statErr == nil {
			return fmt.Errorf("%s is not a directory but %s", p.tree.Show(at.path(name)), kindOf(info))
		}
		if err != nil {
			return err
		}
		at.close()
		p.above, p.dir = append(p.above, at.info), next
	}
	p.dir.release()
	return nil
}

// linked reports whether a symbolic link leads from the root to the build root.
func (t *Tree) linked() bool {
	rel, err := filepath.Rel(t.Root, t.BuildRoot)
	if err != nil || !filepath.IsLocal(rel) {
		return false
	}
	for at := t.Root; rel != ""; {
		name, rest, _ := strings.Cut(rel, string(filepath.Separator))
		at, rel = filepath.Join(at, name), rest
		if info, err := os.Lstat(at); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return true
		}
	}
	return false
}

// proveMade returns nil when all that lies in the target of a link is known: the directory may be one
// that the user shares with other files, and a cache alone does not identify these.
func (p *Proven) proveMade() error {
	names, err := p.dir.entries()
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return ErrNothing
	}
	if rec := p.record(); rec != nil && (rec.Made || len(rec.Found) > 0 || rec.State == inputs.Removing) {
		return nil
	}
	target, err := filepath.EvalSymlinks(p.base)
	if err != nil {
		return err
	}
	return fmt.Errorf("it is a link to %s, and which files were there before the build tree is not known; remove the build tree yourself", target)
}

func kindOf(info fs.FileInfo) string {
	switch mode := info.Mode(); {
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode.IsRegular():
		return "a file"
	default:
		return "something special"
	}
}

// Close closes the build tree. It may be called on nil.
func (p *Proven) Close() {
	if p != nil && p.dir != nil {
		p.dir.close()
	}
}

// TouchLock makes the lock file of the build tree where it is missing, and describes it. The lock
// can then be taken by its path, if that still names the same file.
func (p *Proven) TouchLock() (fs.FileInfo, error) {
	if err := p.dir.root.Mkdir(treestate.Dir, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	state, err := p.dir.open(treestate.Dir)
	if err != nil {
		return nil, err
	}
	defer state.close()
	return state.touch(treestate.LockFile)
}

// record returns our record of the build tree, nil where there is none.
func (p *Proven) record() *inputs.Snapshot {
	state, err := p.dir.open(treestate.Dir)
	if err != nil {
		return nil
	}
	defer state.close()
	file, err := state.openFile(inputs.File)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(file)
	if err != nil {
		return nil
	}
	return inputs.Parse(data, p.tree.Dir)
}
