package discover

import (
	"bytes"
	"path"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// trackedBelow returns the files that git tracks in the given directories, all paths slash-separated
// and relative to root. Files of submodules are not among them.
func (g *git) trackedBelow(root string, dirs []string) []string {
	dir, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil
	}
	top, err := workTree(dir)
	if top == "" || err != nil {
		return nil
	}
	rel, err := filepath.Rel(top, dir)
	if err != nil {
		return nil
	}
	args := []string{"ls-files", "-z", "--"}
	for _, p := range dirs {
		if fsutil.Exists(filepath.Join(root, filepath.FromSlash(p))) && mayTrack(top, path.Join(filepath.ToSlash(rel), p)) {
			args = append(args, ":(literal)"+p)
		}
	}
	if args[len(args)-1] == "--" {
		return nil
	}
	list, err := g.list(dir, top, args...)
	if err != nil {
		g.failed(&repository{path: "."}, err)
		return nil
	}
	return strings.FieldsFunc(list, func(r rune) bool { return r == 0 })
}

// mayTrack reports whether the index of the repository at top may have files in a directory. Asking
// git costs a process in each run, and in most repositories the bytes of the index have the answer:
// all but version 4 hold each path in full. https://git-scm.com/docs/index-format
func mayTrack(top, dir string) bool {
	data, _, err := fsutil.Read(filepath.Join(readGitDir(top).dir, "index"), 64<<20)
	if err != nil {
		return fsutil.Exists(filepath.Join(readGitDir(top).dir, "index"))
	}
	plain := bytes.HasPrefix(data, []byte("DIRC\x00\x00\x00\x02")) || bytes.HasPrefix(data, []byte("DIRC\x00\x00\x00\x03"))
	split := bytes.Contains(data, []byte("link\x00\x00")) // the rest is in another file
	return !plain || split || bytes.Contains(data, []byte(dir+"/"))
}

// tracks reports whether git tracks something in Options.Skip at p, a file or a directory.
func (s *selection) tracks(p string) bool {
	for _, file := range s.tracked {
		if file == p || strings.HasPrefix(file, p+"/") {
			return true
		}
	}
	return false
}
