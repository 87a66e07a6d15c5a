package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// maxBelow bounds how deep below the build root goneTrees looks.
const maxBelow = 16

// goneTree is a build tree whose project is gone.
type goneTree struct {
	project model.Project
	dir     string
	named   bool // Clean removes it when the path of its project selects it
}

// goneTrees returns the build trees of ours below the build root whose projects have no
// CMakeLists.txt any more. It reads the directories above build trees, and none in them.
func (s *session) goneTrees() []goneTree {
	var gone []goneTree
	var look func(dir string, depth int)
	look = func(dir string, depth int) {
		if tree, ok := s.goneAt(dir); ok {
			gone = append(gone, tree)
		}
		if depth == maxBelow || fsutil.Exists(filepath.Join(dir, treestate.CacheFile)) || fsutil.Exists(filepath.Join(dir, "CMakeLists.txt")) {
			return
		}
		entries, _ := os.ReadDir(dir) // in order; one that cannot be read has none for us
		for _, e := range entries {
			below := filepath.Join(dir, e.Name())
			if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && below != s.settings.Prefix && below != s.settings.ReportDir() {
				look(below, depth+1)
			}
		}
	}
	look(s.settings.BuildRoot, 0)
	return gone
}

// goneAt returns the build tree in a directory, if there is one of a project that is gone.
func (s *session) goneAt(dir string) (goneTree, bool) {
	if !fsutil.Exists(filepath.Join(dir, treestate.Dir)) {
		return goneTree{}, false
	}
	source, _ := treestate.NewGenerated(dir).Cached("CMAKE_HOME_DIRECTORY")
	if snapshot := inputs.Load(dir); snapshot != nil {
		source = snapshot.Source
	}
	rel, ok := fsutil.Within(source, s.settings.Root)
	if !ok || source == "" || fsutil.Exists(filepath.Join(source, "CMakeLists.txt")) {
		return goneTree{}, false
	}
	p := model.Project{Path: filepath.ToSlash(rel), Dir: source}
	inside := slices.ContainsFunc(s.all, func(q model.Project) bool {
		return slices.ContainsFunc(s.settings.Variants, func(v model.Variant) bool { return fsutil.Inside(s.buildDir(q, v), dir) })
	})
	named := slices.ContainsFunc(s.settings.Variants, func(v model.Variant) bool { return s.buildDir(p, v) == dir })
	return goneTree{p, dir, named && !inside && !strings.ContainsAny(p.Path, `*?[]{}\!,`)}, true
}

// showGone prints the build trees of projects that are gone.
func (s *session) showGone() {
	for _, t := range s.goneTrees() {
		remedy := "remove it yourself"
		if t.named {
			remedy = fmt.Sprintf("to remove it: %s=%s mage clean", settings.EnvProjects, t.project.Path)
		}
		s.screen.Line(fmt.Sprintf("%s is the build tree of %s, which is gone; %s", s.settings.Show(t.dir), t.project.Path, remedy))
	}
}

// offerGone prints, after a Clean of all projects, the build trees that it does not remove.
func (s *session) offerGone(steps []model.Step, c chosen) {
	all := len(s.settings.Selection.Projects) == 0 && len(c.projects) == len(s.all)
	if all && slices.Equal(steps, []model.Step{model.Clean}) {
		s.showGone()
	}
}

// goneNamed returns the projects that are gone and that patterns name.
func (s *session) goneNamed(patterns []string) []model.Project {
	unknown := func(name string) bool {
		return !slices.ContainsFunc(s.all, func(p model.Project) bool { return p.Path == name })
	}
	if !slices.ContainsFunc(patterns, unknown) {
		return nil
	}
	var named []model.Project
	for _, t := range s.goneTrees() {
		known := slices.ContainsFunc(named, func(p model.Project) bool { return p.Path == t.project.Path })
		if t.named && !known && slices.Contains(patterns, t.project.Path) {
			named = append(named, t.project)
		}
	}
	return named
}
