package cmaketargets

import (
	"encoding/json"
	"io"

	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// WriteJSON writes everything, in the form that
// cmaketargets/internal/report/schema.json describes.
func (r Report) WriteJSON(w io.Writer) error { return report.JSON(w, r.document()) }

// WriteJUnit writes the XML that CI systems read: a suite per project, variant
// and step, and in it a case per test where ctest told of them (CMake 3.21 and
// later), else one for the step itself.
func (r Report) WriteJUnit(w io.Writer) error { return report.JUnit(w, r.document()) }

// WriteTrace writes a timeline for Perfetto and chrome://tracing: a lane per
// worker, a span per step, and inside it what Ninja's log and, with
// Config.Profile, CMake's own profile tell.
func (r Report) WriteTrace(w io.Writer) error { return report.Trace(w, r.document()) }

// WriteHTML writes one page for people that needs no other file.
func (r Report) WriteHTML(w io.Writer) error { return report.HTML(w, r.document()) }

// WriteCodeQuality writes errors and warnings as GitLab's code quality report.
func (r Report) WriteCodeQuality(w io.Writer) error { return report.CodeQuality(w, r.document()) }

// WriteMarkdown writes a summary in Markdown, as GitHub shows for a job.
func (r Report) WriteMarkdown(w io.Writer) error { return report.Markdown(w, r.document()) }

// MarshalJSON gives a result the form that it has in WriteJSON.
func (r Result) MarshalJSON() ([]byte, error) { return json.Marshal(r.document()) }
