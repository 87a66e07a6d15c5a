package buildtree

import (
	"context"
	"maps"
	"path/filepath"
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/toolchain"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// diagnose reads the diagnostics in the output of the step into its result.
func (s *step) diagnose(ctx context.Context) {
	cross := s.tree.Variant.Toolchain != ""
	install := func(tool string) string { return toolchain.InstallHint(tool) }
	s.result = diagnose.Collect(ctx, s.result, func(d model.Diagnostic) string { return diagnose.Hint(d, cross, install) })
}

// Collision returns why a configure step that failed while others ran may have failed only because
// of that, and how it is avoided, or "". It reads the end of the output.
func (w *Worker) Collision(res model.Result) string {
	alone := []string{res.BuildDir}
	if len(w.Settings.Variants) <= 1 {
		alone = append(alone, res.Project.Dir)
	}
	return diagnose.Collision(res.Output, alone)
}

// markNew marks the warnings that had not been printed in this build tree before.
func (s *step) markNew() {
	s.result = diagnose.MarkNew(s.result, treestate.Path(s.dir(), "warnings"), s.recompiled)
}

// recompiled returns the source files of which the build compiled every object, by
// Ninja's log.
func (s *step) recompiled() []string {
	objects := map[string]bool{}
	each := func(edges []cmake.Edge, visit func(object, source string)) {
		for _, edge := range edges {
			for _, object := range edge.Outputs {
				if source := cmake.SourceOf(object); source != "" {
					visit(object, filepath.Join(s.tree.Project.Dir, source))
				}
			}
		}
	}
	again := map[string]bool{}
	each(cmake.Edges(s.dir(), s.result.NinjaLog), func(object, source string) {
		objects[object] = true
		again[source] = true
	})
	if len(again) == 0 {
		return nil
	}
	each(cmake.Edges(s.dir(), nil), func(object, source string) {
		if !objects[object] {
			delete(again, source)
		}
	})
	return slices.Collect(maps.Keys(again))
}
