package report_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// New orders runs by their start, names files relative to the repository and reads their lines.
func TestNew(t *testing.T) {
	repository := t.TempDir()
	source, log := filepath.Join(repository, "src", "a.c"), filepath.Join(repository, "build.log")
	put(t, source, "one\ntwo\nthree\nfour\n")
	put(t, log, "first\nsecond\n\n")
	early := &model.Run{Root: filepath.Join(repository, "src"), Repository: repository, Start: start, Steps: []model.Step{model.Build}}
	late := &model.Run{Start: start.Add(time.Hour)}
	late.Finish(errors.New("find cmake: not found"))
	cause := errors.New("cmake exited with status 1")
	failed := model.Result{
		Project: model.Project{Path: "libs/a"}, Step: model.Build, LogFile: log, Run: early, Output: []byte("out"),
		Command: []string{"cmake", "--build", "a b"}, Diagnostics: []model.Diagnostic{
			{Severity: model.Error, File: source, Line: 3, Key: "k", Stack: []model.Frame{{File: source, Line: 1}}},
			{Severity: model.Error, File: "/usr/include/x.h", LogFirst: 1, LogLast: 3, Summary: true},
		},
	}.Fail(cause)
	d := report.New([]model.Result{failed, {Step: model.Clean, Status: model.OK}}, late)

	var starts []time.Time
	for _, run := range d.Runs {
		starts = append(starts, run.Start)
	}
	if diff := cmp.Diff([]time.Time{{}, early.Start, late.Start}, starts); diff != "" {
		t.Errorf("runs start at (-want +got):\n%s", diff)
	}
	if d.Results[0].Run != 1 || d.Results[1].Run != 0 || d.Runs[2].Error == "" || d.Runs[2].End.IsZero() {
		t.Errorf("runs %+v of results %d and %d", d.Runs, d.Results[0].Run, d.Results[1].Run)
	}
	r := d.Results[0]
	if r.Error != "build libs/a: cmake exited with status 1" || r.Output != "out" || r.Command != "cmake --build 'a b'" {
		t.Errorf("error %q, output %q, command %q", r.Error, r.Output, r.Command)
	}
	first, second := r.Diagnostics[0], r.Diagnostics[1]
	if first.File != "src/a.c" || !first.Inside || first.Stack[0].File != "src/a.c" || !first.Stack[0].Inside || first.Same == "" || first.FromLog {
		t.Errorf("first diagnostic %+v", first)
	}
	if diff := cmp.Diff([]report.SourceLine{{2, "two"}, {3, "three"}, {4, "four"}}, first.Source); diff != "" {
		t.Errorf("source (-want +got):\n%s", diff)
	}
	if second.File != "/usr/include/x.h" || second.Inside || !second.FromLog || len(second.Source) != 2 {
		t.Errorf("second diagnostic %+v", second)
	}
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}
