package engine

import (
	"context"

	"github.com/sourcegraph/conc/iter"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
	"github.com/magecmake/magecmake/cmaketargets/internal/warm"
)

// restoreTimes gives files their former times, by the records of all build trees of the projects, selected or not,
// and prints their number. It reports whether any time may have been set: none once ctx
// has ended.
func restoreTimes(ctx context.Context, set *settings.Settings, screen *ui.Screen, projects []model.Project, buildDir func(model.Project, model.Variant) string) bool {
	if set.Warm == "off" {
		return false
	}
	on := set.Warm == "on" || fsutil.OnCI(set.Env)
	cold := true // the whole checkout is newer than its build trees
	var dirs []string
	for _, p := range projects {
		for _, v := range set.Variants { // those that share a build tree name others that are not there
			dir := buildDir(p, v)
			older, known := warm.Cold(p.Dir, dir)
			if cold = cold && (older || !known); known {
				dirs = append(dirs, dir)
			}
			if !on && !cold {
				return false
			}
		}
	}
	root := set.Repository
	if root == "" {
		root = set.Root
	}
	restorer := warm.NewRestorer(root)
	mapper := iter.Iterator[string]{MaxGoroutines: set.Jobs}
	mapper.ForEach(dirs, func(dir *string) {
		if ctx.Err() == nil {
			restorer.Add(*dir)
		}
	})
	if ctx.Err() != nil {
		return false // a build tree that was left out may bar a file
	}
	n := restorer.Restore()
	switch {
	case n == 1:
		screen.Line("warm        1 file has its former time: contents unchanged")
	case n > 1:
		screen.Line("warm        " + text.Count(n, "file") + " have their former times: contents unchanged")
	}
	return true
}
