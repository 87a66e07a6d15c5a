package buildtree

import (
	"context"
	"os"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/toolchain"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// yield takes back the launchers of languages that have one of their own, and the pool for links of a project with
// pools of its own, as is known only now that cmake has run. It runs c, the command of the step, again where the
// compiler is one, or the pool is not there.
func yield(ctx context.Context, s *step, c plan.Command, in *inputs.Intent, snapshot *inputs.Snapshot) {
	names, args := plan.Overruled(s.action)
	if len(names) == 0 || s.result.Status != model.OK {
		return
	}
	in.Args = slices.DeleteFunc(slices.Clone(in.Args), func(arg string) bool {
		name, _, _ := strings.Cut(strings.TrimPrefix(arg, "-D"), "=")
		return slices.Contains(names, name)
	})
	snapshot.Args = in.Args
	if len(args) > 0 {
		c.Args = append(slices.Clip(c.Args), args...)
		s.run(ctx, c)
	}
}

// launch prepares the launcher of a build, which adds to env. The function that it returns puts what the launcher
// has done into the result.
func launch(ctx context.Context, s *step, env []string) (added []string, count func()) {
	launcher := s.tree.Tools.Launcher
	if launcher == nil {
		return env, func() {}
	}
	launcher.Start(ctx, s.worker.Settings.Env)
	file := treestate.Path(s.dir(), treestate.LauncherLog)
	_ = os.Remove(file) // an old one must not pass for this build's
	return append(slices.Clip(env), launcher.StatsLog(env, file)...), func() {
		s.result.Launched = toolchain.ReadStatsLog(launcher.Name, file)
	}
}
