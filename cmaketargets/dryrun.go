package cmaketargets

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/record"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// dryRun says what the chain of steps would do, and starts nothing.
func (r *run) dryRun(chain []Step) Report {
	var report Report
	for _, p := range r.projects {
		for _, v := range r.selected {
			t := r.tree(p, v)
			cleaned, failed := false, false
			for _, step := range chain {
				res := r.blank(t, step)
				if failed {
					res.Status, res.Reason = StatusSkipped, "the step before it would fail"
				} else {
					res = t.foresee(r, res, cleaned)
				}
				cleaned = cleaned || step == StepClean && res.Status == StatusPlanned
				failed = failed || res.Status == StatusFailed
				report = append(report, res)
				r.showPlan(res)
			}
		}
	}
	return report
}

// foresee is what a step would do in the tree as it is now, or as it will be
// once it is cleaned. The jobs of a build are those it gets when all projects
// build at once.
func (t *tree) foresee(r *run, res Result, cleaned bool) Result {
	trees := len(r.projects) * len(r.selected)
	share := (r.limit + trees - 1) / trees
	res.Status = StatusPlanned
	program, args, err := t.tools.cmake.Path, []string(nil), error(nil)
	switch res.Step {
	case StepClean:
		return t.foreseeClean(r, res)
	case StepConfigure:
		var d record.Decision
		d, args, err = t.foreseeConfigure(r.view, cleaned)
		res.Reason = d.Reason
		if err == nil && d.Action == record.Nothing {
			res.Status = StatusUpToDate
			return res
		}
	case StepBuild:
		cut := t.cutShort()
		if res.Reason == "" {
			res.Reason = cut
		}
		args, err = t.buildArgs(share, cut != "" && t.believesTimes())
	case StepTest:
		program = t.tools.ctest
		args, _, err = t.testArgs(share)
		if known(t.dir, cleaned) && !cmake.HasTests(t.dir) {
			res.Status, res.Reason = StatusSkipped, "no tests"
		}
	default:
		args = t.installArgs()
		if known(t.dir, cleaned) && !cmake.HasInstall(t.dir) {
			res.Status, res.Reason = StatusSkipped, "no install rules"
		}
	}
	if err != nil {
		return t.fail(res, err)
	}
	if res.Status == StatusPlanned {
		res.Args = append([]string{program}, args...)
		if res.Step == StepConfigure {
			res.paste = t.pasted(args)
		}
	}
	return res
}

// known says whether what was generated in a tree tells what will be there.
func known(dir string, cleaned bool) bool {
	rec := record.Load(dir)
	return !cleaned && rec != nil && rec.State == record.Done
}

func (t *tree) foreseeConfigure(v *view, cleaned bool) (record.Decision, []string, error) {
	rec := record.Load(t.dir)
	in, err := t.intent(v, rec)
	if err != nil {
		return record.Decision{}, nil, err
	}
	d := record.Decision{Action: record.Rerun, Reason: "cleaned before"}
	if !cleaned {
		d = t.decide(rec, in, v)
	}
	args, err := t.configureArgs(in, d)
	return d, args, err
}

func (t *tree) foreseeClean(r *run, res Result) Result {
	s, err := t.openProven(r.ctx, r.git)
	s.close()
	switch {
	case r.ctx.Err() != nil:
		return stopped(r.ctx, res)
	case err == nil:
		res.Reason = "it is the project's build tree"
	case errors.Is(err, fs.ErrNotExist):
		res.Status, res.Reason = StatusUpToDate, nothingToClean
	default:
		return t.fail(res, err)
	}
	return res
}

// showPlan prints what would be done.
func (r *run) showPlan(res Result) {
	b := ui.Block{Step: string(res.Step), Name: res.name(), Verdict: "would run", Note: res.Reason}
	switch {
	case res.Status == StatusPlanned && res.Step == StepClean:
		b.Verdict = "would go"
		b.Output = []byte("remove " + r.show(res.BuildDir))
	case res.Status == StatusPlanned:
		args, hidden := pasted(res)
		b.Output = []byte(text.Quote(args))
		if len(hidden) > 0 {
			b.Output = append(b.Output, "\nfill in "+strings.Join(hidden, ", ")...)
		}
	case res.Status == StatusFailed:
		b.Verdict, b.Note = "would fail", causeOf(res.Err).Error()
	default:
		b.Verdict = string(res.Status)
		if res.Status == StatusUpToDate && res.Step == StepConfigure {
			b.Note = ""
		}
	}
	r.screen.Block(b)
}
