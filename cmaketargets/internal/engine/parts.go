package engine

import (
	"fmt"
	"strconv"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// explainPart adds a hint to the failure of a project that another one adds by add_subdirectory():
// it may not stand alone. One that has succeeded in its build tree does.
func (s *session) explainPart(res model.Result) {
	if res.Status != model.Failed || res.Step != model.Configure && res.Step != model.Build ||
		!treestate.Timings(res.BuildDir)[res.Step].At.IsZero() {
		return
	}
	for i := range res.Diagnostics {
		d := &res.Diagnostics[i]
		if d.Severity != model.Error {
			continue
		}
		if whole := s.partOf(res.Project); whole != "" && d.Hint == "" {
			d.Hint = fmt.Sprintf("project %s adds it by add_subdirectory; if it does not stand alone, leave it out: Exclude: []string{%s}",
				whole, strconv.Quote(res.Project.Path))
		}
		return
	}
}

// partOf returns the path of a project that adds another one, "" for none.
func (s *session) partOf(p model.Project) string {
	s.readParts.Do(func() {
		s.parts = map[string]string{}
		for _, whole := range s.all {
			for _, dir := range discover.Parts(whole, func(name string) string { return fsutil.Getenv(s.settings.Env, name) }) {
				if dir != whole.Dir && s.parts[dir] == "" {
					s.parts[dir] = whole.Path
				}
			}
		}
	})
	return s.parts[p.Dir]
}
