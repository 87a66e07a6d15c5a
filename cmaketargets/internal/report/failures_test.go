package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// causes is a document of twelve projects that failed for one cause, two for another, and some for their own.
func causes() report.Document {
	d := report.Document{Runs: []report.Run{{Root: "/repo", Start: start}}}
	add := func(path, step, same, message string) {
		d.Results = append(d.Results, report.Result{
			Project: report.Project{Path: path, Dir: "/repo/" + path}, Step: step, Status: report.Failed, LogFile: "/repo/log", Error: step + " " + path + ": exited",
			Errors: 1, Diagnostics: []report.Diagnostic{{
				Severity: "error", File: path + "/CMakeLists.txt", Inside: true, Line: 3, Message: message, Same: same, Summary: same == "summary",
			}},
		})
	}
	for i := range 12 {
		add(fmt.Sprintf("p%02d", i), "configure", "fmt", "no package fmt")
	}
	add("q1", "build", "header", "no such header")
	add("q2", "build", "header", "no such header")
	// What only says that a command failed is not known to be the same.
	add("r1", "build", "summary", "a command failed")
	add("r2", "build", "summary", "a command failed")
	// What could not be started has no log.
	for i := range 2 {
		path := fmt.Sprint("s", i)
		d.Results = append(d.Results, report.Result{Project: report.Project{Path: path}, Step: "test", Status: report.Failed, Error: "test " + path + ": no ctest"})
	}
	d.Summarize()
	return d
}

// A cause is told once, with the names of those that failed for it.
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

// GitHub shows ten errors: those of every cause come before further places of one.
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

// What a sanitizer says of a line, and ctest of the test that it ended, is one.
func TestEchoes(t *testing.T) {
	at := func(origin, message string, line int) report.Diagnostic {
		return report.Diagnostic{Severity: "error", File: "t.c", Inside: true, Line: line, Message: message, Origin: origin, Test: "bounds"}
	}
	d := report.Document{Results: []report.Result{{
		Project: report.Project{Path: "p"}, Step: "test", Status: report.Failed, Diagnostics: []report.Diagnostic{
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
