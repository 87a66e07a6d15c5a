package report

import (
	"cmp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

const (
	maxExcerpts   = 20               // diagnostics of a result that get a Source
	maxTestOutput = 64 << 10         // bytes of the output of one test
	minSpan       = time.Millisecond // of a command of the CMake language
)

// New returns the document of results and their runs, and of further runs that have no results. It
// reads files that tools left in the build trees: results of tests, Ninja's log, CMake's profile,
// and the sources that diagnostics name.
func New(results []model.Result, further ...*model.Run) Document {
	runs := slices.Clone(further)
	for _, r := range results {
		if !slices.Contains(runs, r.Run) {
			runs = append(runs, r.Run)
		}
	}
	text.SortStable(runs, func(a, b *model.Run) int { return startOf(a).Compare(startOf(b)) })
	var d Document
	for _, run := range runs {
		d.Runs = append(d.Runs, newRun(run))
	}
	for _, r := range results {
		out := NewResult(r)
		out.Run = slices.Index(runs, r.Run)
		d.Results = append(d.Results, out)
	}
	d.Summarize()
	return d
}

func startOf(r *model.Run) time.Time {
	if r == nil {
		return time.Time{}
	}
	return r.Start
}

// newRun returns a run. A nil run is that of results that no run made.
func newRun(r *model.Run) Run {
	host := Host{OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU()}
	if r == nil {
		return Run{Steps: []model.Step{}, Host: host}
	}
	out := Run{
		Root: r.Root, Repository: r.Repository, Start: r.Start, Steps: slices.Concat([]model.Step{}, r.Steps), Jobs: r.Jobs,
		Host: host, CMake: Tool{r.CMake, r.Version}, CTest: r.CTest, Ninja: r.Ninja, Launched: r.Launched(),
		Selected: r.Selected, Variants: r.Variants, Split: r.Split,
	}
	for _, e := range r.Needs() {
		e.Need.File, _ = named(r, e.Need.File)
		e.Answer.File, _ = named(r, e.Answer.File)
		out.Needs = append(out.Needs, e)
	}
	end, err := r.Finished()
	out.End = end
	if err != nil {
		out.Error = err.Error()
	}
	return out
}

// NewResult returns a result with all but the index of its run. It reads the same files as New.
func NewResult(r model.Result) Result {
	out := Result{
		Result: r, Command: text.Quote(r.Command), Duration: Duration(r.Duration),
		Diagnostics: newDiagnostics(r), Tests: newTests(r), Spans: newSpans(r),
	}
	if r.Err != nil {
		out.Error, out.Output, out.OutputCut = r.Err.Error(), string(r.Output), r.OutputCut
	}
	return out
}

func newDiagnostics(r model.Result) []Diagnostic {
	var list []Diagnostic
	for i, d := range r.Diagnostics {
		out := Diagnostic{Diagnostic: d, Stack: newFrames(r.Run, d.Stack), Notes: newFrames(r.Run, d.Notes)}
		out.File, out.Inside = named(r.Run, d.File)
		if d.Key != "" {
			out.Same = diagnose.Hash(d.Key)
		}
		if i < maxExcerpts && r.Run != nil {
			lines, fromSource := diagnose.Context(r, d, r.Run.Base(), 1)
			for !fromSource && len(lines) > 1 && strings.TrimSpace(lines[len(lines)-1].Text) == "" {
				lines = lines[:len(lines)-1]
			}
			out.FromLog = len(lines) > 0 && !fromSource
			for _, line := range lines {
				out.Source = append(out.Source, SourceLine(line))
			}
		}
		list = append(list, out)
	}
	return list
}

func newFrames(run *model.Run, frames []model.Frame) []Frame {
	var list []Frame
	for _, f := range frames {
		out := Frame{Frame: f}
		out.File, out.Inside = named(run, f.File)
		list = append(list, out)
	}
	return list
}

// named returns a file relative to the run's base, with slashes, when it lies in it, else the file
// as it is.
func named(run *model.Run, file string) (path string, inside bool) {
	if run != nil {
		if rel, ok := relative(file, run.Base()); ok {
			return rel, true
		}
	}
	return file, false
}

// newTests returns the tests that ctest ran in this step. ctest before 4.0 has the reason of a
// failure only in its output, so it is taken from the diagnostics.
func newTests(r model.Result) []Test {
	if r.Step != model.Test || len(r.Args) == 0 {
		return nil
	}
	var tests []cmake.TestResult
	if file := cmake.JUnitOf(r.Args); file != "" {
		tests, _ = cmake.ReadTests(file)
	}
	reasons := map[string]string{}
	for _, d := range r.Diagnostics {
		if d.Origin == "ctest" {
			reasons[d.Test] = d.Code
		}
	}
	var list []Test
	for _, t := range tests {
		out := Test{
			Name: t.Name, Status: t.Outcome, Duration: Duration(t.Duration),
			Message: cmp.Or(t.Message, reasons[t.Name]),
		}
		if out.Bad() {
			out.Output = lastOf(t.Output)
		}
		list = append(list, out)
	}
	for _, a := range r.Attempts {
		addAttempt(list, a)
	}
	for i := range list {
		if t := &list[i]; slices.Contains(r.TestsOnRetry, t.Name) && t.Bad() {
			t.Status, t.Failures = TestOnRetry, append([]TestFailure{{t.Message, t.Output}}, t.Failures...)
			t.Message, t.Output = "", ""
		} else if why := r.QuarantinedTests[t.Name]; why != "" && t.Bad() {
			t.Status, t.Quarantine = TestQuarantined, why
		}
	}
	return list
}

// addAttempt adds the failures of a further attempt to the tests that failed before.
func addAttempt(tests []Test, a model.Attempt) {
	if a.JUnit == "" {
		return
	}
	again, _ := cmake.ReadTests(a.JUnit)
	for _, t := range again {
		i := slices.IndexFunc(tests, func(known Test) bool { return known.Name == t.Name && known.Bad() })
		if i >= 0 && (t.Outcome == cmake.TestFailed || t.Outcome == cmake.TestNotRun) {
			tests[i].Failures = append(tests[i].Failures, TestFailure{t.Message, lastOf(t.Output)})
		}
	}
}

// lastOf returns the end of the output of a test.
func lastOf(output string) string { return output[max(0, len(output)-maxTestOutput):] }

// newSpans returns the commands of a build from Ninja's log, or those of a configure step from
// CMake's profile.
func newSpans(r model.Result) []Span {
	var list []Span
	switch {
	case len(r.Args) == 0:
	case r.Step == model.Build:
		for _, e := range cmake.Edges(r.BuildDir, r.NinjaLog) {
			name := strings.Join(e.Outputs, " ")
			if rel, ok := relative(name, r.BuildDir); ok && len(e.Outputs) == 1 {
				name = rel
			}
			list = append(list, Span{Kind: SpanEdge, Name: name, At: Duration(e.Start), Duration: Duration(e.End - e.Start)})
		}
	case r.Profile != "":
		spans, _ := cmake.ReadProfile(r.Profile, minSpan)
		for _, s := range spans {
			name := s.Name
			if s.Args != "" {
				name += "(" + s.Args + ")"
			}
			list = append(list, Span{Kind: SpanProfile, Name: name, Where: s.Location, At: Duration(s.Start), Duration: Duration(s.Duration)})
		}
	}
	return list
}
