package discover

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"
)

// Indexes knows which directories hold files that git tracks. It asks git once
// for each repository. Its methods may be used by several goroutines.
type Indexes struct {
	env []string

	mu sync.Mutex
	of map[string]*index // by the directory in which the work tree begins
}

// NewIndexes returns one that has asked nothing yet. The environment of git is
// env, nil for that of this process; what would point git at another repository
// is dropped from it.
func NewIndexes(env []string) *Indexes {
	return &Indexes{env: env, of: map[string]*index{}}
}

// Tracked returns a file in the directory at the absolute path dir that git
// tracks, slash-separated and relative to dir, and "" when there is none.
//
// The nearest repository decides that begins in dir or above it. One that
// begins deeper, such as sources that a build has fetched, is not asked. The
// error says why git cannot answer; it is the context's when that has ended.
func (x *Indexes) Tracked(ctx context.Context, dir string) (string, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	top, err := workTree(dir)
	if top == "" || err != nil {
		return "", err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	in := x.of[top]
	if in == nil {
		in = readIndex(ctx, x.env, top)
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		x.of[top] = in
	}
	if in.failed != "" {
		// Not the error itself: that git lacks a file says nothing of dir.
		return "", fmt.Errorf("read index of %s: %s", top, in.failed)
	}
	return in.file(dir)
}

// workTree returns the directory, dir itself or the nearest above it, in which
// the work tree of a repository begins, "" where there is none.
func workTree(dir string) (string, error) {
	for ; !isRepository(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if dir == filepath.Dir(dir) {
			return "", nil
		}
	}
	return dir, nil
}

// index is what one repository tracks, by directory. Paths are slash-separated
// and relative to top.
type index struct {
	top    string
	failed string              // why git could not say
	within map[string]string   // a file in each directory that has any
	alike  map[string][]string // such directories, by their spelling
}

func readIndex(ctx context.Context, env []string, top string) *index {
	in := &index{top: top, within: map[string]string{}, alike: map[string][]string{}}
	cmd := newGit(ctx, env, nil).command(top, top, "ls-files", "-z")
	stderr := &head{}
	cmd.Stderr = stderr
	list, err := cmd.Output()
	switch said := stderr.line(); {
	case errors.Is(err, exec.ErrNotFound):
		in.failed = "git is not installed"
	case err != nil && said != "":
		in.failed = err.Error() + ": " + said
	case err != nil:
		in.failed = err.Error()
	default:
		for file := range strings.SplitSeq(string(list), "\x00") {
			if file != "" {
				in.add(file)
			}
		}
	}
	return in
}

func (in *index) add(file string) {
	dir := above(file)
	if in.within[dir] != "" {
		return
	}
	file = strings.Clone(file) // so that the whole list need not be kept for it
	for dir = above(file); in.within[dir] == ""; dir = above(dir) {
		in.within[dir] = file
		in.alike[spelling(dir)] = append(in.alike[spelling(dir)], dir)
	}
}

// above is path.Dir for a path that is clean, as those of git are.
func above(file string) string {
	if i := strings.LastIndexByte(file, '/'); i >= 0 {
		return file[:i]
	}
	return "."
}

// file returns a tracked file in the directory at the absolute path dir,
// relative to that. Directories that are spelled differently are compared by
// identity, for one may have several names: where case does not count, or by a
// mount.
func (in *index) file(dir string) (string, error) {
	rel, err := filepath.Rel(in.top, dir)
	if err != nil {
		return "", err
	}
	rel = filepath.ToSlash(rel)
	own, err := os.Stat(dir)
	if err != nil {
		return "", err
	}
	for _, other := range in.alike[spelling(rel)] {
		if other != rel {
			info, err := os.Stat(filepath.Join(in.top, filepath.FromSlash(other)))
			if err != nil || !os.SameFile(info, own) {
				continue
			}
		}
		if other == "." {
			return in.within[other], nil
		}
		return in.within[other][len(other)+1:], nil
	}
	return "", nil
}

// spelling is the same for all paths that may name one directory where neither
// case counts nor how a letter is composed.
func spelling(dir string) string {
	parts := strings.Split(strings.ToLower(dir), "/")
	for i, part := range parts {
		if strings.ContainsFunc(part, func(r rune) bool { return r >= utf8.RuneSelf }) {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}
