package cmake_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestDiagnosticsGolden reads captured output (testdata/diagnostics, its
// README says how it came about) and compares all that is found in it.
func TestDiagnosticsGolden(t *testing.T) {
	samples, err := filepath.Glob("testdata/diagnostics/*.txt")
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
		all, err := cmake.Diagnostics(bytes.NewReader(output))
		if err != nil {
			t.Fatal(err)
		}
		first, ok := cmake.FirstError(step, output)
		for _, d := range all {
			mark := "  "
			if ok && d == first {
				mark, ok = "* ", false
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
