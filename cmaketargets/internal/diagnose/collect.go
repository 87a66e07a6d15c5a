package diagnose

import (
	"bytes"
	"context"
	"io"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

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
	inner := map[string][]string{}
	add := func(d model.Diagnostic) {
		d = resolve(d, res.Project.Dir, res.BuildDir, inner)
		d.Hint = hint(d)
		res.Diagnostics = append(res.Diagnostics, d)
	}
	if report.First >= 0 {
		if d, ok := logged(report.List[report.First]); ok {
			res.Errors++
			add(d)
		}
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
