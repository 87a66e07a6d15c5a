package plan

import (
	"context"
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Chain returns the decided actions of steps in a build tree, in order. steps is a
// result of model.Chain.
func Chain(ctx context.Context, t *Tree, steps []model.Step, v *View) []*Action {
	var actions []*Action
	latest := map[model.Step]*Action{}
	for _, step := range steps {
		a := &Action{Tree: t, Step: step}
		if need := latest[step.Needs()]; need != nil {
			a.After = append(a.After, need)
		}
		if step == model.Clean {
			a.After = slices.Clone(actions)
		} else if clean := latest[model.Clean]; clean != nil {
			a.After = append(a.After, clean)
		}
		a.Decide(ctx, v)
		actions = append(actions, a)
		if latest[step] = a; step == model.Clean {
			latest = map[model.Step]*Action{step: a}
		}
	}
	return actions
}
