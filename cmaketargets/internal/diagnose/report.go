package diagnose

import (
	"bytes"
	"context"
	"io"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Report holds the diagnostics in the output of a step.
type Report struct {
	// List has the diagnostics in the order of the output, each once however often it was printed,
	// and of each kind no more than the first few hundred. Files are as printed; see [Resolve].
	List []model.Diagnostic

	// First is the index of the error that best explains the failure of the step, or -1 when there
	// is no error. It is the first one
	//
	//   - of ctest in a test step, of CMake in a configure or install step;
	//   - in a build step, of those that a failed command printed, or the last words of that
	//     command when it printed none: errors of a command that then succeeds are no reason. Ninja
	//     reports which commands failed, also of a build inside of a build; Make does where
	//     commands do not run at once, and otherwise nearly;
	//   - else, that gives a cause and not only that something failed.
	First int

	// Errors and Warnings count all different ones, also those that are not in List; after tens of
	// thousands, the same one again counts again. Summaries are not counted, nor errors that a test
	// prints. Errors of a command that succeeded, as far as Ninja reports, count as in Succeeded.
	Errors, Warnings int

	placed int // of the errors, those with a line
}

// Succeeded returns the report of a step that succeeded, in which nothing is an error: commands
// print "Summary: error: 0", or errors that they then tolerate. One with a line of a file becomes a
// warning, any other a note.
func (r Report) Succeeded() Report {
	out := Report{First: -1, Warnings: r.Warnings + r.placed}
	for _, d := range r.List {
		out.List = append(out.List, harmless(d))
	}
	return out
}

// Collect returns a step's result with the errors and warnings of its output, resolved and with
// their hints, led by the error that best explains a failure. In a step that succeeded nothing is
// an error. When the output was cut, Collect reads the log until ctx ends; of a log that cannot be
// read it returns no diagnostics.
func Collect(ctx context.Context, res model.Result, hint func(model.Diagnostic) string) model.Result {
	var log io.Reader = bytes.NewReader(res.Output)
	if res.OutputCut {
		file, err := fsutil.Open(res.LogFile)
		if err != nil {
			return res
		}
		defer func() { _ = file.Close() }()
		log = &untilDone{ctx, file}
	}
	report, err := Read(string(res.Step), log)
	if err != nil {
		return res
	}
	if res.Err == nil {
		report = report.Succeeded()
	}
	res.Diagnostics, res.Errors, res.Warnings = nil, report.Errors, report.Warnings
	add := func(d model.Diagnostic) {
		d.Hint = hint(d)
		res.Diagnostics = append(res.Diagnostics, Resolve(d, res.Project.Dir, res.BuildDir))
	}
	if report.First >= 0 {
		add(report.List[report.First])
	}
	for i, d := range report.List {
		if i != report.First {
			add(d)
		}
	}
	return res
}

// untilDone reads until its context ends.
type untilDone struct {
	ctx  context.Context
	from io.Reader
}

// Read implements io.Reader.
func (u *untilDone) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Cause(u.ctx)
	}
	return u.from.Read(p)
}
