package retry

import (
	"errors"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

func TestAttempts(t *testing.T) {
	rules := []Rule{
		{Project: "net/**", Tests: "^get$", Attempts: 5},
		{Project: "net/*", Attempts: 3},
		{On: []string{Network}, Attempts: 9},
		{Tests: "slow", Attempts: 2},
	}
	for _, test := range []struct {
		project, name string
		want          int
	}{
		{"net/a", "get", 5}, {"net/a", "got", 3}, {"net/a/b", "get", 5}, {"net/a/b", "got", 1}, {"net/a/b", "slow", 2}, {"app", "get", 1}, {"app", "very slow one", 2},
	} {
		if got := Attempts(OfTests(rules, test.project), test.name); got != test.want {
			t.Errorf("%s of %s: %d attempts, want %d", test.name, test.project, got, test.want)
		}
	}
	for n, want := range map[int]int{1: 1, 4: 4} {
		if got := Attempts(OfTests(ForTests(rules, n), "net/a"), "get"); got != want {
			t.Errorf("overridden by %d: %d attempts", n, got)
		}
	}
	if len(rules) != 4 || rules[0].Attempts != 5 {
		t.Error("the rules of the Config changed")
	}
}

func TestStep(t *testing.T) {
	rules := []Rule{
		{Attempts: 9},
		{Project: "a", On: []string{Timeout, Memory}, Attempts: 2},
		{On: []string{Network, Timeout}, Attempts: 3},
	}
	const refused = "fatal: unable to access 'x': Connection refused\n"
	result := func(project string, step model.Step, status model.Status, output string, starved bool) model.Result {
		return model.Result{
			Project: model.Project{Path: project}, Step: step, Status: status, Output: []byte(output), OutOfMemory: starved, Err: errors.New("it failed"),
			Diagnostics: []model.Diagnostic{{Severity: model.Error, Message: "killed"}},
		}
	}
	for _, test := range []struct {
		res  model.Result
		want int
		why  string
	}{
		{result("a", model.Build, model.Failed, refused, false), 3, "network: Connection refused"},
		{result("a", model.Build, model.Failed, refused, true), 2, "memory: killed"},
		{result("b", model.Build, model.Failed, refused, true), 1, ""},
		{result("a", model.Test, model.TimedOut, "", false), 2, "timeout: it failed"},
		{result("b", model.Test, model.TimedOut, "", false), 3, "timeout: it failed"},
		{result("b", model.Test, model.Failed, refused, false), 1, ""},
		{result("b", model.Configure, model.Failed, "error: no\n", false), 1, ""},
		{result("b", model.Configure, model.OK, refused, false), 1, ""},
		{result("b", model.Configure, model.Cancelled, refused, false), 1, ""},
	} {
		if n, why := Step(rules, test.res); n != test.want || why != test.why {
			t.Errorf("%s %s %s: %d attempts, %q", test.res.Step, test.res.Project.Path, test.res.Status, n, why)
		}
	}
}
