package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// NotBegun is the status of a [Summary] of runs that could not start.
const NotBegun model.Status = "not-begun"

// Summary counts and measures the results of a document.
type Summary struct {
	// Status is "failed" when a step failed or ran out of time, else "cancelled", "not-begun",
	// "planned" or "ok".
	Status model.Status `json:"status"`

	OK        int `json:"ok"`
	UpToDate  int `json:"upToDate"`
	Skipped   int `json:"skipped"`
	Failed    int `json:"failed"`
	TimedOut  int `json:"timedOut"`
	Cancelled int `json:"cancelled"`
	Planned   int `json:"planned"`

	OnRetry     int `json:"onRetry"`
	Quarantined int `json:"quarantined"`

	Projects    int `json:"projects"`
	Errors      int `json:"errors"`
	Warnings    int `json:"warnings"`
	NewWarnings int `json:"newWarnings"`

	TestsPassed  int `json:"testsPassed"`
	TestsFailed  int `json:"testsFailed"`
	TestsSkipped int `json:"testsSkipped"`

	TestsOnRetry     int `json:"testsOnRetry"`
	TestsQuarantined int `json:"testsQuarantined"`

	// Wall is the time in which any of the runs went on. Busy and Idle are times of workers: the work of
	// the steps, and the rest of each run's duration times its jobs.
	Wall Duration `json:"wall"`
	Busy Duration `json:"busy"`
	Idle Duration `json:"idle"`
	// CriticalPath lists the steps, each of which came after the one before it, that took longest
	// together: those of a build tree, and before them those of a project that it needs. More workers
	// cannot make the run shorter than these.
	CriticalPath []PathStep `json:"criticalPath,omitempty"`
}

// PathStep is one step of the critical path.
type PathStep struct {
	Project  string     `json:"project"`
	Variant  string     `json:"variant,omitempty"`
	Step     model.Step `json:"step"`
	Duration Duration   `json:"duration"`
}

// Summarize sets the version and the summary of d.
func (d *Document) Summarize() {
	d.Version = Version
	s := Summary{}
	count := map[model.Status]*int{
		model.OK: &s.OK, model.UpToDate: &s.UpToDate, model.Skipped: &s.Skipped, model.Failed: &s.Failed,
		model.TimedOut: &s.TimedOut, model.Cancelled: &s.Cancelled, model.Planned: &s.Planned,
		model.OnRetry: &s.OnRetry, model.Quarantined: &s.Quarantined,
	}
	projects := map[string]bool{}
	for _, r := range d.Results {
		projects[r.Project.Path] = true
		if n := count[r.Status]; n != nil {
			*n++
		}
		s.Errors, s.Warnings, s.NewWarnings = s.Errors+r.Errors, s.Warnings+r.Warnings, s.NewWarnings+r.NewWarnings
		s.countTests(r.Tests)
	}
	s.Projects = len(projects)
	s.Status = s.status(d.Runs)
	var until time.Time
	for i, run := range d.Runs { // in the order of their beginnings
		wall, busy, idle := d.load(i)
		s.Busy, s.Idle = s.Busy+busy, s.Idle+idle
		start, end := run.Start, run.Start.Add(time.Duration(wall))
		if start.Before(until) {
			start = until
		}
		if end.After(start) {
			s.Wall, until = s.Wall+Duration(end.Sub(start)), end
		}
	}
	s.CriticalPath = criticalPath(d.Results, d.Runs)
	d.Summary = s
}

func (s *Summary) countTests(tests []Test) {
	for _, t := range tests {
		switch {
		case t.Status == cmake.TestPassed:
			s.TestsPassed++
		case t.Status == TestOnRetry:
			s.TestsOnRetry++
		case t.Status == TestQuarantined:
			s.TestsQuarantined++
		case t.Bad():
			s.TestsFailed++
		default:
			s.TestsSkipped++
		}
	}
}

func (s *Summary) status(runs []Run) model.Status {
	switch {
	case s.Failed+s.TimedOut > 0:
		return model.Failed
	case s.Cancelled > 0:
		return model.Cancelled
	case slices.ContainsFunc(runs, func(r Run) bool { return r.Error != "" }):
		return NotBegun
	case s.Planned > 0:
		return model.Planned
	}
	return model.OK
}

// load returns the duration of a run and the time of its workers. A run that has not ended is
// counted up to the end of its last step.
func (d *Document) load(run int) (wall, busy, idle Duration) {
	start, end := d.Runs[run].Start, d.Runs[run].End
	for _, r := range d.Results {
		if r.Run != run || r.Start.IsZero() {
			continue
		}
		busy += r.Duration * Duration(max(1, r.Jobs))
		if d.Runs[run].End.IsZero() && r.end().After(end) {
			end = r.end()
		}
	}
	if end.After(start) {
		wall = Duration(end.Sub(start))
	}
	return wall, busy, max(0, wall*Duration(d.Runs[run].Jobs)-busy)
}

// criticalPath returns the chain of steps that took longest together. A step comes after the one before it
// in its build tree, and a configure or build step after the install steps of the projects that its own
// needs. Otherwise build trees wait only for a worker.
func criticalPath(results []Result, runs []Run) []PathStep {
	begun := slices.DeleteFunc(slices.Clone(results), func(r Result) bool {
		return r.Start.IsZero() || r.Status == model.UpToDate || r.Status == model.Skipped
	})
	text.SortStable(begun, func(a, b Result) int { return a.Start.Compare(b.Start) })
	needs := make([]map[string][]string, len(runs)) // paths by path
	for i, run := range runs {
		needs[i] = map[string][]string{}
		for _, e := range run.Needs {
			needs[i][e.From] = append(needs[i][e.From], e.To)
		}
	}
	last := map[string]int{} // the last step of a build tree, and its install step
	installed := func(r Result, path string) string { return fmt.Sprint("install ", r.Run, path, "\x00", r.Variant.Name) }
	before, length := make([]int, len(begun)), make([]Duration, len(begun))
	longest := -1
	for i, r := range begun {
		earlier := []string{fmt.Sprint(r.Run, r.buildTree())}
		if (r.Step == model.Configure || r.Step == model.Build) && r.Run < len(needs) {
			for _, path := range needs[r.Run][r.Project.Path] {
				earlier = append(earlier, installed(r, path))
			}
		}
		before[i] = -1
		for _, key := range earlier {
			if j, ok := last[key]; ok && (before[i] < 0 || length[j] > length[before[i]]) {
				before[i] = j
			}
		}
		if length[i] = r.Duration; before[i] >= 0 {
			length[i] += length[before[i]]
		}
		if last[earlier[0]] = i; r.Step == model.Install {
			last[installed(r, r.Project.Path)] = i
		}
		if longest < 0 || length[i] > length[longest] {
			longest = i
		}
	}
	var path []PathStep
	for i := longest; i >= 0; i = before[i] {
		path = append(path, begun[i].pathStep())
	}
	slices.Reverse(path)
	return path
}

func (r Result) pathStep() PathStep {
	return PathStep{r.Project.Path, r.Variant.Name, r.Step, r.Duration}
}

// title returns the outcome in a few words.
func (d Document) title() string {
	switch s := d.Summary; {
	case s.Status == model.Failed:
		return text.Count(s.Failed+s.TimedOut, "step") + " failed"
	case s.Status == model.Cancelled:
		return "cancelled"
	case s.Status == NotBegun && len(d.Results) > 0:
		return "incomplete"
	case s.Status == NotBegun:
		return "could not start"
	case s.Status == model.Planned:
		return "dry run: " + text.Count(s.Planned, "step") + " to do"
	case s.Quarantined > 0:
		return "all steps succeeded but for " + text.Count(s.Quarantined, "step") + " in quarantine"
	case s.OnRetry > 0:
		return "all steps succeeded, " + strconv.Itoa(s.OnRetry) + " on retry"
	case s.OK == 0:
		return "nothing to do"
	default:
		return "all steps succeeded"
	}
}

// counts returns the summary in words: "3 steps of 2 projects: 1 failed, 2 done in 1.20 s".
func (d Document) counts() string {
	s := d.Summary
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{
		{s.Failed, "failed"},
		{s.TimedOut, "timed out"},
		{s.Cancelled, "cancelled"},
		{s.Quarantined, "quarantined"},
		{s.OK, "done"},
		{s.OnRetry, "done on retry"},
		{s.UpToDate, "up to date"},
		{s.Skipped, "skipped"},
		{s.Planned, "to do"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.word))
		}
	}
	if n := s.TestsPassed + s.TestsOnRetry + s.TestsFailed + s.TestsQuarantined; n > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s passed", s.TestsPassed+s.TestsOnRetry, text.Count(n, "test")))
	}
	if s.TestsOnRetry > 0 {
		parts = append(parts, fmt.Sprintf("%d of them on retry", s.TestsOnRetry))
	}
	if s.TestsQuarantined > 0 {
		parts = append(parts, text.Count(s.TestsQuarantined, "failed test")+" in quarantine")
	}
	if s.Warnings > 0 {
		warnings := text.Count(s.Warnings, "warning")
		if s.NewWarnings != s.Warnings {
			warnings += fmt.Sprintf(" (%d new)", s.NewWarnings)
		}
		parts = append(parts, warnings)
	}
	if len(d.Results) == 0 {
		return "0 steps in " + s.Wall.String()
	}
	steps := text.Count(len(d.Results), "step") + " of " + text.Count(s.Projects, "project")
	return steps + ": " + strings.Join(parts, ", ") + " in " + s.Wall.String()
}
