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
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden reads captured output (testdata/samples, its
// README says how it came about) and compares all that is found in it.
func TestGolden(t *testing.T) {
	samples, err := filepath.Glob("testdata/samples/*.txt")
	if err != nil || len(samples) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	var got bytes.Buffer
	for _, sample := range samples {
		output, err := os.ReadFile(sample)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(sample), ".txt")
		step, _, _ := strings.Cut(name, "-")
		fmt.Fprintf(&got, "== %s\n", name)
		report, err := diagnose.Read(bytes.NewReader(output))
		if err != nil {
			t.Fatal(err)
		}
		first := diagnose.First(step, report.List)
		for i, d := range report.List {
			mark := "  "
			if i == first {
				mark = "* "
			}
			fmt.Fprintf(&got, "%s%s", mark, d.Origin)
			if d.Summary {
				fmt.Fprint(&got, " summary")
			}
			if d.Code != "" {
				fmt.Fprintf(&got, " (%s)", d.Code)
			}
			fmt.Fprintf(&got, " %s\n", d)
			if _, more, ok := strings.Cut(d.Message, "\n"); ok {
				fmt.Fprintf(&got, "    | %s\n", strings.ReplaceAll(more, "\n", "\n    | "))
			}
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
