package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

var update = flag.Bool("update", false, "write the golden files")

// The forms of a run with every kind of failure are in testdata.
func TestGolden(t *testing.T) {
	for name, form := range map[string]report.Form{
		"every.json": report.JSON, "every.junit.xml": report.JUnit, "every.trace.json": report.Trace,
		"every.codequality.json": report.CodeQuality, "every.md": report.Markdown, "every.annotations": report.Annotations,
	} {
		t.Run(name, func(t *testing.T) {
			got := render(t, form, every())
			file := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(file, got, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got; -update writes it):\n%s", file, diff)
			}
		})
	}
}

func render(t *testing.T, form report.Form, d report.Document) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := form(&out, d); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A form returns the error of its writer.
func TestWriterFails(t *testing.T) {
	for name, form := range map[string]report.Form{
		"JSON": report.JSON, "JUnit": report.JUnit, "Trace": report.Trace, "HTML": report.HTML,
		"CodeQuality": report.CodeQuality, "Markdown": report.Markdown, "Annotations": report.Annotations,
	} {
		if err := form(full{}, every()); err == nil {
			t.Errorf("%s: no error from a writer that is full", name)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }
