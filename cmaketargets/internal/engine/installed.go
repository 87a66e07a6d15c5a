package engine

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// maxCompared bounds the size of files whose content is compared; larger ones of two projects count
// as different.
const maxCompared = 64 << 20

// checkInstalled warns about files that the install steps of a run wrote outside of the install
// prefix, and about different files that they and other projects install to one path. Only files in
// the manifests of CMake are known: code that an install step runs can write others, so that is named.
func (r *run) checkInstalled(results []model.Result) {
	s, component := r.session, r.chosen.selection.Component
	installed, configured := map[string]bool{}, map[string]bool{} // build trees
	for _, res := range results {
		switch {
		case res.Step == model.Install && res.Status.Good():
			installed[res.BuildDir] = true
		case res.Step == model.Configure && res.Status.Good():
			configured[res.BuildDir] = true
		}
	}
	if len(installed) == 0 {
		return
	}
	owners := map[string][]*plan.Tree{} // by path
	for _, p := range s.all {
		for _, v := range s.settings.Variants {
			t := s.bareTree(p, v)
			files := cmake.Installed(t.Dir, component)
			for _, file := range files {
				// Several rules of one project may name a file.
				if n := len(owners[file]); n == 0 || owners[file][n-1].Dir != t.Dir {
					owners[file] = append(owners[file], t)
				}
			}
			if installed[t.Dir] {
				s.warnOutside(t, files)
				// Once for each configure step, where others only need the project.
				if configured[t.Dir] || slices.Contains(r.chain, model.Install) {
					noteCode(s, t, component)
				}
			}
		}
	}
	shared := map[string][]string{} // paths by the names of their projects
	for file, trees := range owners {
		if len(trees) < 2 || !slices.ContainsFunc(trees, func(t *plan.Tree) bool { return installed[t.Dir] }) || sameSources(file, trees) {
			continue
		}
		var names []string
		for _, t := range trees {
			names = append(names, model.Title(t.Project.Path, t.Variant.Name))
		}
		key := strings.Join(names, " and ")
		shared[key] = append(shared[key], s.settings.Show(file))
	}
	for _, names := range text.SortedKeys(shared) {
		s.screen.Line(fmt.Sprintf("warning: %s install different files as %s; one replaces the other: rename one, or install one of the projects into a prefix of its own",
			names, firstOf(shared[names])))
	}
}

// warnOutside warns about files outside of the install prefix of a build tree. With DESTDIR all are
// below it.
func (s *session) warnOutside(t *plan.Tree, files []string) {
	prefix := filepath.Clean(t.InstallPrefix())
	if fsutil.Getenv(t.Env, "DESTDIR") != "" || !filepath.IsAbs(prefix) {
		return
	}
	files = slices.DeleteFunc(slices.Clone(files), func(file string) bool { return fsutil.Inside(file, prefix) })
	if len(files) > 0 {
		s.screen.Line(fmt.Sprintf("warning: install %s wrote outside of the install prefix %s: %s",
			model.Title(t.Project.Path, t.Variant.Name), s.settings.Show(prefix), firstOf(files)))
	}
}

// noteCode prints a note when the install step of a build tree ran code, which can write anywhere.
func noteCode(s *session, t *plan.Tree, component string) {
	index, err := cmake.ReadIndex(t.Dir)
	if err != nil {
		return // the tree was not configured by a run of ours
	}
	if calls, err := index.InstallCode(component); err == nil && len(calls) > 0 {
		s.screen.Line(fmt.Sprintf("note        install %s ran code of its own, whose files are not known: install() at %s",
			model.Title(t.Project.Path, t.Variant.Name), firstOf(calls)))
	}
}

// sameSources reports whether all build trees install the same content to a path.
func sameSources(file string, trees []*plan.Tree) bool {
	var content []byte
	for i, t := range trees {
		sources := cmake.InstallSources(t.Dir, filepath.Base(file))
		if len(sources) != 1 {
			return false // not known
		}
		data, _, err := fsutil.Read(sources[0], maxCompared)
		if err != nil || i > 0 && !bytes.Equal(data, content) {
			return false
		}
		content = data
	}
	return true
}
