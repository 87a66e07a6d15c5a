package cmaketargets

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Severity says how bad a Diagnostic is.
type Severity string

// The severities of a Diagnostic.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityNote    Severity = "note"
)

// Diagnostic is an error or a warning that a tool printed.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	// File, Line and Column say where. File is absolute where the tool named a
	// file that is there, else as it was printed, or empty; Line and Column
	// count from 1, and are 0 when unknown. People are shown a File relative to
	// the directory that mage runs in, as editors and terminals link it, where
	// it lies in that, else to the top of the repository; reports, which are
	// read elsewhere, have it relative to the top of the repository.
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	// Message is the text; it may have several lines.
	Message string `json:"message"`
	// Code is the tool's name for the kind: "-Wunused-variable", "C2065",
	// "heap-buffer-overflow", "Timeout" of a test, "dev" or "deprecation" of a
	// warning of CMake.
	Code string `json:"code,omitempty"`
	// Origin is who said so: "cmake", "gcc", "clang", "msvc", "ld", "ninja",
	// "make", "ctest", "asan", "ubsan", "tsan", "lsan", "msan", "test" for what
	// a test library prints, or the name of another tool.
	Origin string `json:"origin,omitempty"`
	// Missing is what has to be installed, as the tool called it, and Hint what
	// to do, often a command that installs it; either can be empty.
	Missing string `json:"missing,omitempty"`
	Hint    string `json:"hint,omitempty"`
	// Test is the name of the test that failed, for "ctest", or that printed
	// this.
	Test string `json:"test,omitempty"`
	// Stack is how one got there, the nearest first: CMake's calls, the files
	// that include this one, the frames of a sanitizer.
	Stack []Frame `json:"stack,omitempty"`
	// Notes are what the tool added: a compiler's notes, the other place of a
	// symbol that is defined twice.
	Notes []Frame `json:"notes,omitempty"`
	// LogFirst and LogLast are the lines of the log file that the report
	// takes, counted from 1, with what it quotes; for a test with all that the
	// test printed.
	LogFirst int `json:"logFirst,omitempty"`
	LogLast  int `json:"logLast,omitempty"`
	// Summary means that the report only says that some command failed, as
	// Make's "Error 1" does, and not why.
	Summary bool `json:"summary,omitempty"`
	// New means a warning that the step had not printed in this build tree
	// before, since Clean. One that went away is forgotten when that is known:
	// after a step that succeeded, in a build when Ninja compiled its file again.
	New bool `json:"new,omitempty"`

	key string // see Diagnostic.sameAs
}

// Frame is a place, and what is said about it.
type Frame struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Text   string `json:"text,omitempty"`
}

// sameAs is equal for the reports of one failure in several projects: a
// package that they all miss, a mistake in a file that they all include.
func (d Diagnostic) sameAs() string { return d.key }

// excerpt returns lines to show with a diagnostic: those around its own in the
// source, where that lies below base, else those of the report in the log, the
// last of a command and the first of all others.
func (r Result) excerpt(d Diagnostic, base string, around int) (lines []diagnose.Line, fromSource bool) {
	if d.Line > 0 {
		if lines = diagnose.Excerpt(base, d.File, d.Line-around, d.Line+around); lines != nil {
			return lines, true
		}
	}
	first, last := d.LogFirst, d.LogLast
	switch {
	case d.Summary:
		first = max(first, last-2*around) // What the command said last.
	case d.Test != "":
		first = min(first+1, last) // Behind the line with the result.
	}
	return diagnose.Excerpt(filepath.Dir(r.LogFile), r.LogFile, first, min(last, first+2*around)), false
}

// diagnose reads the errors and warnings out of a step's output into the
// result, the error that a person wants to see first before all others. In a
// step that succeeded nothing is an error. Of what was cut it reads the log,
// until the run ends; a log that cannot be read has none.
func (t *tree) diagnose(ctx context.Context, res Result) Result {
	var log io.Reader = bytes.NewReader(res.output)
	if res.cut {
		file, err := fsutil.Open(res.LogFile)
		if err != nil {
			return res
		}
		defer func() { _ = file.Close() }()
		log = &untilDone{ctx, file}
	}
	report, err := diagnose.Read(string(res.Step), log)
	if err != nil {
		return res
	}
	if res.Err == nil {
		report = report.Succeeded()
	}
	res.Diagnostics, res.Errors, res.Warnings = nil, report.Errors, report.Warnings
	if report.First >= 0 {
		res.Diagnostics = append(res.Diagnostics, t.diagnostic(report.List[report.First]))
	}
	for i, d := range report.List {
		if i != report.First {
			res.Diagnostics = append(res.Diagnostics, t.diagnostic(d))
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

// diagnostic turns what was read into what we show.
func (t *tree) diagnostic(d diagnose.Diagnostic) Diagnostic {
	d.File = t.locate(d.Origin, d.File)
	return Diagnostic{
		Severity: Severity(d.Severity), File: d.File, Line: d.Line, Column: d.Column,
		Message: d.Message, Code: d.Code, Origin: d.Origin, Missing: d.Missing, Hint: t.hint(d), Test: d.Test,
		Stack: t.frames(d.Origin, d.Stack), Notes: t.frames(d.Origin, d.Notes),
		LogFirst: d.FirstLine, LogLast: d.LastLine, Summary: d.Summary,
		key: diagnose.Key(d, t.project.Dir, t.dir),
	}
}

func (t *tree) frames(origin string, list []diagnose.Frame) []Frame {
	var frames []Frame
	for _, f := range list {
		frames = append(frames, Frame{t.locate(origin, f.File), f.Line, f.Column, f.Text})
	}
	return frames
}

// locate finds the file that a tool named: CMake speaks relative to the source
// directory, compilers relative to the build tree they run in, and tests
// relative to either.
func (t *tree) locate(origin, file string) string {
	if file == "" {
		return ""
	}
	if filepath.IsAbs(file) {
		return tidy(file)
	}
	bases := []string{t.dir}
	switch origin {
	case "cmake":
		bases[0] = t.project.Dir
	case "ctest", "test", "assert", "python":
		bases = append(bases, t.project.Dir)
	}
	for _, base := range bases {
		if path := base + string(filepath.Separator) + file; exists(path) {
			return tidy(path)
		}
	}
	return file
}

// tidy is the path of a file without "." and "..". Behind a symbolic link ".."
// leads elsewhere than the path says; then all links are resolved.
func tidy(path string) string {
	clean := filepath.Clean(path)
	if clean == path {
		return path
	}
	file, err := os.Stat(path)
	if err != nil {
		return path
	}
	if same, err := os.Stat(clean); err == nil && os.SameFile(file, same) {
		return clean
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
