package cmaketargets_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/magefile/mage/parse"
)

// Every exported function with the shape of a target becomes one, in every
// magefile that imports the package: a new one breaks those that have a
// target of that name.
func TestTargetsAreTheseAndNoOthers(t *testing.T) {
	entries, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := slices.DeleteFunc(entries, func(f string) bool { return strings.HasSuffix(f, "_test.go") })
	info, err := parse.Package(".", files, false)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range info.Funcs {
		if !f.IsContext || !f.IsError || len(f.Args) > 0 {
			t.Errorf("%s is not func(context.Context) error: targets with arguments cannot be dependencies", f.Name)
		}
		if f.Synopsis == "" || strings.HasPrefix(f.Synopsis, f.Name) {
			t.Errorf("mage -l would show %q for %s", f.Synopsis, f.Name)
		}
		got = append(got, f.Name)
	}
	want := []string{"Build", "Clean", "Configure", "Install", "List", "Rebuild", "Test"}
	if !slices.Equal(got, want) {
		t.Errorf("targets are %q, want %q", got, want)
	}
}

// The help of a target names its variables.
func TestHelpNamesVariables(t *testing.T) {
	source, err := os.ReadFile("targets.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"Build", "Configure", "Install", "Rebuild", "Test"} {
		_, doc, _ := strings.Cut(string(source), "\n\n// "+target+" ")
		doc, _, ok := strings.Cut(doc, "\nfunc "+target+"(")
		if !ok {
			t.Fatalf("no documentation of %s", target)
		}
		for _, variable := range []string{"JOBS", "PROJECTS", "VARIANTS", "FAIL_FAST", "DRY_RUN"} {
			if !strings.Contains(doc, "CMAKETARGETS_"+variable+"=") {
				t.Errorf("the help of %s does not name CMAKETARGETS_%s", target, variable)
			}
		}
	}
}
