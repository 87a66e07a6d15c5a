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
	// Need is the index of the link whose success this one needs, -1 for none: of several the one for the same
	// selection, else the last.
	Need int
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
		need := -1
		for i, l := range slices.Backward(links) {
			same := l.Tree == t || t.Selection.Scope(l.Step) == l.Tree.Selection.Scope(l.Step)
			if l.Step == model.Clean {
				break
			} else if l.Step == step && same {
				return
			} else if l.Step == step.Needs() && (need < 0 || same) {
				need = i
			}
		}
		links = append(links, Link{step, t, provide, need})
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
	clean := (*Action)(nil)
	for _, l := range links {
		a := &Action{Tree: l.Tree, Step: l.Step, Provide: l.Provide}
		if after != nil {
			a.Providers = after(l)
		}
		if l.Need >= 0 {
			a.After = append(a.After, actions[l.Need])
		}
		if l.Step == model.Clean {
			a.After, clean = slices.Clone(actions), a
		} else if clean != nil {
			a.After = append(a.After, clean)
		}
		a.Decide(ctx, v)
		actions = append(actions, a)
	}
	return actions
}
