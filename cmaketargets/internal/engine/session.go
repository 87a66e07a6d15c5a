package engine

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/affected"
	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/graph"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/selection"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/toolchain"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// session is a workspace's resolved state, computed on first use.
type session struct {
	process   *Process
	settings  *settings.Settings
	found     discover.Result
	all       []model.Project // of found
	enclosing map[string]bool // paths of projects that have others below them
	needs     needs
	screen    *ui.Screen

	readParts sync.Once
	parts     map[string]string // see partOf

	tools atomic.Pointer[toolchain.Tools] // nil until findTools; runs that begin at once ask for build trees before

	// prepare sets the rest.
	preparing   sync.Mutex
	prepared    bool
	store       *detect.Store // nil when it is off
	storeReason string        // why it is off

	noRemote sync.Once // noted that a build has no remote jobs

	merging sync.Mutex      // held while compile_commands.json is merged
	warned  map[string]bool // warnings about that, guarded by merging
}

// chosen are the projects and variants of a run.
type chosen struct {
	projects  []model.Project
	variants  []model.Variant
	selection selection.Selection
	order     order
	view      *plan.View
	reasons   []string        // of the projects that a revision selects, a line each
	apart     bool            // each of several lists of filters selects projects, and all of them none
	left      map[string]bool // paths of those that it leaves out, nil without a revision
	audit     *audit          // of these, nil if none is wanted
	split     *model.Split    // of the selected projects, nil if it is not wanted
}

// prepare completes the session and returns the choice of a run of w with these steps.
func (w *Workspace) prepare(ctx context.Context, steps []model.Step) (*session, chosen, error) {
	var c chosen
	s, err := w.open(ctx)
	if err != nil {
		return nil, c, err
	}
	all, variants := s.all, s.settings.Variants
	if slices.Equal(steps, []model.Step{model.Clean}) {
		for _, sel := range append(slices.Clip(w.selections), s.settings.Selection) {
			all = append(slices.Clip(all), s.goneNamed(sel.Projects)...)
			variants = append(slices.Clip(variants), s.goneVariants(sel.Variants)...)
		}
	}
	if len(all) == 0 {
		return nil, c, s.noProjects()
	}
	if err := s.checkBuildTrees(); err != nil {
		return nil, c, err
	}
	if c, err = s.choose(ctx, all, variants, w.selections); err != nil {
		return nil, c, err
	}
	d := division{s.settings, s.all, s.screen.Line}
	if c.projects, c.split, err = d.narrow(c.projects, c.variants, c.selection.Shard, steps == nil); err != nil || s.settings.Plan != "" {
		return s, c, err
	}
	if s.settings.Audit && !s.settings.DryRun && slices.Contains(model.Chain(steps), model.Configure) {
		if c.left == nil {
			return nil, c, errNoRevision
		}
		if c.split != nil {
			return nil, c, errAuditOfShard
		}
		c.audit = auditOf(ctx, s, c)
		c.projects = s.all
	}
	err = s.needs.open(s.all, s.screen.Line)
	if !slices.Equal(steps, []model.Step{model.Clean}) { // which needs no graph
		if err != nil {
			return nil, c, err
		}
		s.needs.notes()
	}
	if len(c.projects) > 0 {
		if err := complete(ctx, s, c); err != nil {
			return nil, c, err
		}
	}
	c.view = plan.NewView()
	c.order, err = s.needs.order(c.projects, c.variants, model.Chain(steps), func(t *plan.Tree) bool {
		a := plan.Action{Tree: s.tree(t.Project, t.Variant), Step: model.Configure}
		a.DecideNow(ctx, c.view)
		return a.Verdict == plan.UpToDate
	})
	return s, c, err
}

// complete finds the tools and the store, once.
func complete(ctx context.Context, s *session, c chosen) error {
	s.preparing.Lock()
	defer s.preparing.Unlock()
	if s.prepared {
		return nil
	}
	if err := s.findTools(ctx, c); err != nil {
		return err
	}
	var dir string
	if dir, s.storeReason = s.settings.StoreDir(); s.storeReason == "" {
		s.store = detect.Open(dir, s.settings.StoreSize)
		s.store.Freshness = time.Second
	}
	s.prepared = true
	return nil
}

// choose applies the selections of the workspace and that of the environment, each to all projects, and
// returns those that all of them select. The latter comes last: its targets and tests override those of the others.
func (s *session) choose(ctx context.Context, all []model.Project, variants []model.Variant, selections []selection.Selection) (chosen, error) {
	c := chosen{projects: all, variants: variants}
	r := relations(ctx, s, &c.variants)
	narrow := func(sel selection.Selection, projects, variants string) error {
		err := sel.Check()
		if err == nil {
			c.variants, err = selection.Variants(c.variants, sel.Variants, variants)
		}
		if err == nil {
			var matched []model.Project
			matched, err = selection.Projects(all, sel.Projects, projects, r)
			none := len(c.projects) == 0
			c.projects = selection.Both(c.projects, matched)
			c.apart = c.apart || !none && len(matched) > 0 && len(c.projects) == 0
		}
		c.selection, c.reasons, c.left = sel.Within(c.selection), r.Reasons, r.Left
		return err
	}
	for _, sel := range selections {
		if err := narrow(sel, "read Selection.Projects", "read Selection.Variants"); err != nil {
			return c, err
		}
	}
	return c, narrow(s.settings.Selection, "read environment: "+settings.EnvProjects, "read environment: "+settings.EnvVariants)
}

// auditOf returns the audit of the projects that a revision has left out, and no other filter selects.
func auditOf(ctx context.Context, s *session, c chosen) *audit {
	a := &audit{settings: s.settings, line: s.screen.Line}
	var trees []*plan.Tree
	for _, p := range s.all {
		if !c.left[p.Path] || slices.Contains(model.Paths(c.projects), p.Path) {
			continue
		}
		for _, v := range c.variants {
			trees = append(trees, s.bareTree(p, v))
		}
	}
	a.begin(ctx, trees)
	return a
}

// relations returns the answers to the filters of a selection, in some variants.
func relations(ctx context.Context, s *session, variants *[]model.Variant) *affected.Relations {
	set, view := s.settings, plan.NewView()
	return &affected.Relations{
		Context: ctx, Env: set.Env, Root: set.Root, Manifest: set.Manifest, Jobs: set.Jobs, Projects: s.all, Note: s.screen.Line, Show: set.Show,
		Trees: func(p model.Project) (trees []affected.Tree) {
			for _, v := range *variants {
				t := s.bareTree(p, v)
				intent := func(last *inputs.Snapshot) (inputs.Intent, error) { return plan.Intent(t, view, last) }
				trees = append(trees, affected.Tree{Dir: t.Dir, Variant: v.Name, Build: t.Record(model.Build), Intent: intent})
			}
			return trees
		},
		Prepare: func() error {
			s.preparing.Lock()
			defer s.preparing.Unlock()
			return s.findTools(ctx, chosen{projects: s.all, variants: *variants})
		},
		Graph: func() *graph.Graph {
			if s.needs.open(s.all, s.screen.Line) != nil {
				return &graph.Graph{} // the error is that of prepare
			}
			return s.needs.graph
		},
	}
}

// noProjects returns an error with the directories that discovery ignored, which are
// most often the reason.
func (s *session) noProjects() error {
	lines := []string{fmt.Sprintf("find projects in %s: there is no CMakeLists.txt with a project() call in it (looked at %s, %s)",
		s.settings.Root, text.Count(s.found.Dirs, "directory"), text.Count(s.found.Files, "file"))}
	const named = 8
	for i, ignored := range s.found.Ignored {
		if i == named {
			lines = append(lines, fmt.Sprintf("and %d more; mage -v list shows all", len(s.found.Ignored)-named))
			break
		}
		lines = append(lines, fmt.Sprintf("ignored %s: %s", ignored.Path, ignored.Reason))
	}
	return &linesError{lines}
}

// checkBuildTrees returns an error when two projects would share a build tree, and when
// one would lie in the install prefix or hold a file that this program writes.
func (s *session) checkBuildTrees() error {
	set, owner := s.settings, map[string]model.Project{}
	for _, v := range set.Variants {
		for _, p := range s.all {
			dir := s.buildDir(p, v)
			if file := s.tracked(dir); file != "" {
				return fmt.Errorf("plan build trees: that of %s would be %s, and git tracks %s in it; set Config.BuildRoot to another directory", p.Path, set.Show(dir), file)
			}
			if q, ok := owner[dir]; ok {
				return fmt.Errorf("plan build trees: %s and %s would share %s; give the directory of one another name, or leave it out by Config.Exclude", q.Path, p.Path, set.Show(dir))
			}
			owner[dir] = p
			if set.Exports() && fsutil.Inside(set.CompileCommands, dir) {
				return fmt.Errorf("read Config.CompileCommands: %s lies in the build tree of %s; use a path outside of the build trees", set.Show(set.CompileCommands), p.Path)
			}
			for _, file := range set.ReportFiles {
				if fsutil.Inside(file.Path, dir) && !fsutil.Inside(file.Path, set.ReportDir()) {
					return &misplacedError{set.Show(file.Path), set.Show(dir), set.Show(set.ReportDir())}
				}
			}
			if dir == set.Prefix || p.Path != "." && fsutil.Inside(dir, set.Prefix) {
				return fmt.Errorf("plan build trees: the tree of %s would lie in the install prefix %s; set Config.Prefix to another directory", p.Path, set.Show(set.Prefix))
			}
		}
	}
	return nil
}

// misplacedError is the error for a report in a build tree.
type misplacedError struct{ report, tree, better string }

func (e *misplacedError) Error() string {
	return fmt.Sprintf("plan reports: %s would lie in the build tree %s, which Clean removes; put it into %s", e.report, e.tree, e.better)
}

// findTools finds the programs, once, and checks the generators that were named. The caller holds preparing.
func (s *session) findTools(ctx context.Context, c chosen) error {
	if s.tools.Load() != nil {
		return nil
	}
	set := s.settings
	o := toolchain.Options{
		CMake: set.CMake, Env: set.Env, DryRun: set.DryRun, Launcher: set.Launcher, Generators: map[string]string{},
		Recorded: func(file toolchain.File) (cmake.Version, []string) { return s.recorded(file, c) },
	}
	if name := fsutil.Getenv(set.Env, "CMAKE_GENERATOR"); name != "" {
		o.Generators["the environment variable CMAKE_GENERATOR"] = name
	}
	for _, v := range c.variants {
		if v.Generator != "" {
			o.Generators[settings.VariantTitle(v)] = v.Generator
		}
	}
	if dir, reason := set.StoreDir(); reason == "" {
		o.Memory = filepath.Join(dir, "cmake.json")
	}
	tools, err := toolchain.Find(ctx, o)
	if err == nil && set.RemoteJobs > 0 {
		err = checkRemote(set, tools.Launcher)
	}
	if err == nil {
		s.tools.Store(tools)
	}
	return err
}

// recorded returns the version of a cmake, and generators that it has, from the
// snapshots of build trees. Those of the first project that has one are as good as all.
func (s *session) recorded(file toolchain.File, c chosen) (version cmake.Version, generators []string) {
	for _, p := range c.projects {
		for _, v := range c.variants {
			snapshot := inputs.Load(s.bareTree(p, v).Dir)
			if snapshot == nil || !snapshot.ConfiguredBy(plan.Stamp(file)) {
				continue
			}
			if got, err := cmake.ParseVersion("cmake version " + snapshot.Version); err == nil {
				version, generators = got, append(generators, snapshot.Actual)
			}
		}
		if version != (cmake.Version{}) {
			break
		}
	}
	return version, generators
}

// buildDir returns the build tree of a project in a variant. Neither the build trees of projects
// below the project nor files that git tracks lie in it.
func (s *session) buildDir(p model.Project, v model.Variant) string {
	dir := s.settings.BuildDir(p, v, false)
	if s.enclosing[p.Path] || s.tracked(dir) != "" {
		return s.settings.BuildDir(p, v, true)
	}
	return dir
}

// tracked returns a file in a directory below the build root that git tracks, as messages name it, or
// "". A build tree that was committed by mistake stays in use; Clean refuses to remove it.
func (s *session) tracked(dir string) string {
	first := ""
	for _, file := range s.found.Tracked {
		rel, ok := fsutil.Within(filepath.Join(s.settings.Root, filepath.FromSlash(file)), dir)
		switch {
		case !ok, discover.Placeholder(rel):
		case rel == treestate.CacheFile:
			return ""
		case first == "":
			first = s.settings.Show(filepath.Join(dir, rel))
		}
	}
	return first
}

// placeholders returns the files in a directory that git tracks only to keep it.
func (s *session) placeholders(dir string) (files []string) {
	for _, file := range s.found.Tracked {
		file = filepath.Join(s.settings.Root, filepath.FromSlash(file))
		if filepath.Dir(file) == dir && discover.Placeholder(filepath.Base(file)) {
			files = append(files, file)
		}
	}
	return files
}

// tree returns the build tree of a project in a variant.
func (s *session) tree(p model.Project, v model.Variant) *plan.Tree {
	t := s.bareTree(p, v)
	s.needs.equip(t)
	return t
}

// bareTree returns a build tree whose environment has no other projects in it.
func (s *session) bareTree(p model.Project, v model.Variant) *plan.Tree {
	env := s.settings.VariantEnv(v)
	owner := s.settings.Owner(v, func() bool { return plan.SeveralConfigurations(p, v, env) })
	dir := s.buildDir(p, owner)
	return &plan.Tree{
		Project: p, Variant: v, Owner: owner.Name, Dir: dir,
		Env: env, Settings: s.settings, Tools: s.tools.Load(), Trees: len(s.all) * len(s.settings.Variants), Keep: s.placeholders(dir),
	}
}

// trimStore stores the results of checks, and keeps the store within its size after something was added to it.
// After a failure the next run tries again.
func (s *session) trimStore(results []model.Result) {
	if s.store != nil && slices.ContainsFunc(results, func(res model.Result) bool { return len(res.Detection.Stored)+res.Detection.StoredChecks > 0 }) {
		s.store.Flush()
		_ = s.store.Trim()
	}
}
