package discover

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
)

// Change is a path that differs from a revision, relative to the root of the repository, with slashes.
type Change struct {
	Path string
	// Names reports that the path appears or is gone, not only that its content changed; Gone that it
	// is gone.
	Names, Gone bool
}

// Diff is the difference between a commit and the work tree of the repository in a directory.
type Diff struct {
	Root    string // of the repository
	Changes []Change
	Moved   bool // HEAD is another commit
}

// Changes returns the differences of the work tree of the repository that dir is in from the commit
// at which HEAD and a revision parted: the changes since, committed or not, without ignored files.
// A renamed file is two changes.
func Changes(ctx context.Context, env []string, dir, revision string) (d Diff, err error) {
	g := newGit(ctx, env, func(string, ...any) {})
	here, err := g.list(dir, "", "rev-parse", "--show-prefix", "HEAD")
	if err != nil {
		return d, err
	}
	prefix, head, _ := strings.Cut(here, "\n")
	root := dir
	for range strings.Count(prefix, "/") {
		root = filepath.Dir(root)
	}
	base, err := g.list(root, root, "merge-base", "--end-of-options", revision, "HEAD")
	if err != nil {
		return d, fmt.Errorf("find the commit at which HEAD and %s parted: %w; fetch both with all commits since, as by git fetch --unshallow", revision, err)
	}
	base = strings.TrimSpace(base)
	compared, err := g.list(root, root, "diff", "--name-status", "--no-renames", "--no-ext-diff", "--ignore-submodules=none", "-z", base, "--")
	if err != nil {
		return d, err
	}
	d.Root, d.Moved = root, strings.TrimSpace(head) != base
	fields := strings.Split(compared, "\x00")
	for ; len(fields) > 1; fields = fields[2:] {
		d.Changes = append(d.Changes, Change{fields[1], fields[0] != "M", fields[0] == "D"})
	}
	untracked, err := g.list(root, root, "ls-files", "--others", "--exclude-standard", "-z")
	for path := range strings.SplitSeq(untracked, "\x00") {
		if path != "" {
			d.Changes = append(d.Changes, Change{Path: strings.TrimSuffix(path, "/"), Names: true})
		}
	}
	return d, err
}
