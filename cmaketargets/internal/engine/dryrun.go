package engine

import (
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
)

// dryRun plans every step of the chain in every build tree, shows the actions, and
// returns their results. The jobs of a command are those that it gets when all build
// trees are built at once.
func (r *run) dryRun() []model.Result {
	var results []model.Result
	trees := len(r.chosen.order.projects) * len(r.chosen.variants)
	share := func(a *plan.Action) int { return (r.session.settings.Jobs + plan.RemoteOf(a).Jobs + trees - 1) / trees }
	installs := map[treeKey]*plan.Action{} // the last ones
	for _, p := range r.chosen.order.projects {
		var before []*plan.Tree
		for _, v := range r.chosen.variants {
			tree := r.tree(p, v)
			before = append(before, tree)
			after := func(l plan.Link) (providers []plan.Provider) {
				for _, e := range r.chosen.order.before(l) {
					if a := installs[treeKey{e.To, v.Name}]; a != nil {
						providers = append(providers, plan.Provider{Action: a, Edge: e})
					}
				}
				return providers
			}
			for _, a := range plan.Chain(r.ctx, r.chosen.order.links(tree, r.chain), after, r.view) {
				if a.Step == model.Install {
					installs[treeKey{p.Path, v.Name}] = a
				}
				if slices.ContainsFunc(before[:len(before)-1], func(t *plan.Tree) bool { return plan.Shared(a.Step, t, tree) }) {
					continue
				}
				res := r.planned(a, share(a))
				results = append(results, res)
				r.console.Planned(res)
			}
		}
	}
	return results
}

// planned returns the result of an action with its command.
func (r *run) planned(a *plan.Action, share int) model.Result {
	res := a.Result()
	if res.Run = r.info; res.Status != model.Planned || a.Step == model.Clean {
		return res
	}
	if a.Joins(r.ctx) {
		share = 0
	}
	command, err := a.Command(share)
	if err != nil {
		return res.Fail(err)
	}
	res.Args = append([]string{command.Path}, command.Args...)
	res.Command, res.FillIn = command.Paste, command.FillIn
	return res
}
