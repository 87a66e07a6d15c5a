package discover

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// checkout returns why the work tree that begins at r.top shows the same repository as one around
// it: it is a worktree or a clone of that, kept inside. Such a copy has the same projects again. A
// submodule is a part of the repository around it, whatever its remote.
func (r *repository) checkout() string {
	own := readGitDir(r.top)
	for outer := r.outer; outer != nil; outer = outer.outer {
		if sameFile(r.top, outer.top) {
			continue // itself, by the target of the link that led to it
		}
		other := readGitDir(outer.top)
		if !fsutil.Exists(filepath.Join(other.dir, "index")) {
			continue // a bare repository with worktrees beside it has no files of its own
		}
		where := "the repository in " + outer.path
		if outer.top != outer.dir {
			where = "the repository in " + outer.top
		}
		switch {
		case own.common != "" && own.common == other.common:
			return "worktree of " + where
		case own.clones(other, outer.top) && !outer.contains(outer.rel(r.path)):
			return "clone of " + where
		}
	}
	return ""
}

// gitDir is the .git of a work tree, without links; the fields of a damaged one are empty.
type gitDir struct {
	dir    string
	common string // that of the repository; dir for all but linked worktrees
}

// readGitDir reads https://git-scm.com/docs/gitrepository-layout.
func readGitDir(top string) gitDir {
	dir := filepath.Join(top, ".git")
	if text, ok := strings.CutPrefix(readSmall(dir), "gitdir:"); ok {
		dir = fsutil.Absolute(strings.TrimSpace(text), top)
	}
	common := dir
	if text := strings.TrimSpace(readSmall(filepath.Join(dir, "commondir"))); text != "" {
		common = fsutil.Absolute(text, dir)
	}
	var g gitDir
	g.dir, _ = filepath.EvalSymlinks(dir)
	g.common, _ = filepath.EvalSymlinks(common)
	return g
}

// clones reports whether g was cloned from the repository of other, whose work tree begins at top,
// or both from the same one.
func (g gitDir) clones(other gitDir, top string) bool {
	theirs := other.remotes()
	for _, remote := range g.remotes() {
		if slices.Contains(theirs, remote) || sameFile(remote, top) || sameFile(remote, other.common) {
			return true
		}
	}
	return false
}

// sameFile reports whether a, a remote or a directory, is a local path, and names b.
func sameFile(a, b string) bool {
	if !filepath.IsAbs(a) {
		return false
	}
	one, err1 := os.Stat(a)
	other, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(one, other)
}

// remotes returns the URLs in the configuration of a repository, as host/path without user, scheme
// and endings that do not matter.
func (g gitDir) remotes() []string {
	var urls []string
	remote := false
	for line := range strings.Lines(readSmall(filepath.Join(g.common, "config"))) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			remote = strings.HasPrefix(line, `[remote "`)
		}
		name, url, _ := strings.Cut(line, "=")
		if !remote || strings.TrimSpace(name) != "url" {
			continue
		}
		url = strings.Trim(url, "\" \t")
		if _, rest, ok := strings.Cut(url, "://"); ok {
			url = rest
		}
		if user, rest, ok := strings.Cut(url, "@"); ok && !strings.Contains(user, "/") {
			url = rest
		}
		url = strings.TrimSuffix(strings.TrimRight(url, "/"), ".git")
		urls = append(urls, strings.TrimRight(strings.Replace(url, ":", "/", 1), "/"))
	}
	return urls
}

// readSmall returns the text of a small file of git's, "" when there is none.
func readSmall(name string) string {
	data, _, err := fsutil.Read(name, 64<<10)
	if err != nil {
		return ""
	}
	return string(data)
}
