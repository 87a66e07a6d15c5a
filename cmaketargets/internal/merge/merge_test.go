package merge_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/merge"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	document := part("", planned(), "p", "q").Document
	document.Summarize()
	if err := report.WriteFile(path, report.JSON, document); err != nil {
		t.Fatal(err)
	}
	p, err := merge.Read(path)
	if diff := cmp.Diff(document, p.Document); err != nil || diff != "" || p.Name != path {
		t.Fatalf("%q, %v\n%s", p.Name, err, diff)
	}
	for content, want := range map[string]string{
		"": "unexpected end", `{"version":2}`: "it has version 2, this program reads 1", `{}`: "it has version 0",
		`{"version":1,"results":[{"run":0}]}`: "a result is of run 0, and there are 0", `{"version":1,"runs":[{}],"results":[{"run":-1}]}`: "a result is of run -1",
	} {
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := merge.Read(path); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "read report "+path) {
			t.Errorf("%s: got %v, want %s", content, err, want)
		}
	}
}

// planned is a split of four projects and two variants into three shards, the last one empty.
func planned() *model.Split {
	variants := []string{"z", "a"}
	return &model.Split{Version: 1, Shards: []model.Shard{
		{Name: "1/3", Projects: []string{"p", "s"}, Variants: variants, Expected: 3}, {Name: "2/3", Projects: []string{"q", "r"}, Variants: variants}, {Name: "3/3", Projects: []string{}, Variants: variants},
	}}
}

// part is the report of a build of projects.
func part(name string, split *model.Split, projects ...string) merge.Part {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := merge.Part{Name: name}
	p.Runs = []report.Run{{Start: start, End: start.Add(time.Minute), Steps: []model.Step{model.Build}, Jobs: 2, Selected: projects, Variants: []string{"z", "a"}, Split: split}}
	for _, project := range projects {
		for _, variant := range p.Runs[0].Variants {
			for _, step := range []model.Step{model.Configure, model.Build} {
				r := report.Result{Duration: report.Duration(time.Second)}
				r.Project.Path, r.Variant.Name, r.Step, r.Status, r.Start = project, variant, step, model.OK, start
				p.Results = append(p.Results, r)
			}
		}
	}
	return p
}

func TestReports(t *testing.T) {
	other := planned()
	other.Shards[0].Projects[1], other.Shards[1].Projects[0] = "q", "s"
	measured := planned()
	measured.Shards[0].Expected = 4
	without := func(p merge.Part, del func(report.Result) bool) merge.Part {
		p.Results = slices.DeleteFunc(p.Results, del)
		return p
	}
	twice := part("b", planned(), "q", "r")
	twice.Results = append(twice.Results, twice.Results[0])
	provided := part("b", planned(), "q", "r")
	provided.Results = append(provided.Results, part("", nil, "p").Results...) // needed by q, which no code shows
	tested := part("b", planned(), "q", "r")
	tested.Runs[0].Steps = []model.Step{model.Test}
	refused := merge.Part{Name: "b"}
	refused.Runs = []report.Run{{Error: "no cmake", Steps: []model.Step{model.Build}}}
	foreign := part("b", planned(), "q", "r", "x")
	first, second := part("a", planned(), "p", "s"), part("b", planned(), "q", "r")
	for _, test := range []struct {
		name  string
		parts []merge.Part
		plan  *model.Split
		want  string // problems, in lines
	}{
		{"complete", []merge.Part{second, first}, nil, ""},
		{"an empty shard", []merge.Part{first, second, part("c", planned())}, nil, ""},
		{"measured at another time", []merge.Part{first, part("b", measured, "q", "r")}, nil, ""},
		{"a plan", []merge.Part{part("a", nil, "p", "s"), part("b", nil, "q", "r")}, planned(), ""},
		{"a plan of the same shards", []merge.Part{first, part("b", nil, "q", "r")}, planned(), ""},
		{"more reports than shards", []merge.Part{part("a", nil, "p"), part("b", nil, "s"), part("c", nil, "r", "q")}, planned(), ""},
		{"done for others", []merge.Part{first, provided}, nil, ""},
		{"an empty plan", nil, &model.Split{Version: 1, Shards: []model.Shard{{Name: "1/1"}}}, ""},
		{"a missing shard", []merge.Part{first}, nil, "shard 2/3 has no report: q [z], q [a], r [z], r [a]"},
		{"a missing project", []merge.Part{first, part("b", planned(), "q")}, nil, "shard 2/3 is incomplete, missing are r [z], r [a]"},
		{
			"a missing variant",
			[]merge.Part{first, without(part("b", planned(), "q", "r"), func(r report.Result) bool { return r.Project.Path == "r" && r.Variant.Name == "a" })},
			nil,
			"configure r [a] is missing in b\nbuild r [a] is missing in b",
		},
		{
			"a missing step",
			[]merge.Part{first, without(part("b", planned(), "q", "r"), func(r report.Result) bool { return r.Project.Path == "r" && r.Step == model.Build })},
			nil,
			"build r [z] is missing in b\nbuild r [a] is missing in b",
		},
		{"a double step", []merge.Part{first, twice}, nil, "configure q [z] is double in b"},
		{"a double report", []merge.Part{first, second, part("c", planned(), "q", "r")}, nil, "q [z] is double: in b and in c\nq [a] is double: in b and in c\nr [z] is double: in b and in c\nr [a] is double: in b and in c"},
		{"other steps", []merge.Part{first, tested}, nil, "b has the steps configure, build, test, a has configure, build\ntest q [z] is missing in b\ntest q [a] is missing in b\ntest r [z] is missing in b\ntest r [a] is missing in b"},
		{"no shard", []merge.Part{part("a", nil, "p", "s")}, nil, "a is not of a shard: run it with CMAKETARGETS_SHARD, or name the plan of all"},
		{
			"another split",
			[]merge.Part{first, part("b", other, "s", "r")},
			nil,
			"b has other shards than a: their selections, durations or sources differ\ns [z] is double: in a and in b\ns [a] is double: in a and in b\nshard 2/3 is incomplete, missing are q [z], q [a]",
		},
		{"another plan", []merge.Part{first, second}, other, "a has other shards than the plan: their selections, durations or sources differ\nb has other shards than the plan: their selections, durations or sources differ"},
		{"not begun", []merge.Part{first, refused}, nil, "b has a run that could not start: no cmake\nshard 2/3 has no report: q [z], q [a], r [z], r [a]"},
		{"further projects", []merge.Part{first, foreign}, nil, "of no shard: x [a] in b, x [z] in b"},
		{"no run", []merge.Part{first, second, {Name: "c"}}, nil, "c has no run"},
	} {
		d, problems := merge.Reports(test.parts, test.plan)
		if diff := cmp.Diff(test.want, strings.Join(problems, "\n")); diff != "" {
			t.Errorf("%s: problems (-want +got):\n%s", test.name, diff)
		}
		all := 0
		for _, p := range test.parts {
			all += len(p.Results)
		}
		if len(d.Results) != all || (d.Summary.Status == report.NotBegun) != (test.want != "") {
			t.Errorf("%s: %d results of %d, status %s", test.name, len(d.Results), all, d.Summary.Status)
		}
		for _, r := range d.Results {
			if !slices.Contains(d.Runs[r.Run].Selected, r.Project.Path) && test.name != "done for others" {
				t.Errorf("%s: %s is in run %d", test.name, r.Project.Path, r.Run)
			}
		}
	}

	// Results have the order of one run, runs that of their beginnings. Those that went on side by side took no longer.
	first.Runs[0].Start = first.Runs[0].Start.Add(-time.Second)
	d, _ := merge.Reports([]merge.Part{second, first}, nil)
	if d.Runs[0].Selected[0] != "p" || d.Results[0].Run != 0 || time.Duration(d.Summary.Wall) != 61*time.Second {
		t.Errorf("runs are not in order, or took %s", d.Summary.Wall)
	}
	var order []string
	for _, r := range d.Results {
		order = append(order, fmt.Sprintf("%s.%s.%.1s", r.Project.Path, r.Variant.Name, r.Step))
	}
	if got := strings.Join(order, " "); got != "p.z.c p.z.b p.a.c p.a.b q.z.c q.z.b q.a.c q.a.b r.z.c r.z.b r.a.c r.a.b s.z.c s.z.b s.a.c s.a.b" {
		t.Errorf("the order is %s", got)
	}
	if _, err := json.Marshal(d); err != nil || d.Summary.OK != 16 || d.Summary.Projects != 4 {
		t.Errorf("%v, %+v", err, d.Summary)
	}
}
