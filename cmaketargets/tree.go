package cmaketargets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/logfile"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// tree is the build tree of one variant of one project.
type tree struct {
	*ground
	project Project
	variant Variant
	dir     string
	environ []string
}

func (g *ground) tree(p Project, v Variant) *tree {
	return &tree{ground: g, project: p, variant: v, dir: g.buildDir(p, v, g.outer[p.Path]), environ: v.environ(g.env)}
}

// blank is the result of a step in this tree before anything happened.
func (t *tree) blank(step Step) Result {
	return Result{Project: t.project, Variant: t.variant, Step: step, BuildDir: t.dir}
}

// step returns the work of a step.
func (t *tree) step(r *run, step Step) func(context.Context, int, Result) Result {
	return func(ctx context.Context, jobs int, res Result) Result {
		switch step {
		case StepClean:
			return t.clean(ctx, r.git, jobs, res)
		case StepConfigure:
			res = t.configure(ctx, r.view, res)
		case StepBuild:
			res = t.build(ctx, jobs, res)
		case StepTest:
			res = t.test(ctx, jobs, res)
		default:
			res = t.install(ctx, res)
		}
		return t.compareWarnings(res)
	}
}

// renew brings what a step needs up to date again: between two steps for which
// the tree was not locked, another process may have cleaned it, or configured it
// for something else.
func (t *tree) renew(ctx context.Context, seen *view, jobs int, res Result) (Result, bool) {
	need := res
	need.Step = StepConfigure
	if need = t.reconfigure(ctx, seen, need); need.Status == StatusOK && res.Step.needs() != StepConfigure {
		need.Step = StepBuild
		need = t.build(ctx, jobs, need)
	}
	need.Step = res.Step
	return need, need.Status == StatusOK || need.Status == StatusUpToDate
}

// level reads a variable that bounds the jobs of a build or test; 0 when it
// is not set to a number.
func (t *tree) level(name string) int {
	n, err := strconv.Atoi(lookup(t.environ, name))
	if err != nil || n < 1 {
		return 0
	}
	return n
}

// config is the configuration to name to a build tree that holds several, and
// "" for any other.
func (t *tree) config() string {
	index, err := cmake.ReadIndex(t.dir)
	if err != nil || !index.Generator.MultiConfig {
		return ""
	}
	return t.buildType()
}

// buildType is the build type of the variant, "" where a preset decides.
func (t *tree) buildType() string {
	if t.variant.BuildType != "" {
		return t.variant.BuildType
	}
	if t.variant.Preset != "" {
		return ""
	}
	for name := range t.variant.Defines {
		if name, _, _ = strings.Cut(name, ":"); name == "CMAKE_BUILD_TYPE" {
			return ""
		}
	}
	if env := lookup(t.environ, "CMAKE_BUILD_TYPE"); env != "" {
		return env
	}
	return "Debug"
}

// timeLimit is the cause of a step that reached Config.Timeout.
type timeLimit struct{ after time.Duration }

func (e *timeLimit) Error() string {
	return fmt.Sprintf("stopped at its time limit of %s (Config.Timeout or %s)", e.after, EnvTimeout)
}

// command is one external command of a step.
type command struct {
	program string
	args    []string
	dir     string   // empty for ours
	env     []string // all of it
}

// maxShown is how much of a command's output is kept for the screen.
const maxShown = 64 << 10

// execute runs one command of a step: its output goes to the step's log file
// whole, and its end to the screen. It returns the result as far as the
// command decides it.
func (t *tree) execute(ctx context.Context, res Result, c command) Result {
	res.Args = append([]string{c.program}, c.args...)
	whole := ctx
	if t.Timeout > 0 {
		var done context.CancelFunc
		ctx, done = context.WithTimeoutCause(ctx, t.Timeout, &timeLimit{t.Timeout})
		defer done()
	}
	log, err := t.openLog(res.Step)
	if err != nil {
		return t.fail(res, err)
	}
	res.LogFile = log.Name()
	tail := &proc.Tail{To: text.StripColour(log), Max: maxShown}
	shown := t.listen(res)
	began := time.Now()
	var logErr error
	err = func() error {
		// A panic in what takes in the output comes out of Run.
		defer func() { logErr = errors.Join(tail.Err(), log.Close()) }()
		defer func() { _ = shown.Close() }()
		defer budget.holds.running(t.dir, 0)
		return proc.Command{
			Path: c.program, Args: c.args, Dir: c.dir, Env: c.env, Output: io.MultiWriter(tail, shown),
			Started: func(pid int) { budget.holds.running(t.dir, pid) }, Hurry: hurryOf(ctx),
		}.Run(ctx)
	}()
	res.output, res.cut = bytes.Clone(tail.Bytes()), tail.Cut()
	switch {
	case err == nil && logErr != nil:
		// The command's work is done, but a log that lacks a part must not
		// pass for a whole one.
		res = t.fail(res, fmt.Errorf("write log: %w", logErr))
	case err == nil:
		res.Status = StatusOK
		t.keepTime(res.Step, time.Since(began))
	case errors.As(err, new(*timeLimit)):
		res.Reason = err.Error()
		res = t.fail(res, err)
		res.Status = StatusTimedOut
		t.keepFailure(res.Step)
	case errors.As(err, new(*proc.CancelError)): // and not ctx.Err(), which may come after the command's own end
		res.Status, res.Reason = StatusCancelled, err.Error()
		res.Err = &stepError{res.Step, t.project.Path, t.variant.Name, err}
	default:
		var exit *proc.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%s %w", filepath.Base(c.program), err)
		}
		res = t.fail(res, err)
		t.keepFailure(res.Step)
	}
	return t.diagnose(whole, res)
}

// openLog creates the log file of a step, in the tree's state directory.
func (t *tree) openLog(step Step) (*logfile.File, error) {
	dir := filepath.Join(t.dir, stateDir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("make build tree: %w", err)
	}
	log, err := logfile.Create(filepath.Join(dir, string(step)+".log"), t.LogLimit)
	if err != nil {
		return nil, fmt.Errorf("write log: %w", err)
	}
	return log, nil
}

// fail turns a result into a failed one.
func (t *tree) fail(res Result, err error) Result { return failure(res, err) }

// failure is a result that err made a failed one.
func failure(res Result, err error) Result {
	res.Status = StatusFailed
	if res.Reason == "" {
		res.Reason = err.Error()
	}
	res.Err = &stepError{res.Step, res.Project.Path, res.Variant.Name, err}
	return res
}
