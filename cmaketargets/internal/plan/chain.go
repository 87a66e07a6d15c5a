package plan

import (
	"context"
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Link is a step of the chain of steps in a build tree.
type Link struct {
	Step model.Step
	Tree *Tree
	// Provide marks a step that is done for projects which need this one, in a run without build
	// steps: it has nothing to do while the project is installed.
	Provide bool
}

// Links returns the chain of steps in a build tree, a result of model.Chain. provides has an install
// step, of all that the project installs, after each build step and each configure step without one,
// for projects that need this one; selected is false if it is done for them only.
func Links(t *Tree, steps []model.Step, selected, provides bool) []Link {
	all := t
	if narrowed := t.Selection; len(narrowed.Targets) > 0 || narrowed.Component != "" || !selected {
		whole := *t
		whole.Selection.Targets, whole.Selection.Component = nil, ""
		all = &whole
	}
	if !selected {
		once := slices.DeleteFunc(slices.Clone(steps), func(s model.Step) bool { return s != model.Configure && s != model.Build })
		steps, t = once[:min(2, len(once))], all
	}
	var links []Link
	add := func(step model.Step, t *Tree, provide bool) {
		for _, l := range slices.Backward(links) {
			if l.Step == model.Clean {
				break
			} else if l.Step == step && (l.Tree == t || t.Selection.Scope(step) == l.Tree.Selection.Scope(step)) {
				return
			}
		}
		links = append(links, Link{step, t, provide})
	}
	for i, step := range steps {
		add(step, t, false)
		builds := i+1 < len(steps) && steps[i+1] == model.Build
		if provides && (step == model.Build || step == model.Configure && !builds) {
			add(model.Build, all, step == model.Configure)
			add(model.Install, all, step == model.Configure)
		}
	}
	return links
}

// Chain returns the decided actions of links, in order. after, unless nil, returns the install steps
// that a step comes after.
func Chain(ctx context.Context, links []Link, after func(Link) []Provider, v *View) []*Action {
	var actions []*Action
	latest := map[model.Step]*Action{}
	for _, l := range links {
		a := &Action{Tree: l.Tree, Step: l.Step, Provide: l.Provide}
		if after != nil {
			a.Providers = after(l)
		}
		if need := latest[l.Step.Needs()]; need != nil {
			a.After = append(a.After, need)
		}
		if l.Step == model.Clean {
			a.After = slices.Clone(actions)
		} else if clean := latest[model.Clean]; clean != nil {
			a.After = append(a.After, clean)
		}
		a.Decide(ctx, v)
		actions = append(actions, a)
		if latest[l.Step] = a; l.Step == model.Clean {
			latest = map[model.Step]*Action{l.Step: a}
		}
	}
	return actions
}
