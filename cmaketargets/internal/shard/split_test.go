package shard

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

func none(string) []string { return nil }

// durations returns those of builds, in seconds.
func durations(seconds map[string]float64) Durations {
	d := Durations{}
	for path, s := range seconds {
		d.Set(path, "", model.Build, time.Duration(s*float64(time.Second)))
	}
	return d
}

func TestDivide(t *testing.T) {
	needs := func(path string) []string {
		return map[string][]string{"b": {"f"}, "d": {"x", "e"}, "e": {"a"}}[path] // x is not selected
	}
	for _, test := range []struct {
		name, projects string
		known          map[string]float64
		needs          func(string) []string
		n              int
		want, note     string
	}{
		{"none", "", nil, none, 2, "| 0 0", ""},
		{"one shard", "a b", nil, none, 1, "a b 0", ""},
		{"by number", "a b c d e", nil, none, 2, "a c e|b d 0 0", ""},
		{"longest first", "a b c d", map[string]float64{"a": 1, "b": 2, "c": 3, "d": 4}, none, 2, "a d|b c 5 5", ""},
		{"the median for one that is unknown", "a b c d", map[string]float64{"a": 9, "b": 2, "c": 2}, none, 2, "a|b c d 9 6", "note        a is larger than one of 2 shards should be: 9.00s of 15.0s"},
		{"more shards than projects", "a b", nil, none, 3, "a|b| 0 0 0", ""},
		{
			"needs", "a b c d e f",
			map[string]float64{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1},
			needs, 2,
			"a d e|b c f 3 3", "",
		},
		{
			"needs that are many", "a b c d e f", nil, needs, 3,
			"a d e|b f|c 0 0 0", "note        3 projects that need each other (a, d, e) are larger than one of 3 shards should be: 3 of 6 projects",
		},
	} {
		split, note := Divide(strings.Fields(test.projects), []string{""}, test.needs, durations(test.known), test.n)
		var parts []string
		expected := ""
		for i, s := range split.Shards {
			parts = append(parts, strings.Join(s.Projects, " "))
			expected += fmt.Sprintf(" %v", s.Expected)
			if s.Name != fmt.Sprintf("%d/%d", i+1, test.n) {
				t.Errorf("%s: shard %d is called %s", test.name, i+1, s.Name)
			}
		}
		if got := strings.Join(parts, "|") + expected; got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		if note != test.note {
			t.Errorf("%s: the note is %q, want %q", test.name, note, test.note)
		}
	}
}

// The slowest of some shards has little more to do than the mean where each can have its part of the large ones.
func TestBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		known, projects := map[string]float64{}, []string(nil)
		for i := range 200 {
			path := fmt.Sprintf("p%03d", i)
			projects = append(projects, path)
			if i%10 == 3 {
				known[path] = rapid.Float64Range(20, 60).Draw(t, "heavy")
			} else {
				known[path] = rapid.Float64Range(0.5, 4).Draw(t, "light")
			}
		}
		n := rapid.IntRange(2, 12).Draw(t, "shards")
		split, _ := Divide(projects, []string{""}, none, durations(known), n)
		slowest, all := 0.0, 0.0
		for _, s := range split.Shards {
			slowest, all = max(slowest, s.Expected), all+s.Expected
		}
		if mean := all / float64(n); slowest > 1.10*mean {
			t.Errorf("the slowest of %d shards has %.1f s, the mean is %.1f s", n, slowest, mean)
		}
	})
}

// Shards hold the selection, each project once, and with it all that it needs; the order in which durations and needs
// are listed does not matter.
func TestDivideIsAPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(0, 40).Draw(t, "projects")
		var all []string
		direct := map[string][]string{}
		known := Durations{}
		variants := []string{"debug", "fast"}[:rapid.IntRange(1, 2).Draw(t, "variants")]
		for i := range count {
			path := fmt.Sprintf("p%02d", i)
			all = append(all, path)
			for range rapid.IntRange(0, 1).Draw(t, "needs") {
				direct[path] = append(direct[path], fmt.Sprintf("p%02d", rapid.IntRange(0, count-1).Draw(t, "need")))
			}
			for _, v := range variants {
				if rapid.Bool().Draw(t, "known") {
					known.Set(path, v, model.Build, time.Duration(rapid.IntRange(0, 5000).Draw(t, "took"))*time.Millisecond)
				}
			}
		}
		projects := slices.DeleteFunc(slices.Clone(all), func(string) bool { return rapid.IntRange(0, 3).Draw(t, "left out") == 0 })
		needs := func(path string) (through []string) {
			for queue := direct[path]; len(queue) > 0; queue = queue[1:] {
				if !slices.Contains(through, queue[0]) {
					through, queue = append(through, queue[0]), append(slices.Clip(queue), direct[queue[0]]...)
				}
			}
			return through
		}
		n := rapid.IntRange(1, 9).Draw(t, "shards")
		split, _ := Divide(projects, variants, needs, known, n)
		var got []string
		for _, s := range split.Shards {
			got = append(got, s.Projects...)
			for _, path := range s.Projects {
				for _, needed := range needs(path) {
					if slices.Contains(projects, needed) && !slices.Contains(s.Projects, needed) {
						t.Errorf("%s is in shard %s without %s, which it needs", path, s.Name, needed)
					}
				}
			}
		}
		if slices.Sort(got); !slices.Equal(got, projects) {
			t.Errorf("shards hold %q, selected are %q", got, projects)
		}
		backwards := func(path string) []string { list := needs(path); slices.Reverse(list); return list }
		if again, _ := Divide(projects, variants, backwards, known, n); !cmp.Equal(split, again) {
			t.Errorf("not the same again: %s", cmp.Diff(split, again))
		}
	})
}
