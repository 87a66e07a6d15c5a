package engine

import (
	"path/filepath"
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/compdb"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// mergeWhenConfigured merges the compile commands when all configure steps of the run
// have ended, so that an editor need not wait for the build.
func (r *run) mergeWhenConfigured(wanted []wish) {
	results := make([]model.Result, 0, len(wanted))
	for _, j := range wanted {
		if j.job.action.Step == model.Configure {
			results = append(results, j.job.resultIn(r.await(j.job), j.tree))
		}
	}
	if len(results) > 0 && len(results) < len(wanted) {
		r.session.mergeCompileCommands(results)
	}
}

// mergeCompileCommands updates the merged compile_commands.json with those of all build
// trees, selected or not. After a cancelled step it stays as it is, for the next run. A
// problem is a warning, and does not fail any step.
func (s *session) mergeCompileCommands(results []model.Result) {
	if slices.ContainsFunc(results, func(r model.Result) bool { return r.Status == model.Cancelled }) {
		return
	}
	s.merging.Lock()
	defer s.merging.Unlock()
	set := s.settings
	file := compdb.File{Path: set.CompileCommands, State: filepath.Join(set.BuildRoot, treestate.Dir, "compile_commands.state")}
	if !set.Exports() {
		file.Forget()
		return
	}
	name := set.Show(set.CompileCommands)
	outcome, err := file.Update(s.compileCommands())
	for _, warning := range outcome.Warnings {
		s.warn(name + ": " + warning)
	}
	switch {
	case err != nil:
		s.warn("write " + name + ": " + fsutil.Cause(err).Error() + "; set Config.CompileCommands to another path, or to \"off\"")
	case outcome.Foreign != "":
		s.warn(name + " is " + outcome.Foreign + " and stays as it is; remove it to have one of all projects, or set Config.CompileCommands to another path, or to \"off\"")
	case outcome.Done == "created":
		s.screen.Line("created " + name + " for clangd and other editors: " + text.Count(outcome.Entries, "file") + " of " + text.Count(outcome.Trees, "build tree"))
	}
}

// warn shows a warning once: a build merges twice. The caller holds merging.
func (s *session) warn(message string) {
	if s.warned == nil {
		s.warned = map[string]bool{}
	}
	if !s.warned[message] {
		s.screen.Line("warning: " + message)
	}
	s.warned[message] = true
}

// compileCommands returns those of all build trees, the best variant first.
func (s *session) compileCommands() []compdb.Source {
	var list []compdb.Source
	for rank, v := range s.settings.Variants {
		for _, p := range s.all {
			t := s.bareTree(p, v)
			if path, current := cmake.CompileCommands(t.Dir); current {
				source := compdb.Source{Path: path, Rank: rank, Owner: p.Dir}
				if cmake.NinjaMultiConfig(t.Dir) {
					source.Config, _ = t.Configuration()
				}
				list = append(list, source)
			}
		}
	}
	return list
}
