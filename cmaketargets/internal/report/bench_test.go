package report_test

import (
	"io"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// BenchmarkForms measures each form of a run of a thousand projects, and its size.
func BenchmarkForms(b *testing.B) {
	d := many(1000)
	for name, form := range map[string]report.Form{
		"json": report.JSON, "junit": report.JUnit, "trace": report.Trace, "html": report.HTML,
		"codequality": report.CodeQuality, "markdown": report.Markdown, "annotations": report.Annotations,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := &counter{}
				if err := form(n, d); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(n.n)/1024, "KiB")
			}
		})
	}
}

type counter struct{ n int }

func (c *counter) Write(p []byte) (int, error) {
	c.n += len(p)
	return len(p), nil
}

var _ io.Writer = (*counter)(nil)
