//go:build linux

package differential_test

import (
	"fmt"
	"path/filepath"
)

// inGit returns a kind of edits of a repository of git.
func inGit(name string, do func(*workspace)) kind {
	return kind{name, func(w *workspace, s *slot, note func(string, func())) {
		if exists(filepath.Join(w.roots[ours], ".git")) {
			note(name, func() { do(w) })
		}
	}}
}

var gitKinds = []kind{
	inGit("git commit", (*workspace).commit),
	inGit("git commit --allow-empty", func(w *workspace) { w.git("commit", "-q", "--allow-empty", "-m", fmt.Sprint("empty ", len(w.done))) }),
	inGit("git commit --amend", func(w *workspace) {
		w.git("commit", "-q", "--amend", "--allow-empty", "-m", fmt.Sprint("amended ", len(w.done)))
	}),
	inGit("git tag", func(w *workspace) { w.git("tag", fmt.Sprint("v", len(w.done))) }),
	inGit("git tag -a", func(w *workspace) { w.git("tag", "-a", fmt.Sprint("w", len(w.done)), "-m", "tag") }),
	inGit("git tag -d", func(w *workspace) {
		w.git("tag", "-f", "gone")
		w.git("tag", "-d", "gone")
	}),
	inGit("git add", func(w *workspace) { w.git("add", "-A") }),
	inGit("git checkout -b", func(w *workspace) { w.git("checkout", "-q", "-b", fmt.Sprint("b", len(w.done))) }),
	inGit("git checkout --detach", func(w *workspace) { w.git("checkout", "-q", "--detach") }),
	inGit("git pack-refs", func(w *workspace) { w.git("pack-refs", "--all") }),
}
