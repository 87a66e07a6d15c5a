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
	// Names reports that the path appears or is gone, not only that its content changed.
	Names bool
}

// Changes returns the root of the repository that dir is in, and what differs in its work tree from the
// commit at which HEAD and a revision parted: what was committed since, and what is not committed,
// without ignored files. A renamed file is two changes.
func Changes(ctx context.Context, env []string, dir, revision string) (root string, changes []Change, err error) {
	g := newGit(ctx, env, func(string, ...any) {})
	prefix, err := g.list(dir, "", "rev-parse", "--show-prefix")
	if err != nil {
		return "", nil, err
	}
	root = dir
	for range strings.Count(prefix, "/") {
		root = filepath.Dir(root)
	}
	base, err := g.list(root, root, "merge-base", "--end-of-options", revision, "HEAD")
	if err != nil {
		return "", nil, fmt.Errorf("find the commit at which HEAD and %s parted: %w", revision, err)
	}
	compared, err := g.list(root, root, "diff", "--name-status", "--no-renames", "--no-ext-diff", "-z", strings.TrimSpace(base), "--")
	if err != nil {
		return "", nil, err
	}
	fields := strings.Split(compared, "\x00")
	for ; len(fields) > 1; fields = fields[2:] {
		changes = append(changes, Change{fields[1], fields[0] != "M"})
	}
	untracked, err := g.list(root, root, "ls-files", "--others", "--exclude-standard", "-z")
	for path := range strings.SplitSeq(untracked, "\x00") {
		if path != "" {
			changes = append(changes, Change{strings.TrimSuffix(path, "/"), true})
		}
	}
	return root, changes, err
}
