package report_test

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// command is the grammar of a workflow command that marks a line.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
var command = regexp.MustCompile(`^::(error|warning) ((?:file|line|col|title)=(?:[^%:,\r\n]|%25|%0D|%0A|%3A|%2C)+(?:,(?:file|line|col|title)=(?:[^%:,\r\n]|%25|%0D|%0A|%3A|%2C)+)*)::((?:[^%\r\n]|%25|%0D|%0A)+)$`)

func TestAnnotations(t *testing.T) {
	for name, d := range map[string]report.Document{"every": every(), "many": many(200)} {
		count := map[string]int{}
		for line := range strings.Lines(string(render(t, report.Annotations, d))) {
			m := command.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
			if m == nil {
				t.Errorf("%s: no workflow command: %q", name, line)
				continue
			}
			count[m[1]]++
			if !strings.Contains(","+m[2], ",title=") {
				t.Errorf("%s: GitHub would read no title in %q", name, line)
			}
			for _, property := range strings.Split(m[2], ",") {
				if file, ok := strings.CutPrefix(property, "file="); ok && (path.IsAbs(file) || strings.HasPrefix(file, "..")) {
					t.Errorf("%s: %s is not relative to the repository", name, file)
				}
			}
		}
		if count["error"] == 0 || count["error"] > 10 || count["warning"] == 0 || count["warning"] > 10 {
			t.Errorf("%s: %v annotations; GitHub shows ten of each", name, count)
		}
	}
}

// The first errors of ten steps precede the second error of any.
func TestFirstErrorsFirst(t *testing.T) {
	var d report.Document
	for i := range 12 {
		r := report.Result{Result: model.Result{Project: model.Project{Path: fmt.Sprint("p", i)}, Step: model.Build, Status: model.Failed}}
		for n := range 3 {
			r.Diagnostics = append(r.Diagnostics, report.Diagnostic{Diagnostic: model.Diagnostic{Severity: model.Error, Message: fmt.Sprintf("error %d of %d", n, i)}})
		}
		d.Results = append(d.Results, r)
	}
	out := string(render(t, report.Annotations, d))
	if strings.Count(out, "error 0 of") != 10 || strings.Contains(out, "error 1 of") {
		t.Errorf("annotations are\n%s", out)
	}
}

// The messages of a command that was stopped are no errors; those of a compiler about a line are.
func TestStoppedCommands(t *testing.T) {
	d := report.Document{Runs: []report.Run{{Root: "/r"}}, Results: []report.Result{{
		Result: model.Result{Step: model.Build, Status: model.Cancelled}, Diagnostics: []report.Diagnostic{
			{Diagnostic: model.Diagnostic{Severity: model.Error, Message: "Killed signal terminated program cc1", Origin: "gcc"}},
			{Inside: true, Diagnostic: model.Diagnostic{Severity: model.Error, Message: "not in a line", Origin: "cmake", File: "a.txt"}},
			{Inside: true, Diagnostic: model.Diagnostic{Severity: model.Error, Message: "real", Origin: "gcc", File: "a.c", Line: 3}},
		},
	}}}
	for name, form := range map[string]func(io.Writer, report.Document) error{"annotations": report.Annotations, "code quality": report.CodeQuality} {
		out := string(render(t, form, d))
		if !strings.Contains(out, "real") || strings.Contains(out, "Killed") || strings.Contains(out, "not in a line") {
			t.Errorf("%s: %s", name, out)
		}
	}
}

// GitLab requires certain fields, paths relative to the repository, and fingerprints that are
// unique and stay the same when lines move.
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
func TestCodeQualityRules(t *testing.T) {
	type issue struct {
		Description string `json:"description"`
		Check       string `json:"check_name"`
		Fingerprint string `json:"fingerprint"`
		Severity    string `json:"severity"`
		Location    struct {
			Path  string `json:"path"`
			Lines struct {
				Begin int `json:"begin"`
			} `json:"lines"`
		} `json:"location"`
	}
	read := func(d report.Document) map[string]issue {
		var list []issue
		if err := json.Unmarshal(render(t, report.CodeQuality, d), &list); err != nil {
			t.Fatal(err)
		}
		if list == nil {
			t.Error("an empty report is not a list")
		}
		by := map[string]issue{}
		for _, i := range list {
			if _, twice := by[i.Fingerprint]; twice {
				t.Errorf("a fingerprint is used twice: %+v", i)
			}
			by[i.Fingerprint] = i
		}
		return by
	}
	issues := read(every())
	for _, i := range issues {
		if i.Description == "" || i.Check == "" || i.Fingerprint == "" || i.Location.Lines.Begin < 1 {
			t.Errorf("an issue lacks something: %+v", i)
		}
		if !strings.Contains(" info minor major critical blocker ", " "+i.Severity+" ") {
			t.Errorf("severity %q", i.Severity)
		}
		if p := i.Location.Path; p == "" || path.IsAbs(p) || strings.HasPrefix(p, "./") || strings.HasPrefix(p, "../") {
			t.Errorf("path %q is not relative to the repository", p)
		}
	}
	moved := every()
	for i := range moved.Results {
		for j := range moved.Results[i].Diagnostics {
			moved.Results[i].Diagnostics[j].Line += 5
		}
	}
	for fingerprint := range read(moved) {
		if _, ok := issues[fingerprint]; !ok {
			t.Errorf("fingerprint %s is new after lines moved", fingerprint)
		}
	}
	read(report.Document{})

	// Two of the same in one file are two issues, the same line in two variants is one.
	twice := every()
	for i := range twice.Results {
		if list := twice.Results[i].Diagnostics; len(list) > 0 {
			again := list[0]
			again.Line += 3
			twice.Results[i].Diagnostics = append(list, list[0], again)
		}
	}
	placed := 0
	for _, r := range every().Results {
		if len(r.Diagnostics) > 0 && r.Diagnostics[0].Inside {
			placed++
		}
	}
	if got := len(read(twice)); got != len(issues)+placed {
		t.Errorf("%d issues when %d errors stand in a second line, want %d", got, placed, len(issues)+placed)
	}
}

// Names and messages stay text: outside fenced blocks there is no markup of theirs, and every row
// of the table has three cells.
func TestMarkdownRules(t *testing.T) {
	fence := ""
	for line := range strings.Lines(string(render(t, report.Markdown, every()))) {
		line = strings.TrimSuffix(line, "\n")
		if mark := regexp.MustCompile("^`{3,}").FindString(line); mark != "" && (fence == "" || line == fence) {
			if fence = mark; strings.TrimLeft(line, "`") == "" {
				fence = ""
			}
			continue
		}
		if fence != "" {
			continue
		}
		bare := regexp.MustCompile(`\\[[:punct:]]`).ReplaceAllString(line, "")
		if strings.ContainsAny(bare, "<>`*_&$~") {
			t.Errorf("markup in %q", line)
		}
		if strings.HasPrefix(bare, "|") && strings.Count(bare, "|") != 4 {
			t.Errorf("a row of other than three cells: %q", line)
		}
	}
	if fence != "" {
		t.Error("a fence stays open")
	}
	if size := len(render(t, report.Markdown, many(2000))); size > 512<<10 {
		t.Errorf("the summary of 2000 projects has %d bytes; GitHub takes 1 MiB of all", size)
	}
}
