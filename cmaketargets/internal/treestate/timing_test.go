package treestate

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// FuzzTimings puts any content in the place of the timings of a build tree. Those that are read
// can be added up, and are still there after the next one is written.
func FuzzTimings(f *testing.F) {
	f.Add([]byte("build 12.3s 2026-01-31T12:00:00Z\nconfigure 1m3.004s 2026-01-31T11:59:58+01:00\n"), int64(12_345_678_901))
	f.Add([]byte("build -5s 2026-01-31T12:00:00Z\ntest 2562047h47m16s 0000-01-01T00:00:00+23:59\n"), int64(0))
	f.Add([]byte("a b\n\xff 1s 9999-12-31T23:59:59-23:59\nbuild 1s 2026-01-31T12:00:00.5Z"), int64(1))
	f.Add([]byte("test 1s 2026-01-31T12:00:00Z failed\ninstall 0s - failed\na 1s 0001-01-01T00:00:00Z\nb 1s 9999-12-31T23:59:59-23:59 failed\n"), int64(1))
	dir := f.TempDir()
	path := Path(dir, timingsFile)
	if err := os.Mkdir(filepath.Dir(path), 0o777); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte, nanoseconds int64) {
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
		before := Timings(dir)
		for step, last := range before {
			if last.Peak < 0 || last.Peak > maxPeak {
				t.Errorf("%q: %s had %d bytes", text, step, last.Peak)
			}
			if last.Took < 0 || last.Took > maxTook {
				t.Errorf("%q: %s took %s", text, step, last.Took)
			}
			if year := last.At.UTC().Year(); year < 0 || year > 9999 {
				delete(before, step) // RFC 3339 cannot express it in UTC
			}
		}
		took := min(max(time.Duration(nanoseconds), 0), maxTook)
		before[model.Build] = Timing{Took: took, At: time.Now(), Peak: before[model.Build].Peak}
		Succeeded(dir, model.Build, took, 0)
		near := cmp.Options{cmpopts.EquateApproxTime(time.Minute), cmp.Transformer("ms", func(d time.Duration) int64 { return d.Round(time.Millisecond).Milliseconds() })}
		if diff := cmp.Diff(before, Timings(dir), near); diff != "" && len(text) < maxTimingsFile/2 {
			t.Errorf("%q:\n%s", text, diff)
		}
	})
}

// A failure keeps the time of the last success, for estimates, until the next success.
func TestTimingOfFailedStep(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(Path(dir, ""), 0o777); err != nil {
		t.Fatal(err)
	}
	Failed(dir, model.Test, 0)
	if got, want := Timings(dir), map[model.Step]Timing{model.Test: {Failed: true}}; !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	Succeeded(dir, model.Build, 3*time.Second, 5)
	Failed(dir, model.Build, 4)
	if got := Timings(dir)[model.Build]; got.Took != 3*time.Second || got.At.IsZero() || !got.Failed || got.Peak != 5 {
		t.Errorf("after a failure: %v", got)
	}
	Succeeded(dir, model.Build, time.Second, 3)
	if got := Timings(dir)[model.Build]; got.Took != time.Second || got.Failed || got.Peak != 5 {
		t.Errorf("after another success: %v", got)
	}
}
