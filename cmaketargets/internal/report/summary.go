package report

import (
	"slices"
	"time"
)

// The statuses of a [Result], as the face has them.
const (
	OK        = "ok"
	UpToDate  = "up to date"
	Skipped   = "skipped"
	Failed    = "failed"
	TimedOut  = "timed out"
	Cancelled = "cancelled"
	Planned   = "planned"
)

// NotBegun is the status of a [Summary] of runs that could not start.
const NotBegun = "not begun"

// Bad says that a step failed, by itself or by its time limit.
func (r Result) Bad() bool { return r.Status == Failed || r.Status == TimedOut }

// counts says that a diagnostic is to be acted upon: all of a step that failed,
// else the warnings, and the errors that name a line.
func (r Result) counts(d Diagnostic) bool {
	return r.Bad() || d.Severity != "error" || d.File != "" && d.Line > 0
}

// End is when a step ended; zero when it was not begun.
func (r Result) End() time.Time {
	if r.Start.IsZero() {
		return time.Time{}
	}
	return r.Start.Add(time.Duration(r.Duration))
}

// Summary counts and measures.
type Summary struct {
	// Status is "failed" when a step failed or ran out of time, else
	// "cancelled", "not begun", "planned" or "ok".
	Status string `json:"status"`

	OK        int `json:"ok"`
	UpToDate  int `json:"upToDate"`
	Skipped   int `json:"skipped"`
	Failed    int `json:"failed"`
	TimedOut  int `json:"timedOut"`
	Cancelled int `json:"cancelled"`
	Planned   int `json:"planned"`

	Projects    int `json:"projects"`
	Errors      int `json:"errors"`
	Warnings    int `json:"warnings"`
	NewWarnings int `json:"newWarnings"`

	TestsPassed  int `json:"testsPassed"`
	TestsFailed  int `json:"testsFailed"`
	TestsSkipped int `json:"testsSkipped"`

	// Wall is how long the runs took. Busy and Idle are times of workers: what
	// they worked, and what of Wall times the run's jobs they did not.
	Wall Duration `json:"wall"`
	Busy Duration `json:"busy"`
	Idle Duration `json:"idle"`
	// CriticalPath are the steps of the build tree whose steps took longest,
	// one after the other: no number of workers makes the run shorter.
	CriticalPath []PathStep `json:"criticalPath,omitempty"`
}

// PathStep is one step of the critical path.
type PathStep struct {
	Project  string   `json:"project"`
	Variant  string   `json:"variant,omitempty"`
	Step     string   `json:"step"`
	Duration Duration `json:"duration"`
}

// Critical is how long the critical path takes.
func (s Summary) Critical() Duration {
	var sum Duration
	for _, p := range s.CriticalPath {
		sum += p.Duration
	}
	return sum
}

// Summarize fills in the document's version and summary.
func (d *Document) Summarize() {
	d.Version = Version
	s := Summary{}
	count := map[string]*int{
		OK: &s.OK, UpToDate: &s.UpToDate, Skipped: &s.Skipped, Failed: &s.Failed,
		TimedOut: &s.TimedOut, Cancelled: &s.Cancelled, Planned: &s.Planned,
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
	for i := range d.Runs {
		wall, busy, idle := d.load(i)
		s.Wall, s.Busy, s.Idle = s.Wall+wall, s.Busy+busy, s.Idle+idle
	}
	s.CriticalPath = criticalPath(d.Results)
	d.Summary = s
}

func (s *Summary) countTests(tests []Test) {
	for _, t := range tests {
		switch {
		case t.Status == TestPassed:
			s.TestsPassed++
		case t.Bad():
			s.TestsFailed++
		default:
			s.TestsSkipped++
		}
	}
}

func (s *Summary) status(runs []Run) string {
	stopped := slices.ContainsFunc(runs, func(r Run) bool { return r.Error != "" })
	switch {
	case s.Failed+s.TimedOut > 0:
		return Failed
	case s.Cancelled > 0:
		return Cancelled
	case stopped:
		return NotBegun
	case s.Planned > 0:
		return Planned
	}
	return OK
}

// load is what the workers of a run did in its time. A run that goes on ends
// with the last of its steps.
func (d *Document) load(run int) (wall, busy, idle Duration) {
	start, end := d.Runs[run].Start, d.Runs[run].End
	for _, r := range d.Results {
		if r.Run != run || r.Start.IsZero() {
			continue
		}
		busy += r.Duration * Duration(max(1, r.Jobs))
		if d.Runs[run].End.IsZero() && r.End().After(end) {
			end = r.End()
		}
	}
	if end.After(start) {
		wall = Duration(end.Sub(start))
	}
	return wall, busy, max(0, wall*Duration(d.Runs[run].Jobs)-busy)
}

// criticalPath finds the build tree whose steps took longest together: steps
// of a tree wait for each other, and trees for nothing but a free worker.
func criticalPath(results []Result) []PathStep {
	type tree struct {
		run              int
		project, variant string
	}
	took := map[tree]Duration{}
	var longest tree
	results = slices.DeleteFunc(slices.Clone(results), func(r Result) bool {
		return r.Start.IsZero() || r.Status == UpToDate || r.Status == Skipped
	})
	for _, r := range results {
		t := tree{r.Run, r.Project.Path, r.Variant.Name}
		took[t] += r.Duration
		if took[t] > took[longest] {
			longest = t
		}
	}
	var path []PathStep
	for _, r := range results {
		if t := (tree{r.Run, r.Project.Path, r.Variant.Name}); t == longest && took[longest] > 0 {
			path = append(path, PathStep{r.Project.Path, r.Variant.Name, r.Step, r.Duration})
		}
	}
	return path
}
