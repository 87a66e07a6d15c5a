package report

import (
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Excerpt returns up to three lines to show with a diagnostic: those around it in the source, when
// that lies in the run's base, else lines of its part of the log, the last of a command and the
// first of all others.
func Excerpt(r model.Result, d model.Diagnostic) (lines []SourceLine, fromSource bool) {
	if d.Line > 0 && r.Run != nil {
		if lines = excerpt(r.Run.Base(), d.File, d.Line-1, d.Line+1); lines != nil {
			return lines, true
		}
	}
	first, last := d.LogFirst, d.LogLast
	switch {
	case d.Summary:
		first = max(first, last-2) // The end of the command's output.
	case d.Test != "":
		first = min(first+1, last) // After the line with the result.
	}
	return excerpt(filepath.Dir(r.LogFile), r.LogFile, first, min(last, first+2)), false
}

func excerpt(dir, file string, first, last int) []SourceLine {
	var lines []SourceLine
	for _, line := range diagnose.Excerpt(dir, file, first, last) {
		lines = append(lines, SourceLine(line))
	}
	return lines
}
