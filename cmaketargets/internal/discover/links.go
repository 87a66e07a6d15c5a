package discover

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// links notes the symbolic links to directories that hold a CMakeLists.txt or a repository: packages
// that are linked into a workspace. Others are not followed, for they may lead anywhere.
func (w *walker) links(d directory, names []string) {
	for _, name := range names {
		p := path.Join(d.path, name)
		if w.stayOut(p, name) != "" || !fsutil.Exists(filepath.Join(w.abs(p), listFile)) && !isRepository(w.abs(p)) {
			continue
		}
		if rule := d.repo.rules([]string{d.repo.rel(p)})[0]; rule != "" {
			w.ignore(p, rule)
			continue
		}
		w.mu.Lock()
		w.linked = append(w.linked, directory{path: p, inside: d.inside, repo: d.repo})
		w.mu.Unlock()
	}
}

// follow reads the directories outside of the root that links lead to, one after the other, so that
// the same of several ways to a directory counts in each walk. No other goroutine walks any more.
func (w *walker) follow() {
	root, err := filepath.EvalSymlinks(w.root)
	if err != nil {
		return
	}
	w.slots = nil
	seen := map[string]string{} // the path of each directory by its path without links
	for _, p := range w.result.Projects {
		seen[filepath.Join(root, filepath.FromSlash(p.Path))] = p.Path
	}
	for len(w.linked) > 0 {
		links := w.linked
		w.linked = nil
		text.SortStable(links, func(a, b directory) int { return strings.Compare(a.path, b.path) })
		for _, d := range links {
			target, err1 := filepath.EvalSymlinks(w.abs(d.path))
			above, err2 := filepath.EvalSymlinks(w.abs(path.Dir(d.path)))
			rel, within := fsutil.Within(target, root)
			switch {
			case err1 != nil || err2 != nil: // it vanished
			case fsutil.Inside(above, target):
				w.ignore(d.path, "symbolic link to a directory above it")
			case seen[target] != "":
				w.ignore(d.path, "symbolic link to "+seen[target])
			case within:
				w.ignore(d.path, "symbolic link to "+filepath.ToSlash(rel))
			default:
				seen[target] = d.path
				w.linkedTo(d, target, seen)
			}
		}
	}
}

// linkedTo reads the directory target at the path d. Projects whose directory was seen are dropped.
func (w *walker) linkedTo(d directory, target string, seen map[string]string) {
	before := len(w.result.Projects)
	repo := w.git.enclosing(target, d.path)
	defer repo.close()
	if repo != nil {
		repo.outer = d.repo
	}
	d.repo = repo
	w.read(d)
	w.judge(repo)
	found := slices.Clone(w.result.Projects[before:])
	w.result.Projects = w.result.Projects[:before]
	for _, p := range found {
		dir, err := filepath.EvalSymlinks(p.Dir)
		if first := seen[dir]; err == nil && first != "" && first != p.Path {
			w.ignore(p.Path, "it is "+first)
			continue
		}
		seen[dir] = p.Path
		w.result.Projects = append(w.result.Projects, p)
	}
}
