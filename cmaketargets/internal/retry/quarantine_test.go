package retry

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

var entries = []Quarantine{
	{Project: "a", Tests: "^net", Reason: "issue 1", Until: "2026-03-31"},
	{Project: "b/**", Reason: "issue 2", Until: "2026-03-31"},
	{Tests: "old", Reason: "issue 3", Until: "2026-01-31"},
}

func TestApply(t *testing.T) {
	for _, test := range []struct {
		project string
		day     string
		failed  []string // tests
		want    model.Status
		errors  int // that are left
	}{
		{"a", "2026-03-31T23:59:59Z", []string{"net1", "net2"}, model.Quarantined, 0},
		{"a", "2026-03-31T23:59:59-01:00", []string{"net1"}, model.Failed, 1}, // a day later in UTC
		{"a", "2026-04-01T00:00:00Z", []string{"net1"}, model.Failed, 1},
		{"a", "2026-03-01T00:00:00Z", []string{"net1", "own"}, model.Failed, 1},
		{"a", "2026-03-01T00:00:00Z", []string{"net1", "net1"}, model.Quarantined, 0}, // of two directories
		{"a", "2026-03-01T00:00:00Z", nil, model.Failed, 0},                           // ctest itself, or another step
		{"b/c", "2026-03-01T00:00:00Z", nil, model.Quarantined, 0},
		{"b/c", "2026-03-01T00:00:00Z", []string{"any"}, model.Quarantined, 0},
		{"b/c", "2026-05-01T00:00:00Z", []string{"any"}, model.Failed, 1},
		{"c", "2026-01-31T12:00:00Z", []string{"old"}, model.Quarantined, 0},
		{"c", "2026-02-01T12:00:00Z", []string{"old"}, model.Failed, 1},
	} {
		now, err := time.Parse(time.RFC3339, test.day)
		if err != nil {
			t.Fatal(err)
		}
		res := model.Result{Project: model.Project{Path: test.project}, Step: model.Test, FailedTests: test.failed, Errors: len(test.failed)}.Fail(errors.New("it failed"))
		for _, name := range test.failed {
			res.Diagnostics = append(res.Diagnostics, model.Diagnostic{Severity: model.Error, Test: name, Message: name})
		}
		got := Apply(entries, res, now)
		if got.Status != test.want || got.Errors != test.errors || (got.Quarantine != "") != (test.want == model.Quarantined) || got.Err == nil {
			t.Errorf("%s on %s, %q: %s, %d errors, %q", test.project, test.day, test.failed, got.Status, got.Errors, got.Quarantine)
		}
		if res.Diagnostics != nil && res.Diagnostics[0].Severity != model.Error {
			t.Errorf("%s on %s: the diagnostics of the argument changed", test.project, test.day)
		}
	}
	done := model.Result{Project: model.Project{Path: "b/c"}, Status: model.OK}
	if got := Apply(entries, done, time.Now()); got.Status != model.OK {
		t.Errorf("a success is %s", got.Status)
	}
}

func TestNotes(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	junit := filepath.Join(t.TempDir(), "test.xml")
	if err := os.WriteFile(junit, []byte(`<testsuite><testcase name="net1"/><testcase name="older"/></testsuite>`), 0o666); err != nil {
		t.Fatal(err)
	}
	projects := []model.Project{{Path: "a"}, {Path: "c"}}
	ran := func(path string) model.Result {
		return model.Result{Project: model.Project{Path: path}, Step: model.Test, Status: model.OK, Args: []string{"ctest", "--output-junit", junit}}
	}
	const gone = `warning: the quarantine of project "b/**" matches no project; remove it from Config.Quarantine (issue 2)`
	const old = `warning: the quarantine of tests "old" has ended on 2026-01-31: its failures count; mend it, or give it another date in Config.Quarantine (issue 3)`
	none := Quarantine{Project: "a", Tests: "^web", Reason: "r", Until: "2026-03-31"}
	const unmatched = `warning: the quarantine of tests "^web" of project "a" matches no test; remove it from Config.Quarantine (r)`
	for _, test := range []struct {
		name     string
		entries  []Quarantine
		results  []model.Result
		narrowed bool
		want     []string
	}{
		{"all", entries, []model.Result{ran("a"), ran("c")}, false, []string{gone, old}},
		{"no test", []Quarantine{none}, []model.Result{ran("a")}, false, []string{unmatched}},
		{"narrowed", []Quarantine{none}, []model.Result{ran("a")}, true, nil},
		{"not tested", []Quarantine{none}, []model.Result{ran("c")}, false, nil},
		{"passed before", []Quarantine{none}, []model.Result{{Project: projects[0], Step: model.Test, Status: model.UpToDate}}, false, nil},
		{"skipped", []Quarantine{none}, []model.Result{{Project: projects[0], Step: model.Test, Status: model.Skipped, Reason: "build failed"}}, false, nil},
	} {
		if got := Notes(test.entries, projects, test.results, test.narrowed, now); !slices.Equal(got, test.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
		}
	}
}
