package report

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Version is the version of the JSON form. It grows when a reader of an older one would misread a
// newer one; added fields do not count.
const Version = 1

// Document is a report. Its JSON form is this type, field for field.
type Document struct {
	Version int      `json:"version"`
	Runs    []Run    `json:"runs"`
	Summary Summary  `json:"summary"`
	Results []Result `json:"results"`
}

// Run is one call of Run, or one target of mage.
type Run struct {
	Root       string       `json:"root"`                 // absolute
	Repository string       `json:"repository,omitempty"` // the working copy around Root, absolute
	Start      time.Time    `json:"start"`
	End        time.Time    `json:"end,omitzero"` // zero until it has ended
	Steps      []model.Step `json:"steps"`        // as requested
	Jobs       int          `json:"jobs"`         // the budget
	Host       Host         `json:"host"`
	CMake      Tool         `json:"cmake,omitzero"`
	CTest      string       `json:"ctest,omitempty"`    // path
	Ninja      string       `json:"ninja,omitempty"`    // path
	Needs      []model.Edge `json:"needs,omitempty"`    // of the projects for each other; files as in [Diagnostic]
	Selected   []string     `json:"selected,omitempty"` // paths of the projects that it is about
	Variants   []string     `json:"variants,omitempty"` // of these
	Split      *model.Split `json:"split,omitempty"`    // of which Selected is a shard
	// Launched has the counts of the compile launcher; those of sccache are for all its clients
	// meanwhile.
	Launched model.Launched `json:"launched,omitzero"`
	Error    string         `json:"error,omitempty"` // why it did not start, or ended early
}

// Host is the machine of a run.
type Host struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	CPUs int    `json:"cpus"`
}

// Tool is a program and its version.
type Tool struct {
	Path    string `json:"path"`
	Version string `json:"version"`
}

// Result is the outcome of one step of one variant of one project. Its own fields hide those of
// [model.Result] that have no JSON form.
type Result struct {
	Run int `json:"run"` // index into Document.Runs
	model.Result
	Error       string       `json:"error,omitempty"`
	Command     string       `json:"command,omitempty"` // to be pasted into a shell
	Duration    Duration     `json:"duration"`
	Diagnostics []Diagnostic `json:"diagnostics,omitempty"`
	Tests       []Test       `json:"tests,omitempty"`
	Spans       []Span       `json:"spans,omitempty"`
	Output      string       `json:"output,omitempty"` // the end of it, of a step that did not succeed
	OutputCut   bool         `json:"outputCut,omitempty"`
}

// end returns the end of a step, zero when it was not begun.
func (r Result) end() time.Time {
	if r.Start.IsZero() {
		return time.Time{}
	}
	return r.Start.Add(time.Duration(r.Duration))
}

// name returns "libs/foo [Release]", on one line.
func (r Result) name() string { return oneLine(r.Title()) }

func (r Result) took() Duration { return r.Duration }

// stepName returns "build libs/foo [Release]".
func (r Result) stepName() string { return string(r.Step) + " " + r.name() }

// Diagnostic is an error, a warning or a note that a tool printed.
type Diagnostic struct {
	// File is relative to the run's repository, or to its root where there is none, with slashes,
	// when Inside is set.
	model.Diagnostic
	Inside bool    `json:"inside,omitempty"`
	Stack  []Frame `json:"stack,omitempty"`
	Notes  []Frame `json:"notes,omitempty"`
	Same   string  `json:"same,omitempty"` // equal for the same failure in several projects
	// Source holds the line and those around it, or lines of the log when FromLog is set.
	Source  []SourceLine `json:"source,omitempty"`
	FromLog bool         `json:"fromLog,omitempty"`
}

// Frame is a place with a text about it. File and Inside are as in [Diagnostic].
type Frame struct {
	model.Frame
	Inside bool `json:"inside,omitempty"`
}

// SourceLine is a line of a file.
type SourceLine struct {
	Number int    `json:"number"`
	Text   string `json:"text"`
}

// firstError returns the error that explains a failure best.
func (r Result) firstError() (Diagnostic, bool) {
	for _, d := range r.Diagnostics {
		if d.Severity == model.Error {
			return d, true
		}
	}
	return Diagnostic{}, false
}

// findings returns the errors and warnings to act on: all of a step that failed;
// of other steps the warnings, and the errors that name a line.
func (r Result) findings() []Diagnostic {
	var list []Diagnostic
	for i, d := range r.Diagnostics {
		acted := r.Status.Bad() || d.Severity != model.Error || d.File != "" && d.Line > 0
		if acted && d.Severity != model.Note && !r.duplicate(i) {
			list = append(list, d)
		}
	}
	return list
}

// duplicate reports whether diagnostic i has the same test and place as an earlier one: ctest's
// diagnostic of a failed test takes its place from the output of the test.
func (r Result) duplicate(i int) bool {
	d := r.Diagnostics[i]
	if d.Test == "" || d.Line == 0 {
		return false
	}
	for j, o := range r.Diagnostics[:i] {
		same := o.Test == d.Test && o.File == d.File && o.Line == d.Line
		if same && (o.Origin == "ctest") != (d.Origin == "ctest") && !r.duplicate(j) {
			return true
		}
	}
	return false
}

// place returns "file:line:column" as far as it is known.
func (d Diagnostic) place() string { return place(d.File, d.Line, d.Column) }

func place(file string, line, column int) string {
	return oneLine(model.Frame{File: file, Line: line, Column: column}.String())
}

// headline returns the diagnostic on one line: "main.c:5:9: message [-Wcode]".
func (d Diagnostic) headline() string {
	s := oneLine(d.Message)
	if place := d.place(); place != "" {
		s = place + ": " + s
	}
	if d.Code != "" {
		s += " [" + oneLine(d.Code) + "]"
	}
	return cut(s, maxDescription)
}

// numbered returns the lines of Source with their numbers, that of the diagnostic after mark and
// the others after other.
func (d Diagnostic) numbered(mark, other string) string {
	var b strings.Builder
	for _, l := range d.Source {
		before := other
		if l.Number == d.Line && !d.FromLog {
			before = mark
		}
		fmt.Fprintf(&b, "%s%5d  %s\n", before, l.Number, l.Text)
	}
	return b.String()
}

// inRepository returns the file of a diagnostic relative to the repository, with slashes, or ""
// when it is elsewhere or unknown.
func (d Diagnostic) inRepository() string {
	if !d.Inside {
		return ""
	}
	return clean(d.File)
}

// relative returns a path relative to the repository of a result's run, or to its root where there
// is none, with slashes; it returns "" when the path is elsewhere.
func (d Document) relative(r Result, path string) string {
	if r.Run < 0 || r.Run >= len(d.Runs) {
		return ""
	}
	run := d.Runs[r.Run]
	rel, _ := relative(path, cmp.Or(run.Repository, run.Root))
	return rel
}

// relative returns a path relative to base, with slashes, and whether it lies in it.
func relative(path, base string) (rel string, ok bool) {
	rel, ok = fsutil.Within(path, base)
	if !ok {
		return "", false
	}
	return filepath.ToSlash(rel), true
}
