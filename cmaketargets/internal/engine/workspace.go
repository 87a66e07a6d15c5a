package engine

import (
	"context"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/selection"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
)

// Workspace is one root with its projects, variants and build trees, narrowed to a
// selection. A step that was done is not done again in the same process, until Clean.
// Its methods may be called from several goroutines.
type Workspace struct {
	*workspace
	selections []selection.Selection // a project or variant has to be in all of them
}

// workspace is the part that narrowed workspaces share.
type workspace struct {
	process *Process
	hook    sync.Mutex // held while Config.OnResult runs

	mu       sync.Mutex // guards the rest
	settings settings.Settings
	begun    bool
	session  *session
	jobs     map[treeKey]map[stepKey]*job
	results  map[resultKey]model.Result // the last one of each step, see stays
}

// treeKey identifies a build tree of a workspace.
type treeKey struct{ project, variant string }

// stepKey identifies a step in a build tree. scope is equal for selections that make the step do
// the same, see selection.Scope.
type stepKey struct {
	step  model.Step
	scope string
}

// resultKey identifies a result of a workspace.
type resultKey struct {
	tree treeKey
	step model.Step
}

func keyOf(res model.Result) resultKey {
	return resultKey{treeKey{res.Project.Path, res.Variant.Name}, res.Step}
}

// stays reports whether a later result of the same step does not replace a result: a step may be done for several
// selections, and then a failure counts. A step that the end of another run cancelled is done again.
func stays(res model.Result) bool { return res.Status.Bad() || res.Status == model.Quarantined }

// record sorts the results of a run, and keeps them. A failure stays until a Clean has undone it.
func (w *workspace) record(results []model.Result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	model.Sort(results, w.variantNames())
	cleaned := map[string]time.Time{} // by build tree
	for _, res := range slices.AppendSeq(slices.Clone(results), maps.Values(w.results)) {
		if res.Step == model.Clean && res.Start.After(cleaned[res.BuildDir]) {
			cleaned[res.BuildDir] = res.Start
		}
	}
	for _, res := range results {
		earlier := w.results[keyOf(res)]
		if !stays(earlier) || earlier.Run != res.Run && earlier.Start.Before(cleaned[res.BuildDir]) {
			w.results[keyOf(res)] = res
		}
	}
}

// besideFailure reports whether a step of a job has failed in the same build tree for another selection, and no Clean
// has undone that.
func besideFailure(j *job, step model.Step) bool {
	w, t := j.run.workspace, j.action.Tree
	w.mu.Lock()
	defer w.mu.Unlock()
	for key, other := range w.jobs[treeKey{t.Project.Path, t.Owner}] {
		if key.step == t.Record(step) && other != j && other.task.Ended() && stays(other.result) {
			return true
		}
	}
	return false
}

// New returns a workspace.
func (p *Process) New(s settings.Settings) *Workspace {
	return &Workspace{workspace: &workspace{process: p, settings: s, jobs: map[treeKey]map[stepKey]*job{}, results: map[resultKey]model.Result{}}}
}

// Use replaces the settings, and reports whether it did: once something has run, it is
// too late.
func (w *Workspace) Use(s settings.Settings) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.begun {
		w.settings = s
	}
	return !w.begun
}

// Select returns the same workspace, narrowed to sel within the present selections.
func (w *Workspace) Select(sel selection.Selection) *Workspace {
	return &Workspace{w.workspace, append(slices.Clip(w.selections), sel)}
}

// Discover returns all projects, ordered by path, and the warnings of discovery.
func (w *Workspace) Discover(ctx context.Context) ([]model.Project, []string, error) {
	s, err := w.open(ctx)
	if err != nil {
		return nil, nil, notStarted(ctx, err)
	}
	return s.all, s.found.Warnings, nil
}

// Recorded returns the last result of each step that was done so far, in order.
func (w *workspace) Recorded() []model.Result {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]model.Result, 0, len(w.results))
	for _, r := range w.results {
		list = append(list, r)
	}
	model.Sort(list, w.variantNames())
	return list
}

// variantNames returns the names of the variants in their order. The caller holds mu.
func (w *workspace) variantNames() []string {
	var names []string
	if w.session != nil {
		for _, v := range w.session.settings.Variants {
			names = append(names, v.Name)
		}
	}
	return names
}

// resolve returns the settings with defaults and environment.
func (w *workspace) resolve() (*settings.Settings, error) {
	raw := w.settings
	if w.process.StartErr != nil && !filepath.IsAbs(raw.Root) {
		return nil, fmt.Errorf("find the current directory: %w", w.process.StartErr)
	}
	if raw.Output == nil {
		raw.Output = w.process.Output()
	}
	return w.process.join(raw, w.process.Env())
}

// open returns the session, made at the first call, with its projects discovered.
func (w *workspace) open(ctx context.Context) (*session, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begun = true
	if w.session != nil {
		return w.session, nil
	}
	set, err := w.resolve()
	if err != nil {
		return nil, err
	}
	found, err := find(ctx, set, set.Nested)
	if err != nil {
		return nil, err
	}
	s := &session{process: w.process, settings: set, found: found, screen: w.process.screen(set)}
	for _, p := range found.Projects {
		s.all = append(s.all, model.Project(p))
	}
	s.enclosing = enclosing(s.all)
	s.needs.settings, s.needs.tree, s.needs.sources = set, s.bareTree, found.Sources
	s.found.Sources = nil
	defer s.screen.LimitWritesAfter(ctx)()
	for _, warning := range found.Warnings {
		s.screen.Line("warning: " + warning)
	}
	w.session = s
	return s, nil
}

// find discovers the projects of a workspace.
func find(ctx context.Context, set *settings.Settings, nested []string) (discover.Result, error) {
	return discover.Find(ctx, discover.Options{
		Root: set.Root, Include: set.Include, Exclude: set.Exclude, Nested: nested,
		Skip: []string{set.BuildRoot, set.Prefix}, Env: set.Env,
	})
}

// enclosing returns the paths of the projects that have others below them.
func enclosing(projects []model.Project) map[string]bool {
	all, outer := map[string]bool{}, map[string]bool{}
	for _, p := range projects {
		all[p.Path] = true
	}
	for _, p := range projects {
		for dir := p.Path; dir != "."; {
			if dir = path.Dir(dir); all[dir] {
				outer[dir] = true
			}
		}
	}
	return outer
}
