package discover

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"
)

// Indexes answers which directories hold files that git tracks. It asks git once for each
// repository. Several goroutines may use it.
type Indexes struct {
	env []string

	mu sync.Mutex
	of map[string]*index // by the directory in which the work tree begins
}

// NewIndexes returns Indexes that have asked nothing yet. env is the environment of git, in the
// form of os.Environ; variables that would select another repository are removed from it.
func NewIndexes(env []string) *Indexes {
	return &Indexes{env: env, of: map[string]*index{}}
}

// Placeholder reports whether a file of that name is tracked only so that git keeps its directory.
func Placeholder(name string) bool { return name == ".gitkeep" || name == ".gitignore" }

// Tracked returns a tracked file in the directory at the absolute path dir, slash-separated and
// relative to dir, or "" when there is none but a placeholder.
//
// The nearest repository that begins in dir or above decides. One that begins deeper, such as sources that a build has
// fetched, does not count. The error is the reason why git cannot answer, or the cause of ctx when that has ended.
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
	if in.err != nil {
		// Not wrapped: an error about a file of git's is not one about dir.
		return "", fmt.Errorf("read index of %s: %s", top, in.err.Error())
	}
	return in.file(dir)
}

// workTree returns the directory in which the work tree around dir begins, "" for none.
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

// index is the index of one repository, by directory. Paths are slash-separated and relative to top.
type index struct {
	top    string
	err    error               // of git
	within map[string]string   // a file in each directory that has any
	alike  map[string][]string // such directories, by their spelling
}

func readIndex(ctx context.Context, env []string, top string) *index {
	in := &index{top: top, within: map[string]string{}, alike: map[string][]string{}}
	var list string
	list, in.err = newGit(ctx, env, nil).list(top, top, "ls-files", "-z")
	for file := range strings.SplitSeq(list, "\x00") {
		if file != "" {
			in.add(file)
		}
	}
	return in
}

func (in *index) add(file string) {
	dir := path.Dir(file)
	if Placeholder(path.Base(file)) {
		dir = path.Dir(dir)
	}
	if in.within[dir] != "" {
		return
	}
	file = strings.Clone(file) // releases the list
	for ; in.within[dir] == ""; dir = path.Dir(dir) {
		in.within[dir] = file
		in.alike[spelling(dir)] = append(in.alike[spelling(dir)], dir)
	}
}

// file returns a tracked file in the directory at the absolute path dir, relative to that. A
// directory may have several names, by case or by a mount, so those with the same spelling are
// compared by identity.
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
		return strings.TrimPrefix(in.within[other], other+"/"), nil
	}
	return "", nil
}

// spelling is the same for all paths that may name one directory where neither case nor the
// composition of a letter matters.
func spelling(dir string) string {
	parts := strings.Split(strings.ToLower(dir), "/")
	for i, part := range parts {
		if strings.ContainsFunc(part, func(r rune) bool { return r >= utf8.RuneSelf }) {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}
