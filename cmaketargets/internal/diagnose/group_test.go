package diagnose_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

func TestGroup(t *testing.T) {
	result := func(project string, step model.Step, log string, list ...model.Diagnostic) model.Result {
		res := model.Result{Project: model.Project{Path: project}, Step: step, LogFile: log, Diagnostics: list}
		return res.Fail(errors.New("exited"))
	}
	failure := func(key string) model.Diagnostic { return model.Diagnostic{Severity: model.Error, Key: key} }
	warning := model.Diagnostic{Severity: model.Warning, Key: "w"}
	summary := failure("s")
	summary.Summary = true
	var got [][]string
	for _, group := range diagnose.Group([]model.Result{
		result("a", model.Build, "log", warning, failure("x")),
		result("b", model.Build, "log", failure("y")),
		result("c", model.Build, "log", failure("x"), failure("z")),
		result("d", model.Test, "log", failure("x")),
		result("e", model.Build, "log", summary),
		result("f", model.Build, "log", summary),
		result("g", model.Build, "log"),
		result("h", model.Build, "log"),
		result("i", model.Build, ""),
		result("j", model.Build, ""),
	}) {
		var names []string
		for _, res := range group {
			names = append(names, res.Project.Path)
		}
		got = append(got, names)
	}
	want := [][]string{{"a", "c"}, {"b"}, {"d"}, {"e"}, {"f"}, {"g"}, {"h"}, {"i", "j"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFurtherErrors(t *testing.T) {
	failure := func(line int) model.Diagnostic {
		return model.Diagnostic{Severity: model.Error, File: "a.c", Line: line, Message: "e"}
	}
	test := func(name, origin string) model.Diagnostic {
		return model.Diagnostic{Severity: model.Error, Origin: origin, Message: name, Test: name}
	}
	warning, summary := failure(8), failure(9)
	warning.Severity, summary.Summary = model.Warning, true
	more, tests := diagnose.FurtherErrors([]model.Result{
		{Diagnostics: []model.Diagnostic{failure(1), failure(2), warning, summary}, Errors: 2},
		{Diagnostics: []model.Diagnostic{failure(1), failure(2), failure(3)}, Errors: 5},
		{Diagnostics: []model.Diagnostic{test("one", "ctest"), test("two", "ctest"), test("two", "assert")}, Errors: 2},
	})
	if want := []string{"two"}; more != 5 || !cmp.Equal(tests, want) { // Lines 2 and 3, two that are not listed, a test.
		t.Errorf("%d, %q", more, tests)
	}
}
