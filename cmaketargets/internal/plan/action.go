// Package plan decides what each step will do in each build tree, and why. It reads
// files, and asks git about a build tree that is to be removed; it changes nothing.
//
// A run executes the actions that it returns, a dry run prints them, and List shows them. An action
// that depends on the outcome of an action before it has the verdict Later, and is decided when its
// turn comes, by the same code.
package plan

import (
	"context"
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// Verdict is the decision about an action.
type Verdict int

// The verdicts.
const (
	// Later: the action depends on one before it that has not been done.
	Later    Verdict = iota
	Run              // it has something to do
	UpToDate         // there is nothing to do
	Skip             // it does not apply
	Fail             // it cannot be done
)

// Requested is the reason of a step that is done because it was asked for.
const Requested = "requested"

// Unchanged is the reason of a build or an install step that has nothing to do.
const Unchanged = "up to date"

// Action is one step in one build tree.
type Action struct {
	Tree *Tree
	Step model.Step
	// After are the actions whose success this one needs, and the Clean before it; those of
	// a Clean are all before it.
	After []*Action
	// Providers are the install steps of projects that this one needs.
	Providers []Provider
	// Provide is that of the Link.
	Provide bool
	// KeepCache ignores CMAKETARGETS_FRESH, which counts once.
	KeepCache bool

	Verdict Verdict
	Reason  string // in words
	Err     error  // with Fail

	// Configure is the decision about a configure step.
	Configure Configure
	// Targets are the build targets of a build step, none for the default ones.
	Targets []string
	// CleanFirst has a build compile everything again.
	CleanFirst bool
	// Beside reports that the step has failed for another selection: the files of that failure stay.
	Beside bool
	// OneJob has a build do one thing at a time, also with -j in Settings.BuildArgs.
	OneJob bool
	// Config is the configuration of a step after the configure step, see Tree.Configuration.
	Config string

	known []model.Target // the targets of an up-to-date configure step
}

// Provider is an install step after which an action comes.
type Provider struct {
	*Action
	Edge model.Edge
}

// Configure is the decision about a configure step and its basis.
type Configure struct {
	Snapshot *inputs.Snapshot // of the last one, nil for none
	Intent   inputs.Intent
	Decision inputs.Decision
	Prefix   string   // CMAKE_INSTALL_PREFIX, "" to leave it to another
	Search   string   // CMAKE_PREFIX_PATH, "" for none beside that of the environment
	kept     bool     // the install prefix in the cache, see Tree.prefix
	launched []string // cache entries, see the function launched
	withheld []string // likewise
}

// Decide decides a before any of a.After is done. ctx bounds the questions to git.
func (a *Action) Decide(ctx context.Context, v *View) {
	cleaned, changed, built := false, false, false
	for _, earlier := range a.After {
		pending := earlier.Verdict == Run || earlier.Verdict == Later
		switch {
		case earlier.Verdict == Fail:
			a.skip("the step before it would fail")
			return
		case earlier.Verdict == Skip:
			a.skip(earlier.Reason)
			return
		case pending && a.Step == model.Clean:
			a.Verdict, a.Reason = Later, "after the steps before it"
			return
		case pending && earlier.Step == model.Clean:
			cleaned = true
		case pending && (earlier.Step == model.Configure || earlier.Verdict == Later):
			changed = true
		case pending && earlier.Step == model.Build:
			built = true
		}
	}
	after := ""
	for _, p := range a.Providers {
		switch {
		case p.Verdict == Fail && !p.Edge.Optional:
			a.skip("needs " + p.Tree.Project.Path + ", whose steps would fail")
			return
		case p.Verdict == Run || p.Verdict == Later:
			after = "after the install of " + p.Tree.Project.Path
		}
	}
	a.decide(ctx, v, cleaned, changed)
	switch {
	case a.Verdict != UpToDate:
	case after != "":
		a.Verdict, a.Reason = Later, after
	case built && (a.Reason == Unchanged || a.Reason == Passed): // the build may make other files
		a.Verdict, a.Reason = Later, Requested
	}
}

// DecideNow decides a by the present state of its build tree, when everything in
// a.After has been done.
func (a *Action) DecideNow(ctx context.Context, v *View) { a.decide(ctx, v, false, false) }

// decide sets the verdict. cleaned reports that the build tree will be removed before,
// changed that it will be configured.
func (a *Action) decide(ctx context.Context, v *View, cleaned, changed bool) {
	a.Verdict, a.Reason, a.Err, a.Targets, a.CleanFirst, a.Config = Run, Requested, nil, nil, false, ""
	if a.Step.Needs() != "" {
		var err error
		if a.Config, err = a.Tree.configuration(changed, cleaned); err != nil {
			a.fail(err)
			return
		}
	}
	switch a.Step {
	case model.Clean:
		a.decideClean(ctx)
	case model.Configure:
		a.decideConfigure(v, cleaned)
	case model.Build:
		a.decideBuild(v, cleaned || changed)
	case model.Test:
		a.decideTest(cleaned || changed)
	case model.Install:
		a.decideInstall(cleaned || changed)
	}
	a.explainJobs()
	if a.Verdict == Run && (cleaned || changed) {
		a.Verdict = Later
	}
}

func (a *Action) fail(err error)     { a.Verdict, a.Reason, a.Err = Fail, err.Error(), err }
func (a *Action) skip(reason string) { a.Verdict, a.Reason = Skip, reason }

// Result returns the result of the action as far as its verdict decides it: planned
// for an action that is to be done.
func (a *Action) Result() model.Result {
	r := a.Blank()
	r.Reason = a.Reason
	switch a.Verdict {
	case Run, Later:
		r.Status = model.Planned
	case UpToDate:
		r.Status = model.UpToDate
		if a.Step == model.Configure {
			r.LogFile, r.Targets = treestate.LogFile(a.Tree.Dir, a.Step), a.known
		}
	case Skip:
		r.Status = model.Skipped
	case Fail:
		r = r.Fail(a.Err)
	}
	return r
}

// Blank returns the result of the action before anything happened.
func (a *Action) Blank() model.Result {
	return model.Result{Project: a.Tree.Project, Variant: a.Tree.Variant, Step: a.Step, BuildDir: a.Tree.Dir}
}

// Name returns the name of the log of an action, and of its test results.
func Name(a *Action) model.Step {
	name := a.Tree.Record(a.Step)
	if a.Beside {
		name += ".other"
	}
	return name
}

// Command is the command line of an action.
type Command struct {
	Path string // of the program
	Args []string
	Dir  string // to run it in, "" for the current one
	Env  []string
	// Paste is the command for a person, with the variables that it needs, and FillIn
	// names those variables whose values it does not show.
	Paste, FillIn []string
}

// Command returns the command of an action that is to be done, with so many jobs, 0 for
// one that joins a jobserver. A Clean has none.
func (a *Action) Command(jobs int) (Command, error) {
	c := Command{Path: a.Tree.Tools.CMake, Env: a.Tree.Env}
	var err error
	extra := searchEnv(a.Tree, a.Step)
	switch a.Step {
	case model.Configure:
		c.Args, err = a.configureArgs()
		c.Env, extra = a.Tree.ConfigureEnv(), append(extra, a.Tree.exportEnv()...)
	case model.Build:
		c.Args, err = a.build(jobs).CommandLine()
		more := launcherEnv(a.Tree)
		c.Env, extra = append(slices.Clip(c.Env), more...), append(extra, more...)
	case model.Test:
		c.Path = a.Tree.Tools.CTest
		c.Args, c.Dir, err = a.testArgs(jobs)
	case model.Install:
		c.Args, err = a.installArgs()
	}
	if err != nil {
		return c, err
	}
	shown := append([]string{c.Path}, c.Args...)
	for _, name := range a.Configure.launched { // of a configure step; a person has no file for them yet
		shown = append(shown, "-D"+name+":STRING="+ours(a.Tree, name))
	}
	c.Paste, c.FillIn = paste(a.Tree.Variant, extra, shown)
	if a.Step == model.Build {
		if program, args, ok := a.Ninja(jobs); ok {
			c.Path, c.Args, c.Dir = program, args, a.Tree.Dir
		}
	}
	return c, nil
}
