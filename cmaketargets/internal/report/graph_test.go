package report_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// The critical path goes from the install step of a project to the configure step of one that needs it,
// in the same variant.
func TestCriticalPath(t *testing.T) {
	step := func(path, variant string, step model.Step, from, to int) report.Result {
		return report.Result{Result: model.Result{
			Project: model.Project{Path: path}, Variant: model.Variant{Name: variant}, Step: step, Status: model.OK,
			BuildDir: path + variant, Start: start.Add(time.Duration(from) * time.Second),
		}, Duration: report.Duration(time.Duration(to-from) * time.Second)}
	}
	d := report.Document{
		Runs: []report.Run{{Start: start, Jobs: 2, Needs: []model.Edge{{From: "app", To: "lib"}, {From: "app", To: "slow"}}}},
		Results: []report.Result{
			step("app", "a", model.Configure, 5, 7), step("app", "a", model.Build, 7, 9), step("app", "b", model.Configure, 9, 11),
			step("lib", "a", model.Configure, 0, 1), step("lib", "a", model.Build, 1, 4), step("lib", "a", model.Install, 4, 5), step("lib", "a", model.Test, 4, 9),
			step("slow", "b", model.Configure, 0, 7), step("slow", "b", model.Install, 7, 9),
			step("other", "", model.Configure, 0, 8),
		},
	}
	for _, test := range []struct {
		needs []model.Edge
		want  string
	}{
		{nil, "configure lib 1.00s, build lib 3.00s, install lib 1.00s, test lib 5.00s"},
		{[]model.Edge{{From: "app", To: "lib"}}, "configure lib 1.00s, build lib 3.00s, install lib 1.00s, test lib 5.00s"},
		{[]model.Edge{{From: "app", To: "lib"}, {From: "app", To: "slow"}}, "configure slow 7.00s, install slow 2.00s, configure app 2.00s"},
	} {
		d.Runs[0].Needs = test.needs
		d.Summarize()
		var steps []string
		for _, s := range d.Summary.CriticalPath {
			steps = append(steps, fmt.Sprint(s.Step, " ", s.Project, " ", s.Duration))
		}
		if got := strings.Join(steps, ", "); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
	page := string(render(t, report.HTML, d))
	if !strings.Contains(page, "slow [b] with configure 7.00s, install 2.00s, then app [b] with configure 2.00s, together 11.0s of ") {
		t.Error("the page does not have the path in words")
	}
}

// Each project of the picture is right of those that it needs, and no two are in one place.
func TestGraphPicture(t *testing.T) {
	d := report.Document{Runs: []report.Run{{}}}
	var edges []model.Edge
	for i := range 30 {
		for _, j := range []int{i / 2, i / 3, i - 1} {
			if j >= 0 && j != i {
				edges = append(edges, model.Edge{From: fmt.Sprint("p", i), To: fmt.Sprint("p", j), Optional: j == i/3})
			}
		}
	}
	d.Runs[0].Needs = edges
	page := string(render(t, report.HTML, d))
	at := map[string]int{}
	places := map[string]string{}
	for _, box := range regexp.MustCompile(`<g class="project"><title>(p\d+)</title><rect x="(\d+)" y="(\d+)"`).FindAllStringSubmatch(page, -1) {
		at[box[1]], _ = strconv.Atoi(box[2])
		if other := places[box[2]+" "+box[3]]; other != "" {
			t.Errorf("%s covers %s", box[1], other)
		}
		places[box[2]+" "+box[3]] = box[1]
	}
	if len(at) != 30 || strings.Count(page, `<path class="need`) != len(edges) {
		t.Errorf("%d projects of 30, %d lines of %d", len(at), strings.Count(page, `<path class="need`), len(edges))
	}
	for _, e := range edges {
		if at[e.From] <= at[e.To] {
			t.Errorf("%s is not right of %s, which it needs", e.From, e.To)
		}
	}
	// Edges in a circle, as no graph has, and many end in words.
	d.Runs[0].Needs = []model.Edge{{From: "a", To: "b"}, {From: "b", To: "a"}}
	render(t, report.HTML, d)
	for i := range 300 {
		d.Runs[0].Needs = append(d.Runs[0].Needs, model.Edge{From: fmt.Sprint("p", i), To: "b"})
	}
	if page := string(render(t, report.HTML, d)); !strings.Contains(page, "302 projects are too many for a picture") {
		t.Error("a picture of 302 projects")
	}
}
