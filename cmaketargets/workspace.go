package cmaketargets

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/magefile/mage/mg"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// Workspace is one root with its projects, variants and build trees. The
// targets use a standard one; New makes further ones.
//
// What a workspace has done it does not do again in the same process: a step
// of a project runs once, however many targets ask for it, until Clean takes
// it back. Its methods may be called from several goroutines.
type Workspace struct {
	id uint64

	mu      sync.Mutex // guards what follows
	config  Config
	begun   bool
	ground  *ground
	jobs    map[jobKey]*job
	results map[jobKey]Result
}

// ground is what a workspace finds out once: its settings, its projects and
// its tools.
type ground struct {
	*settings
	env      []string
	found    discover.Result
	projects []Project // those selected
	selected []Variant
	outer    map[string]bool // paths of projects that have others below them
	tools    *tools
	store    *detect.Store // nil when it is off
	storeOff string
	screen   *ui.Screen
	verbose  bool
	merging  sync.Mutex      // held while compile_commands.json is merged
	warned   map[string]bool // what was said about that
}

var workspaces atomic.Uint64

// standard is the workspace of the targets.
var standard = New(Config{})

// New returns a workspace of its own, with its own memory of what was done.
// The number of CPUs is shared by all of them.
func New(c Config) *Workspace {
	return &Workspace{
		id: workspaces.Add(1), config: c,
		jobs: map[jobKey]*job{}, results: map[jobKey]Result{},
	}
}

// Use sets the configuration of the targets and of Run, Discover and Results.
// It belongs into init() of a magefile, and panics once something has run.
func Use(c Config) {
	standard.mu.Lock()
	defer standard.mu.Unlock()
	if standard.begun {
		panic("cmaketargets.Use: called after the first run; call it in init()")
	}
	standard.config = c
}

// Run does the steps, with those they need before them, for every project of
// the standard workspace. See [Workspace.Run].
func Run(ctx context.Context, steps ...Step) (Report, error) { return standard.Run(ctx, steps...) }

// Discover returns the projects of the standard workspace.
func Discover(ctx context.Context) ([]Project, error) { return standard.Discover(ctx) }

// Results returns what this process has done so far in the standard
// workspace, ordered by project, variant and step.
func Results() Report { return standard.Results() }

// Results returns what this process has done so far in the workspace, the
// last Result of each step, ordered by project, variant and step.
func (w *Workspace) Results() Report {
	w.mu.Lock()
	defer w.mu.Unlock()
	report := make(Report, 0, len(w.results))
	for _, r := range w.results {
		report = append(report, r)
	}
	report.sort(w.variantOrder())
	return report
}

// Discover returns the workspace's projects, ordered by path, all of them
// whatever the knobs select. None is not an error here.
func (w *Workspace) Discover(ctx context.Context) ([]Project, error) {
	g, err := w.discovered(ctx)
	if err != nil {
		return nil, neverBegan(ctx, err)
	}
	return projectsOf(g.found), nil
}

// Dep returns the step as a dependency for mg.Deps and its kin, with an
// identity of its own: mage takes methods of two workspaces for the same.
func (w *Workspace) Dep(step Step) mg.Fn { return dep{w, step} }

type dep struct {
	w    *Workspace
	step Step
}

// Name implements mg.Fn.
func (d dep) Name() string { return "cmaketargets." + string(d.step) }

// ID implements mg.Fn.
func (d dep) ID() string { return fmt.Sprintf("cmaketargets workspace %d %s", d.w.id, d.step) }

// Run implements mg.Fn.
func (d dep) Run(ctx context.Context) error { return d.w.target(ctx, d.step) }

// target is Run for mage, which needs the concrete error, unwrapped, and a
// nil interface where there is none.
func (w *Workspace) target(ctx context.Context, steps ...Step) error {
	_, err := w.Run(ctx, steps...)
	return err
}

func projectsOf(found discover.Result) []Project {
	list := make([]Project, len(found.Projects))
	for i, p := range found.Projects {
		list[i] = Project(p)
	}
	return list
}

// discovered returns the workspace's ground, with its projects found.
func (w *Workspace) discovered(ctx context.Context) (*ground, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begun = true
	if w.ground != nil {
		return w.ground, nil
	}
	env := environment()
	set, err := settle(w.config, env)
	if err != nil {
		return nil, err
	}
	found, err := discover.Find(ctx, discover.Options{
		Root: set.Root, Include: set.Include, Exclude: set.Exclude, Nested: set.Nested,
		Skip: []string{set.BuildRoot, set.Prefix},
	})
	if err != nil {
		return nil, err
	}
	g := &ground{
		settings: set, env: env, found: found, tools: &tools{},
		screen: screenFor(set.Output, env, set.knobs.progress), verbose: verbose(env),
		outer: outerPaths(found.Projects),
	}
	defer g.screen.HurryAfter(ctx)()
	for _, warning := range found.Warnings {
		g.screen.Line("warning: " + warning)
	}
	w.ground = g
	return g, nil
}

// outerPaths returns the paths of the projects that have others below them.
func outerPaths(projects []discover.Project) map[string]bool {
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

// prepared returns the ground with everything that a run needs: projects and
// variants selected, cmake found.
func (w *Workspace) prepared(ctx context.Context) (*ground, error) {
	g, err := w.discovered(ctx)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if g.projects != nil {
		return g, nil
	}
	all := projectsOf(g.found)
	if len(all) == 0 {
		return nil, noProjects(g)
	}
	if err := g.checkTrees(all); err != nil {
		return nil, err
	}
	projects, err := selectProjects(all, g.knobs.projects)
	if err != nil {
		return nil, err
	}
	if g.selected, err = selectVariants(g.variants, g.knobs.variants); err != nil {
		return nil, err
	}
	if err := g.tools.find(ctx, g, projects); err != nil {
		return nil, err
	}
	g.store, g.storeOff = openStore(g.settings)
	g.projects = projects
	return g, nil
}

// noProjects says what was looked at, for the reason is most often there.
func noProjects(g *ground) error {
	lines := []string{fmt.Sprintf("find projects in %s: there is no CMakeLists.txt with a project() call in it (looked at %s, %s)", g.Root, counted(g.found.Dirs, "directory"), counted(g.found.Files, "file"))}
	const some = 8
	for i, ignored := range g.found.Ignored {
		if i == some {
			lines = append(lines, fmt.Sprintf("and %d more; mage -v list shows all", len(g.found.Ignored)-some))
			break
		}
		lines = append(lines, fmt.Sprintf("ignored %s: %s", ignored.Path, ignored.Reason))
	}
	return &longError{lines}
}

// checkTrees makes sure that no build tree lies in another, nor in what
// Install fills.
func (g *ground) checkTrees(projects []Project) error {
	owner := map[string]Project{}
	for _, v := range g.variants {
		for _, p := range projects {
			dir := g.buildDir(p, v, g.outer[p.Path])
			if q, ok := owner[dir]; ok {
				return fmt.Errorf("plan build trees: %s and %s would share %s; give the directory of one another name, or leave it out by Config.Exclude", q.Path, p.Path, g.show(dir))
			}
			owner[dir] = p
			if g.exports() && inside(g.CompileCommands, dir) {
				return fmt.Errorf("read Config.CompileCommands: %s lies in the build tree of %s; use a path outside of the build trees", g.show(g.CompileCommands), p.Path)
			}
			if err := g.checkReports(dir); err != nil {
				return err
			}
			if dir == g.Prefix || p.Path != "." && inside(dir, g.Prefix) {
				return fmt.Errorf("plan build trees: the tree of %s would lie in the install prefix %s; set Config.Prefix to another directory", p.Path, g.show(g.Prefix))
			}
		}
	}
	return nil
}

// inside says whether path is dir or lies below it.
func inside(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, dir+string(filepath.Separator))
}

// variantOrder is the order of the variants in a Report. It is called with
// the lock held.
func (w *Workspace) variantOrder() []string {
	var names []string
	if w.ground != nil {
		for _, v := range w.ground.variants {
			names = append(names, v.Name)
		}
	}
	return slices.Clip(names)
}
