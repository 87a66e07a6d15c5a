package cmaketargets

import (
	"cmp"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// document is all that is known of the results, their runs, and those of the
// further runs that have none. It reads what their tools left in the build
// trees: results of tests, Ninja's log, CMake's profile.
func (r Report) document(further ...*facts) report.Document {
	runs := slices.Clone(further)
	for _, res := range r {
		if !slices.Contains(runs, res.facts) {
			runs = append(runs, res.facts)
		}
	}
	slices.SortStableFunc(runs, func(a, b *facts) int {
		if a == nil || b == nil {
			return cmp.Compare(btoi(a != nil), btoi(b != nil))
		}
		return a.start.Compare(b.start)
	})
	var doc report.Document
	for _, f := range runs {
		doc.Runs = append(doc.Runs, f.document())
	}
	for _, res := range r {
		out := res.document()
		out.Run = slices.Index(runs, res.facts)
		doc.Results = append(doc.Results, out)
	}
	doc.Summarize()
	return doc
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// document is the run as reports have it. A nil f is that of results that no
// run made.
func (f *facts) document() report.Run {
	run := report.Run{Steps: []string{}, Host: report.Host{OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU()}}
	if f == nil {
		return run
	}
	run.Root, run.Repository = f.root, f.repository
	run.Start, run.Jobs = f.start, f.jobs
	for _, step := range f.steps {
		run.Steps = append(run.Steps, string(step))
	}
	if f.tools != nil && f.tools.cmake.Path != "" {
		run.CMake = report.Tool{Path: f.tools.cmake.Path, Version: f.tools.cmake.Version.String()}
		run.CTest, run.Ninja = f.tools.ctest, f.tools.ninja
	}
	end, err := f.ending()
	run.End = end
	if err != nil {
		run.Error = err.Error()
	}
	return run
}

// document is the result as reports have it, but for its run.
func (r Result) document() report.Result {
	out := report.Result{
		Project: report.Project{Path: r.Project.Path, Dir: r.Project.Dir, Name: r.Project.Name},
		Variant: report.Variant{
			Name: r.Variant.Name, Preset: r.Variant.Preset, Generator: r.Variant.Generator, BuildType: r.Variant.BuildType,
			Toolchain: r.Variant.Toolchain, Defines: r.Variant.Defines, Args: r.Variant.Args,
		},
		Step: string(r.Step), Status: string(r.Status), Reason: r.Reason,
		BuildDir: r.BuildDir, LogFile: r.LogFile, Args: r.Args, Command: r.command(),
		Start: r.Start, Duration: report.Duration(r.Duration), Jobs: r.jobs, Detection: r.Detection,
		Errors: r.Errors, Warnings: r.Warnings, NewWarnings: r.NewWarnings,
		Diagnostics: r.documentDiagnostics(), Tests: r.documentTests(), Spans: r.documentSpans(),
	}
	if r.Err != nil {
		out.Error = r.Err.Error()
		out.Output, out.OutputCut = string(r.output), r.cut
	}
	for _, t := range r.Targets {
		out.Targets = append(out.Targets, report.Target(t))
	}
	return out
}

// maxExcerpts is for how many diagnostics of a result the source is read.
const maxExcerpts = 20

func (r Result) documentDiagnostics() []report.Diagnostic {
	var list []report.Diagnostic
	for i, d := range r.Diagnostics {
		out := report.Diagnostic{
			Severity: string(d.Severity), Line: d.Line, Column: d.Column,
			Message: d.Message, Code: d.Code, Origin: d.Origin, Missing: d.Missing, Hint: d.Hint, Test: d.Test,
			Stack: r.documentFrames(d.Stack), Notes: r.documentFrames(d.Notes),
			LogFirst: d.LogFirst, LogLast: d.LogLast, Summary: d.Summary, New: d.New,
		}
		out.File, out.Inside = r.inRepository(d.File)
		if key := d.sameAs(); key != "" {
			out.Same = digest(key)
		}
		if i < maxExcerpts && r.facts != nil {
			lines, fromSource := r.excerpt(d, r.facts.base(), 1)
			for _, line := range lines {
				out.Source = append(out.Source, report.SourceLine(line))
			}
			out.FromLog = len(lines) > 0 && !fromSource
			for n := len(out.Source); out.FromLog && n > 1 && strings.TrimSpace(out.Source[n-1].Text) == ""; n-- {
				out.Source = out.Source[:n-1]
			}
		}
		list = append(list, out)
	}
	return list
}

func (r Result) documentFrames(frames []Frame) []report.Frame {
	var list []report.Frame
	for _, f := range frames {
		out := report.Frame{Line: f.Line, Column: f.Column, Text: f.Text}
		out.File, out.Inside = r.inRepository(f.File)
		list = append(list, out)
	}
	return list
}

// inRepository is a file's path relative to the repository, with slashes, where
// it lies in it, else the file as it is.
func (r Result) inRepository(file string) (path string, inside bool) {
	if r.facts != nil {
		if rel, ok := within(file, r.facts.base()); ok {
			return filepath.ToSlash(rel), true
		}
	}
	return file, false
}

// maxTestOutput bounds what is kept of what one test printed, in bytes.
const maxTestOutput = 64 << 10

// documentTests are the tests that ctest ran in this very step. How one failed
// it tells in its output, ctest before 4.0 only there.
func (r Result) documentTests() []report.Test {
	if r.Step != StepTest || len(r.Args) == 0 {
		return nil
	}
	tests, _ := cmake.ReadTests(filepath.Join(r.BuildDir, stateDir, junitFile))
	how := map[string]string{}
	for _, d := range r.Diagnostics {
		if d.Origin == "ctest" {
			how[d.Test] = d.Code
		}
	}
	var list []report.Test
	for _, t := range tests {
		out := report.Test{Name: t.Name, Status: t.Outcome, Duration: report.Duration(t.Duration), Message: cmp.Or(t.Message, how[t.Name])}
		if out.Bad() {
			out.Output = t.Output[max(0, len(t.Output)-maxTestOutput):]
		}
		list = append(list, out)
	}
	return list
}

// documentSpans is what Ninja, and CMake where it was asked, wrote down of the
// step.
func (r Result) documentSpans() []report.Span {
	var list []report.Span
	switch {
	case len(r.Args) == 0:
	case r.Step == StepBuild:
		for _, e := range r.ninja.Edges(r.BuildDir) {
			name := strings.Join(e.Outputs, " ")
			if rel, err := filepath.Rel(r.BuildDir, name); len(e.Outputs) == 1 && err == nil && filepath.IsAbs(name) && filepath.IsLocal(rel) {
				name = filepath.ToSlash(rel)
			}
			list = append(list, report.Span{
				Kind: report.SpanEdge, Name: name, At: report.Duration(e.Start), Duration: report.Duration(e.End - e.Start),
			})
		}
	case r.profile != "":
		spans, _ := cmake.ReadProfile(r.profile, leastSpan)
		for _, s := range spans {
			name := s.Name
			if s.Args != "" {
				name += "(" + s.Args + ")"
			}
			list = append(list, report.Span{
				Kind: report.SpanProfile, Name: name, Where: s.Location, At: report.Duration(s.Start), Duration: report.Duration(s.Duration),
			})
		}
	}
	return list
}
