package plan

import (
	"context"
	"errors"

	"github.com/magecmake/magecmake/cmaketargets/internal/clean"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// NothingToClean is the reason of a Clean without a build tree.
var NothingToClean = clean.ErrNothing.Error()

// Removal returns the build tree for package clean.
func (t *Tree) Removal() *clean.Tree {
	set := t.Settings
	return &clean.Tree{
		Root: set.Root, BuildRoot: set.BuildRoot, Dir: t.Dir, Source: t.Project.Dir, Project: t.Project.Path,
		Home: fsutil.Getenv(set.Env, "HOME"), Keep: append([]string{set.Prefix, set.ReportDir()}, t.Keep...), Tracked: t.Git.Tracked, Show: set.Show,
	}
}

// decideClean proves that the directory is the project's build tree. The proof is made
// again before the removal, which works on the same open directories.
func (a *Action) decideClean(ctx context.Context) {
	proven, err := a.Tree.Removal().Prove(ctx)
	switch {
	case err == nil:
		proven.Close()
		a.Reason = "it is the project's build tree"
	case errors.Is(err, clean.ErrNothing):
		a.Verdict, a.Reason = UpToDate, NothingToClean
	default:
		a.fail(err)
	}
}
