package cmake_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

func TestReadProfile(t *testing.T) {
	const (
		begun = `[{"ph":"B","name":"project","ts":1000,"pid":7,"tid":0,"args":{"functionArgs":"p C","location":"/p/CMakeLists.txt:2"}}` +
			`,{"ph":"B","name":"if","ts":1100,"args":{"functionArgs":"X"}},{"ph":"E","ts":1200}` +
			`,{"ph":"B","name":"include","ts":2000},{"ph":"E","ts":5000}`
		whole = begun + `,{"ph":"E","ts":6000},{"ph":"E","ts":7000}]`
	)
	include := cmake.ProfileSpan{Name: "include", Start: time.Millisecond, Duration: 3 * time.Millisecond}
	project := cmake.ProfileSpan{Name: "project", Args: "p C", Location: "/p/CMakeLists.txt:2", Duration: 5 * time.Millisecond}
	for _, test := range []struct {
		name, content string
		want          []cmake.ProfileSpan
		bad           bool
	}{
		{name: "whole", content: whole, want: []cmake.ProfileSpan{include, project}},
		{name: "cut after an event", content: begun, want: []cmake.ProfileSpan{include}},
		{name: "cut in an event", content: begun + `,{"ph":"E`, want: []cmake.ProfileSpan{include}},
		{name: "empty", content: "", bad: true},
		{name: "no profile", content: `["text"]`, bad: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "p.json")
			write(t, file, test.content)
			got, err := cmake.ReadProfile(file, time.Millisecond)
			if (err != nil) != test.bad {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("spans (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzReadProfile(f *testing.F) {
	f.Add(`[{"ph":"B","name":"a","ts":1},{"ph":"E","ts":2}]`)
	f.Add(`[{"ph":"B","ts":9},{"ph":"E","ts":-1e300}`)
	f.Fuzz(func(t *testing.T, data string) {
		file := filepath.Join(t.TempDir(), "p.json")
		write(t, file, data)
		spans, _ := cmake.ReadProfile(file, 0)
		for _, s := range spans {
			if s.Duration < 0 {
				t.Errorf("%+v", s)
			}
		}
	})
}
