package report_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

type workspace struct{ path string }

func (w *workspace) Recorded() []model.Result {
	return []model.Result{{Project: model.Project{Path: w.path}, Step: model.Build, Status: model.OK}}
}

// Two workspaces share a file, each has one of its own, and a file that cannot be written does not
// prevent the others.
func TestPublish(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "file"), "")
	var p report.Publisher
	files := func(names ...string) []report.File {
		files, err := report.AddFiles(nil, "Config.Reports", names, dir)
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	a, b := &workspace{"a"}, &workspace{"b"}
	if err := p.Publish(files("file/x.json", "both.json", "a.json", "a.json"), a, nil); err == nil || !strings.HasPrefix(err.Error(), "write report "+filepath.Join(dir, "file", "x.json")+": ") {
		t.Errorf("error %v", err)
	}
	if err := p.Publish(files("both.json", "b.json"), b, a.Recorded()); err != nil {
		t.Error(err)
	}
	for name, want := range map[string][]string{"both.json": {"a", "b", "a"}, "a.json": {"a"}, "b.json": {"b", "a"}} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var d report.Document
		if err := json.Unmarshal(data, &d); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range d.Results {
			got = append(got, r.Project.Path)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, err := report.AddFiles(nil, "Config.Reports", []string{"a.pdf"}, dir); err == nil || !strings.HasPrefix(err.Error(), `read Config.Reports: the name "a.pdf" has no known ending`) {
		t.Errorf("error %v", err)
	}
}

// GitHub shows nothing of a job summary beyond 1 MiB, so one is appended as a whole or not at all.
func TestAppendJobSummary(t *testing.T) {
	path := filepath.Join(t.TempDir(), "summary.md")
	for i, full := range []bool{false, true} {
		if full {
			put(t, path, strings.Repeat("x", 1<<20-100))
		}
		before, _ := os.Stat(path)
		if err := report.AppendJobSummary(path, many(3)); err != nil {
			t.Fatal(err)
		}
		after, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if full != (before != nil && after.Size() == before.Size()) {
			t.Errorf("case %d: the file has %d bytes", i, after.Size())
		}
	}
}
