package engine

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/graph"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/selection"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/shard"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// division divides the selected projects of a workspace.
type division struct {
	settings *settings.Settings
	all      []model.Project // of the workspace
	line     func(string)    // shows a line
}

// narrow returns the selected projects that are in a shard, "2/5", and the split; for a plan all projects, and
// for "" no split. The file of durations is read in any case, so that a damaged one is no surprise at the end.
func (d division) narrow(projects []model.Project, variants []model.Variant, value string, list bool) ([]model.Project, *model.Split, error) {
	durations, err := shard.Load(d.settings.Durations)
	if err != nil {
		return nil, nil, err
	}
	_, n, plan := shard.ParsePlan(d.settings.Plan)
	number, of, sharded := selection.ParseShard(value)
	switch {
	case plan && !list:
		return nil, nil, errors.New("read environment: " + settings.EnvPlan + " has list print a plan; unset it for other targets")
	case plan && sharded:
		return nil, nil, errors.New("read environment: a plan is of all shards; unset " + settings.EnvShard)
	case sharded:
		n = of
	case !plan:
		return projects, nil, nil
	}
	split, note, err := d.split(projects, variants, durations, n)
	if err != nil {
		return nil, nil, err
	}
	kept, line := projects, ""
	if sharded {
		part := split.Shards[number-1]
		kept = slices.DeleteFunc(slices.Clone(projects), func(p model.Project) bool { return !slices.Contains(part.Projects, p.Path) })
		line = fmt.Sprintf("shard       %s: %d of %s", value, len(kept), text.Count(len(projects), "project"))
		if part.Expected > 0 {
			line += ", whose steps take " + text.Duration(time.Duration(part.Expected*float64(time.Second)))
		}
	}
	for _, line := range []string{note, line} {
		if line != "" && len(kept) > 0 {
			d.line(line)
		}
	}
	return kept, &split, nil
}

// split divides projects into n shards. Their needs are those of the code and the settings: the records in build trees
// differ from machine to machine.
func (d division) split(projects []model.Project, variants []model.Variant, durations shard.Durations, n int) (model.Split, string, error) {
	g, err := graph.Find(d.all, graph.Options{Needs: d.settings.Needs, Jobs: d.settings.Jobs})
	if err != nil {
		return model.Split{}, "", err
	}
	var names []string
	for _, v := range variants {
		names = append(names, v.Name)
	}
	needs := func(path string) []string { return model.Paths(g.All(path)) }
	split, note := shard.Divide(model.Paths(projects), names, needs, durations, n)
	return split, note, nil
}

// keepDurations brings the file of durations up to date with the results of a run. Of a step that was up to
// date, the duration is that which its build tree remembers, unless the file has one.
func keepDurations(path string, results []model.Result, line func(string)) {
	durations, err := shard.Load(path) // again: another run may have replaced it
	if err == nil {
		for _, res := range results {
			took := res.Duration
			if res.Status == model.UpToDate && durations[res.Project.Path][res.Variant.Name][res.Step] == 0 {
				took = treestate.Timings(res.BuildDir)[res.Step].Took
			} else if !res.Status.Good() {
				continue
			}
			if res.Step != model.Clean && took > 0 {
				durations.Set(res.Project.Path, res.Variant.Name, res.Step, took)
			}
		}
		err = durations.Save(path)
	}
	if err != nil {
		line("warning: " + err.Error())
	}
}

// nothingToDo returns the line of a run without a project. sharded is its shard, "" for none; apart is that of chosen.
func nothingToDo(split *model.Split, sharded string, apart bool) string {
	if split != nil && len(split.Shards[0].Projects) > 0 { // which is filled first
		return "nothing to do: shard " + sharded + " is empty, the others have all projects"
	}
	if apart {
		return "nothing to do: no project is in all selections"
	}
	return "nothing to do: no project is selected, as none changed or failed"
}
