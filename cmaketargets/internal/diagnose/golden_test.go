package diagnose_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden reads the output of tools, which the READMEs in testdata describe, and compares all
// diagnostics.
func TestGolden(t *testing.T) {
	var samples []string
	for _, dir := range []string{"samples", "documented"} {
		files, err := filepath.Glob("testdata/" + dir + "/*.txt")
		if err != nil || len(files) == 0 {
			t.Fatalf("no samples in %s: %v", dir, err)
		}
		samples = append(samples, files...)
	}
	var got bytes.Buffer
	for _, sample := range samples {
		output, err := os.ReadFile(sample)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(sample), ".txt")
		report, err := diagnose.Read(stepOf(name), bytes.NewReader(output))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "success") {
			report = report.Succeeded()
		}
		fmt.Fprintf(&got, "== %s: %d errors, %d warnings\n", name, report.Errors, report.Warnings)
		for i, d := range report.List {
			mark := "  "
			if i == report.First {
				mark = "* "
			}
			fmt.Fprint(&got, mark, describe(d))
		}
	}
	golden := "testdata/diagnostics.golden"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("run with -update to accept (-want +got):\n%s", diff)
	}
}

// stepOf returns the step that printed a sample, by the first word of its name other than
// "success".
func stepOf(name string) string {
	switch word, _, _ := strings.Cut(strings.TrimPrefix(name, "success-"), "-"); word {
	case "configure", "test", "install":
		return word
	default:
		return "build"
	}
}

// describe returns all of a diagnostic, each paragraph of its message on a line.
func describe(d model.Diagnostic) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%d-%d %s", d.LogFirst, d.LogLast, d.Origin)
	if d.Summary {
		fmt.Fprint(&out, " summary")
	}
	if d.Code != "" {
		fmt.Fprintf(&out, " (%s)", d.Code)
	}
	fmt.Fprintf(&out, " %s\n", d)
	if _, more, ok := strings.Cut(d.Message, "\n"); ok {
		fmt.Fprintf(&out, "    | %s\n", strings.ReplaceAll(more, "\n", "\n    | "))
	}
	if d.Missing != "" {
		fmt.Fprintf(&out, "    missing: %s\n", d.Missing)
	}
	if d.Inner != "" {
		fmt.Fprintf(&out, "    inner: %s\n", d.Inner)
	}
	if d.Test != "" {
		fmt.Fprintf(&out, "    test: %s\n", d.Test)
	}
	for _, f := range d.Stack {
		fmt.Fprintf(&out, "    stack: %s\n", f)
	}
	for _, f := range d.Notes {
		fmt.Fprintf(&out, "    note: %s\n", f)
	}
	return out.String()
}
