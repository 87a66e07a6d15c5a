package discover

import (
	"context"
	"os"
	"path/filepath"
	"strings"
)

// Tracked returns the files below the directory below that the git repository
// around root tracks, slash-separated and relative to root. Where there is no
// repository, or git cannot be asked, there are none.
func Tracked(ctx context.Context, env []string, root, below string) []string {
	rel, err := filepath.Rel(root, below)
	if err != nil || !filepath.IsLocal(rel) || !inRepository(root) {
		return nil
	}
	g := newGit(ctx, env, func(string, ...any) {})
	list, err := g.command(root, "--literal-pathspecs", "ls-files", "-z", "--", filepath.ToSlash(rel)).Output()
	if err != nil {
		return nil
	}
	return strings.FieldsFunc(string(list), func(r rune) bool { return r == 0 })
}

// inRepository says whether git would find a repository around dir.
func inRepository(dir string) bool {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
		dir = filepath.Dir(dir)
	}
}
