package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// causes returns a document of twelve projects that failed for one cause, two for another, and some
// for their own.
func causes() report.Document {
	d := report.Document{Runs: []report.Run{{Root: "/repo", Start: start}}}
	add := func(path string, step model.Step, same, message string) {
		d.Results = append(d.Results, report.Result{
			Result: model.Result{Project: model.Project{Path: path, Dir: "/repo/" + path}, Step: step, Status: model.Failed, LogFile: "/repo/log", Errors: 1},
			Error:  string(step) + " " + path + ": exited", Diagnostics: []report.Diagnostic{{Inside: true, Same: same, Diagnostic: model.Diagnostic{
				Severity: model.Error, File: path + "/CMakeLists.txt", Line: 3, Message: message, Summary: same == "summary",
			}}},
		})
	}
	for i := range 12 {
		add(fmt.Sprintf("p%02d", i), "configure", "fmt", "no package fmt")
	}
	add("q1", "build", "header", "no such header")
	add("q2", "build", "header", "no such header")
	// A summary of a failed command has no cause.
	add("r1", "build", "summary", "a command failed")
	add("r2", "build", "summary", "a command failed")
	// A step that could not be started has no log.
	for i := range 2 {
		path := fmt.Sprint("s", i)
		d.Results = append(d.Results, report.Result{Result: model.Result{Project: model.Project{Path: path}, Step: model.Test, Status: model.Failed}, Error: "test " + path + ": no ctest"})
	}
	d.Summarize()
	return d
}

// A cause is shown once, with the names of the projects that failed for it.
func TestCauses(t *testing.T) {
	for name, form := range map[string]report.Form{"Markdown": report.Markdown, "HTML": report.HTML} {
		out := string(render(t, form, causes()))
		if name == "HTML" {
			out, _, _ = strings.Cut(out, `<section aria-labelledby="projects"`)
		}
		for text, want := range map[string]int{
			"no package fmt": 1, "no such header": 1, "a command failed": 2, "no ctest": 1,
			"The same in 11 further projects: p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11": 1,
			"The same in 1 further project: q2": 1, "The same in 1 further project: s1": 1,
		} {
			if n := strings.Count(out, text); n != want {
				t.Errorf("%s has %q %d times, want %d", name, text, n, want)
			}
		}
	}
}

// GitHub shows ten errors: one of every cause precedes further places of one cause.
func TestAnnotationsOfCauses(t *testing.T) {
	var got []string
	for line := range strings.Lines(string(render(t, report.Annotations, causes()))) {
		properties, message, _ := strings.Cut(strings.TrimPrefix(line, "::error "), "::")
		_, title, _ := strings.Cut(properties, "title=")
		got = append(got, title+": "+strings.TrimSpace(message))
	}
	want := []string{
		"configure p00 and 11 more: no package fmt", "build q1 and 1 more: no such header", "build r1: a command failed", "build r2: a command failed",
		"test s0 and 1 more: test s0: no ctest", "configure p01: no package fmt",
	}
	if len(got) != 10 || strings.Join(got[:len(want)], "\n") != strings.Join(want, "\n") {
		t.Errorf("annotations are\n%s", strings.Join(got, "\n"))
	}
}

// A sanitizer's error and ctest's about the same line of the same test are one.
func TestDuplicates(t *testing.T) {
	at := func(origin, message string, line int) report.Diagnostic {
		return report.Diagnostic{Inside: true, Diagnostic: model.Diagnostic{Severity: model.Error, File: "t.c", Line: line, Message: message, Origin: origin, Test: "bounds"}}
	}
	d := report.Document{Results: []report.Result{{
		Result: model.Result{Project: model.Project{Path: "p"}, Step: model.Test, Status: model.Failed}, Diagnostics: []report.Diagnostic{
			at("asan", "heap-buffer-overflow", 5), at("ctest", "bounds (Failed): heap-buffer-overflow", 5), at("asan", "another", 5), at("ctest", "elsewhere", 6),
		},
	}}}
	for name, form := range map[string]report.Form{"annotations": report.Annotations, "code quality": report.CodeQuality} {
		out := string(render(t, form, d))
		if strings.Contains(out, "bounds (Failed)") || strings.Count(out, "heap-buffer-overflow") != 1 || !strings.Contains(out, "another") || !strings.Contains(out, "elsewhere") {
			t.Errorf("%s:\n%s", name, out)
		}
	}
}

// A document that was read may lack the attempts of a step that passed on retry.
func TestNoAttempts(t *testing.T) {
	r := report.Result{Result: model.Result{Project: model.Project{Path: "p"}, Step: model.Build, Status: model.OnRetry}}
	for name, form := range map[string]report.Form{"Markdown": report.Markdown, "HTML": report.HTML} {
		if out := string(render(t, form, report.Document{Results: []report.Result{r}})); !strings.Contains(out, "build p") {
			t.Errorf("%s:\n%s", name, out)
		}
	}
}
