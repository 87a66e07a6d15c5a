package cmaketargets

import (
	"io"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// Report has a Result per project, variant and step, ordered by project path, by
// variant as configured, and by step (clean, configure, build, test, install). Those of projects that
// were not selected, but are needed by others, are among them. That of [Workspace.Run] has several for
// a step that was done more than once: before and after a Clean, or for the selected build targets
// or component and as a whole for a project that needs it.
type Report []Result

func reportOf(results []model.Result) Report {
	if results == nil {
		return nil
	}
	r := make(Report, len(results))
	for i, m := range results {
		r[i] = resultOf(m)
	}
	return r
}

// Failed returns the results of the steps that failed or timed out.
func (r Report) Failed() Report {
	return r.where(func(res Result) bool { return model.Status(res.Status).Bad() })
}

// WithStatus returns the results with a status.
func (r Report) WithStatus(s Status) Report {
	return r.where(func(res Result) bool { return res.Status == s })
}

// ForStep returns the results of a step.
func (r Report) ForStep(s Step) Report {
	return r.where(func(res Result) bool { return res.Step == s })
}

// ForProject returns the results of the project at a path.
func (r Report) ForProject(path string) Report {
	return r.where(func(res Result) bool { return res.Project.Path == path })
}

func (r Report) where(keep func(Result) bool) Report {
	var out Report
	for _, res := range r {
		if keep(res) {
			out = append(out, res)
		}
	}
	return out
}

// WriteJSON writes everything, in the form that cmaketargets/internal/report/schema.json
// describes.
func (r Report) WriteJSON(w io.Writer) error { return report.JSON(w, r.document()) }

// WriteJUnit writes the XML that CI systems read: a suite per project, variant and step,
// with a case per test where ctest reported them (CMake 3.21 and later), else one for the
// step itself.
func (r Report) WriteJUnit(w io.Writer) error { return report.JUnit(w, r.document()) }

// WriteTrace writes a timeline for Perfetto and chrome://tracing: a lane per worker, a
// span per step, and inside it the commands in Ninja's log and, with Config.Profile, in
// CMake's profile.
func (r Report) WriteTrace(w io.Writer) error { return report.Trace(w, r.document()) }

// WriteHTML writes one page for people that needs no other file.
func (r Report) WriteHTML(w io.Writer) error { return report.HTML(w, r.document()) }

// WriteCodeQuality writes errors and warnings as GitLab's code quality report.
func (r Report) WriteCodeQuality(w io.Writer) error { return report.CodeQuality(w, r.document()) }

// WriteMarkdown writes a summary in Markdown, as GitHub shows for a job.
func (r Report) WriteMarkdown(w io.Writer) error { return report.Markdown(w, r.document()) }

// document reads the files that tools left in the build trees, too: results of tests,
// Ninja's log, CMake's profile.
func (r Report) document() report.Document {
	results := make([]model.Result, len(r))
	for i, res := range r {
		results[i] = res.model()
	}
	return report.New(results)
}
