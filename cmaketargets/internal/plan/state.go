package plan

import (
	"context"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// State describes a build tree in words, for List: "never configured", "to configure:
// CMakeLists.txt changed", "up to date", "build failed". targets is -1 when the number
// of targets is unknown.
func (t *Tree) State(ctx context.Context, v *View) (state string, targets int) {
	a := &Action{Tree: t, Step: model.Configure, KeepCache: true}
	a.DecideNow(ctx, v)
	targets = -1
	if s := a.Configure.Snapshot; s != nil && s.State == inputs.Done {
		targets = len(t.Targets(s))
	}
	upToDate, timings := a.Verdict == UpToDate, treestate.Timings(t.Dir)
	switch {
	case a.Verdict == Run && !a.Configure.Decision.New:
		return "to configure: " + a.Reason, targets
	case treestate.BuildKilled(t.Dir):
		return "the last build was killed", targets
	case upToDate && timings[t.Record(model.Build)].Failed:
		return "build failed", targets
	case upToDate && timings[t.Record(model.Test)].Failed:
		return "tests failed", targets
	case upToDate && timings[t.Record(model.Install)].Failed:
		return "install failed", targets
	default:
		return a.Reason, targets
	}
}
