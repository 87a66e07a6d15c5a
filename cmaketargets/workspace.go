package cmaketargets

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"github.com/magefile/mage/mg"

	"github.com/magecmake/magecmake/cmaketargets/internal/engine"
	"github.com/magecmake/magecmake/cmaketargets/internal/interrupt"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// process is shared by all workspaces. The directory and the parent are those at the
// start of the program: a target may change the directory later, and mage may have ended
// before the first run.
var process = newProcess()

func newProcess() *engine.Process {
	dir, err := os.Getwd()
	return engine.NewProcess(&engine.Process{Output: func() io.Writer { return os.Stdout }, Errors: func() io.Writer { return os.Stderr }, Env: os.Environ, StartDir: dir, StartErr: err, Mage: interrupt.MageParent()})
}

// Workspace is one root with its projects, variants and build trees. The targets use a
// standard one; New makes further ones, and Select narrows one.
//
// A workspace does nothing twice in a process: a step of a project runs once, however
// many targets ask for it, until Clean. Its methods may be called from several
// goroutines.
type Workspace struct {
	id     uint64
	engine *engine.Workspace
}

var workspaces atomic.Uint64

// standard is the workspace of the targets.
var standard = New(Config{})

// New returns a workspace that remembers its own steps. All workspaces of a process
// share its CPUs.
func New(c Config) *Workspace {
	return &Workspace{workspaces.Add(1), process.New(c.settings())}
}

// Use sets the configuration of the targets and of Run, Select, Discover and Results. It
// is for init() of a magefile, and panics once something has run.
func Use(c Config) {
	if !standard.engine.Use(c.settings()) {
		panic("cmaketargets.Use: called after the first run; call it in init()")
	}
}

// Run does steps in the standard workspace. See [Workspace.Run].
func Run(ctx context.Context, steps ...Step) (Report, error) { return standard.Run(ctx, steps...) }

// Select returns the standard workspace, narrowed. See [Workspace.Select].
func Select(s Selection) *Workspace { return standard.Select(s) }

// Discover returns the projects of the standard workspace. See [Workspace.Discover].
func Discover(ctx context.Context) (projects []Project, warnings []string, err error) {
	return standard.Discover(ctx)
}

// Results returns the results of this process so far in the standard workspace. See
// [Workspace.Results].
func Results() Report { return standard.Results() }

// Run does the steps, with those that they need before them, for every selected project
// and variant, and returns when all have ended.
//
// The Report is complete and ordered in any case: a project that fails does not stop the
// others (unless Config.FailFast), and steps that a cancelled run did not begin are in
// it as cancelled. The error is nil when nothing failed, else an *Error: which steps
// failed, or why the run could not start.
//
// Steps are done in the given order: Run(ctx, StepClean, StepBuild) rebuilds. A step
// that this process has done already is not done again until a Clean; its Result is in
// the Report.
//
// SIGINT, SIGTERM and SIGHUP end the run as a cancelled ctx does: every process that it
// started is gone when Run returns.
func (w *Workspace) Run(ctx context.Context, steps ...Step) (Report, error) {
	list := make([]model.Step, len(steps))
	for i, s := range steps {
		list[i] = model.Step(s)
	}
	results, err := w.engine.Run(ctx, list)
	return reportOf(results), errorOf(err)
}

// Select returns the same workspace narrowed to a selection: it shares the steps
// that were done, the CPUs and the locks. Selections add up: the projects and variants
// that remain are those that all of them select.
func (w *Workspace) Select(s Selection) *Workspace {
	return &Workspace{workspaces.Add(1), w.engine.Select(s.inner())}
}

// Results returns the last Result of each step that this process has done in the
// workspace so far, ordered by project, variant and step. For a step that was done for several
// selections it is the first one that failed, if any did, until a Clean.
func (w *Workspace) Results() Report { return reportOf(w.engine.Recorded()) }

// Discover returns all projects of the workspace, ordered by path, whatever is selected,
// and warnings about directories that could not be read as expected. Finding none is no
// error here.
func (w *Workspace) Discover(ctx context.Context) (projects []Project, warnings []string, err error) {
	found, warnings, err := w.engine.Discover(ctx)
	for _, p := range found {
		projects = append(projects, Project(p))
	}
	return projects, warnings, errorOf(err)
}

// Dep returns a step as a dependency for mg.Deps and mg.SerialDeps. Its identity is that
// of the workspace and the step; methods of two workspaces would be one dependency to mage.
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

// target is Run for mage.
func (w *Workspace) target(ctx context.Context, steps ...Step) error {
	_, err := w.Run(ctx, steps...)
	return err
}
