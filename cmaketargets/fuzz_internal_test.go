package cmaketargets

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/record"
)

// FuzzTimings puts anything in the place of the durations of a tree's steps.
// What is believed can be added up, and outlives the next time that is kept.
func FuzzTimings(f *testing.F) {
	f.Add([]byte("build 12.3s 2026-01-31T12:00:00Z\nconfigure 1m3.004s 2026-01-31T11:59:58+01:00\n"), int64(12_345_678_901))
	f.Add([]byte("build -5s 2026-01-31T12:00:00Z\ntest 2562047h47m16s 0000-01-01T00:00:00+23:59\n"), int64(0))
	f.Add([]byte("a b\n\xff 1s 9999-12-31T23:59:59-23:59\nbuild 1s 2026-01-31T12:00:00.5Z"), int64(1))
	f.Add([]byte("test 1s 2026-01-31T12:00:00Z failed\ninstall 0s - failed\na 1s 0001-01-01T00:00:00Z\nb 1s 9999-12-31T23:59:59-23:59 failed\n"), int64(1))
	tr := &tree{dir: f.TempDir()}
	path := filepath.Join(tr.dir, stateDir, durationsFile)
	if err := os.Mkdir(filepath.Dir(path), 0o777); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte, took int64) {
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
		before := tr.timings()
		for step, last := range before {
			if last.took < 0 || last.took > maxTook {
				t.Errorf("%q: %s took %s", text, step, last.took)
			}
			if year := last.at.UTC().Year(); year < 0 || year > 9999 {
				delete(before, step) // RFC 3339 cannot say it in UTC
			}
		}
		before[StepBuild] = timing{took: min(max(time.Duration(took), 0), maxTook), at: time.Now()}
		tr.keepTime(StepBuild, before[StepBuild].took)
		near := cmp.Options{cmp.AllowUnexported(timing{}), cmpopts.EquateApproxTime(time.Minute), cmp.Transformer("ms", func(d time.Duration) int64 { return d.Round(time.Millisecond).Milliseconds() })}
		if diff := cmp.Diff(before, tr.timings(), near); diff != "" && len(text) < maxDurations/2 {
			t.Errorf("%q:\n%s", text, diff)
		}
	})
}

// FuzzMetBefore puts anything in the place of what is known of a cmake. It is
// believed of that very file only, and when it is one that we can work with.
func FuzzMetBefore(f *testing.F) {
	tool := cmake.Tool{Real: "/usr/bin/cmake", Size: 11_000_000, ModTime: time.Unix(1700000000, 0)}
	good, err := json.Marshal(met{stampOf(tool), cmake.Version{Major: 3, Minor: 25, Patch: 1}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, 3, 25, 1)
	f.Add(good[:len(good)-1], 3, 15, 9)
	f.Add([]byte(`{"CMake":{"Path":"/usr/bin/cmake"},"Version":{"Major":4}}`), -1, 0, 0)
	f.Add([]byte(`[{}]`), 1<<40, 1, 1)
	g := &ground{settings: &settings{Config: Config{Cache: f.TempDir()}}}
	f.Fuzz(func(t *testing.T, text []byte, major, minor, patch int) {
		if err := os.WriteFile(filepath.Join(g.Cache, metFile), text, 0o666); err != nil {
			t.Fatal(err)
		}
		if v := g.metBefore(tool); v != (cmake.Version{}) {
			var m met
			if err := json.Unmarshal(text, &m); err != nil || m.CMake != stampOf(tool) || v.Compare(cmake.Minimum) < 0 {
				t.Errorf("%q: believed %v, %v", text, v, err)
			}
		}
		tool := tool
		tool.Version = cmake.Version{Major: major, Minor: minor, Patch: patch}
		g.meet(tool)
		if v := g.metBefore(tool); v != tool.Version && tool.Version.Compare(cmake.Minimum) >= 0 {
			t.Errorf("%v came back as %v", tool.Version, v)
		}
		tool.Size++
		if v := g.metBefore(tool); v != (cmake.Version{}) {
			t.Errorf("another file is %v", v)
		}
	})
}

// FuzzTargetsOf puts anything in the place of the targets that a record keeps.
// They mean the same when they are kept again.
func FuzzTargetsOf(f *testing.F) {
	f.Add(`[{"name":"app","type":"EXECUTABLE","config":"Debug","artifacts":["/b/app"],"source_dir":"/s"},{"name":"\ud800"}]`)
	f.Add(`[null,{"artifacts":[]},{"NAME":"x"}]`)
	f.Add(`{"name":"app"}`)
	f.Add(`[{"name":1}]`)
	f.Fuzz(func(t *testing.T, note string) {
		targets := targetsOf(&record.Record{Note: note})
		again, err := json.Marshal(targets)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(targets, targetsOf(&record.Record{Note: string(again)}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q:\n%s", note, diff)
		}
		if len(targets) > 0 && !json.Valid([]byte(note)) {
			t.Errorf("%q: believed %+v", note, targets)
		}
	})
}
