package engine

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/schedule"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/toolchain"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// expect sets how long the tasks of new jobs will take, as the last ones did: the median of the same
// step elsewhere where that is unknown.
func expect(jobs []*job) {
	timings := map[string]map[model.Step]treestate.Timing{}
	known := map[model.Step][]time.Duration{}
	for _, j := range jobs {
		dir := j.action.Tree.Dir
		if j.action.Step == model.Clean || j.decided && j.action.Verdict == plan.UpToDate {
			continue
		}
		if timings[dir] == nil {
			timings[dir] = treestate.Timings(dir)
		}
		if took := timings[dir][j.action.Tree.Record(j.action.Step)].Took; took > 0 {
			j.task.Expected = took
			known[j.action.Step] = append(known[j.action.Step], took)
		}
	}
	for _, list := range known {
		sort.Slice(list, func(i, k int) bool { return list[i] < list[k] })
	}
	for _, j := range jobs {
		list := known[j.action.Step]
		if j.task.Expected == 0 && len(list) > 0 && !(j.decided && j.action.Verdict == plan.UpToDate) {
			j.task.Expected = list[len(list)/2]
		}
	}
}

// buildsAfter returns the builds among jobs, by the configure step before.
func buildsAfter(jobs []*job) map[*job][]*job {
	builds := map[*job][]*job{}
	for _, j := range jobs {
		if j.action.Step == model.Build && len(j.needs) > 0 {
			builds[j.needs[0]] = append(builds[j.needs[0]], j)
		}
	}
	return builds
}

// widen gives a build whose build tree is configured the jobs that it has beside those of this machine.
func widen(j *job) {
	r := j.run
	if r.session.settings.RemoteJobs == 0 || j.action.Step != model.Build {
		return
	}
	remote := plan.RemoteJobs(j.action.Tree)
	j.task.Widen(remote.Jobs, remote.Local)
	if remote.Why != "" {
		r.session.noRemote.Do(func() {
			r.session.screen.Line(fmt.Sprintf("note        %s, and maybe others, has no remote jobs: %s", j.action.Blank().Title(), remote.Why))
		})
	}
}

// checkRemote returns an error for a launcher that compiles on this machine alone.
func checkRemote(set *settings.Settings, l *toolchain.Launcher) error {
	prefixed := func(v model.Variant) bool { return fsutil.Getenv(set.VariantEnv(v), toolchain.Prefix) != "" }
	if !l.Local || slices.ContainsFunc(set.Variants, prefixed) {
		return nil
	}
	return fmt.Errorf("read Config.RemoteJobs: %s compiles on this machine; set its prefix_command (%s) to distcc or icecc, or RemoteJobs to 0", l.Name, toolchain.Prefix)
}

// decideBuild decides a build whose configure step has nothing to do, or else estimates its work.
func decideBuild(j *job) {
	if len(j.providers) == 0 {
		j.action.DecideNow(j.run.ctx, j.run.view)
		if j.decided = j.action.Verdict == plan.UpToDate; j.decided {
			j.task.Brief = true
			return
		}
	}
	j.task.SetWork(j.work())
}

// weigh sets the work of the build that follows a configure step, unless that has nothing to do.
func (j *job) weigh() {
	scheduler := j.run.session.process.scheduler
	for _, t := range scheduler.Followers(j.task) {
		if next, ok := t.Value.(*job); ok && next.run == j.run && !next.weighed && !next.decided {
			scheduler.Weigh(t, next.work())
			widen(next)
		}
	}
}

// work estimates the work of a build, where there are others. That of any other step is not known.
func (j *job) work() (work schedule.Work) {
	r := j.run
	j.weighed = true
	if r.session.settings.Jobs == 1 || len(r.chosen.projects)*len(r.chosen.variants) == 1 {
		return work
	}
	commands, mean := j.action.Work(r.ctx)
	work = schedule.Work{
		Alone: time.Duration(commands.Number) * mean, Least: time.Duration(commands.Chain) * mean, Ready: commands.Ready,
		Rigid: !j.action.Joins(r.ctx),
	}
	if jobs := r.session.settings.Jobs; work.Rigid && jobs >= 4 && commands.Number > 4*jobs && r.session.settings.Runner == nil {
		r.session.process.oldNinja.Do(func() {
			r.session.screen.Line("note        a build keeps its first -j with this Ninja; since 1.13, Ninja shares the CPUs with other builds as they end")
		})
	}
	return work
}

// unknownWeight is the memory that a job of a build is expected to need that never ran: most files
// of C++ need less. A guess that is too low is corrected by the end of the first build.
const unknownWeight = 768 << 20 // bytes

// fits implements schedule.Task.Fits. The scheduler calls it under its lock.
func (j *job) fits(jobs int, promised int64) (fit int, weight int64) {
	tree := j.action.Tree
	if j.weight == 0 {
		j.weight = treestate.Timings(tree.Dir)[tree.Record(j.action.Step)].Peak
		if j.weight == 0 && j.action.Step == model.Build {
			j.weight = unknownWeight
		}
	}
	process := j.run.session.process
	process.limit.Store(&tree.Settings.Limit)
	fit = process.memory.Room(tree.Settings.Limit, jobs, j.weight, promised)
	j.short = j.short || fit < jobs
	return fit, j.weight
}
