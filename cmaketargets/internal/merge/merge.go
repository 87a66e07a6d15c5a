// Package merge makes one report of those of all shards.
package merge

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// maxDocument bounds a report that is read, in bytes.
const maxDocument = 1 << 30

// Part is one of several reports, with its name in errors.
type Part struct {
	Name string
	report.Document
}

// Read reads a report in its JSON form.
func Read(path string) (Part, error) {
	p := Part{Name: path}
	data, _, err := fsutil.Read(path, maxDocument)
	if err == nil {
		err = json.Unmarshal(data, &p.Document)
	}
	if err == nil && p.Version != report.Version {
		err = fmt.Errorf("it has version %d, this program reads %d", p.Version, report.Version)
	}
	for _, r := range p.Results {
		if err == nil && (r.Run < 0 || r.Run >= len(p.Runs)) {
			err = fmt.Errorf("a result is of run %d, and there are %d", r.Run, len(p.Runs))
		}
	}
	if err != nil {
		return p, fmt.Errorf("read report %s: %w", path, fsutil.Cause(err))
	}
	return p, nil
}

// task is the work of a shard in one build tree.
type task struct{ project, variant string }

func (t task) String() string { return model.Title(t.project, t.variant) }

// Reports returns the reports of shards as one. problems has a line for each project, variant or step of the split
// that is missing in them or there twice; the document has them as the error of a further run. With nil the split is
// the one that the reports have. Projects that were done for others may be in several reports.
func Reports(parts []Part, split *model.Split) (d report.Document, problems []string) {
	m := merger{split: split, owners: map[task]string{}}
	for _, p := range parts {
		for _, r := range p.Results {
			r.Run += len(d.Runs)
			d.Results = append(d.Results, r)
		}
		d.Runs = append(d.Runs, p.Runs...)
		m.add(p)
	}
	m.complete()
	m.sort(&d)
	if problems = m.problems; len(problems) > 0 {
		run := report.New(nil, nil).Runs[0]
		for _, other := range d.Runs {
			if other.End.After(run.End) {
				run.Start, run.End = other.End, other.End
			}
		}
		run.Error = "merge of reports: " + strings.Join(problems, "\n")
		d.Runs = append(d.Runs, run)
	}
	d.Summarize()
	return d, problems
}

// merger compares reports with a split.
type merger struct {
	split    *model.Split // nil until a report has one
	from     string       // the report that has it, "" if it was given
	steps    []model.Step // of the first report with a task
	first    string       // that report
	owners   map[task]string
	problems []string
}

func (m *merger) problem(format string, args ...any) {
	m.problems = append(m.problems, fmt.Sprintf(format, args...))
}

// add compares one report.
func (m *merger) add(p Part) {
	own, steps := m.read(p)
	if len(own) == 0 {
		return
	}
	if m.first == "" {
		m.first, m.steps = p.Name, steps
	} else if !slices.Equal(steps, m.steps) {
		m.problem("%s has the steps %s, %s has %s", p.Name, join(steps), m.first, join(m.steps))
	}
	count := map[task]map[model.Step]int{}
	for _, r := range p.Results {
		t := task{r.Project.Path, r.Variant.Name}
		if count[t] == nil {
			count[t] = map[model.Step]int{}
		}
		count[t][r.Step]++
	}
	for _, t := range own {
		if other := m.owners[t]; other != "" {
			m.problem("%s is double: in %s and in %s", t, other, p.Name)
			continue
		}
		m.owners[t] = p.Name
		for _, step := range steps {
			switch n := count[t][step]; {
			case n == 0:
				m.problem("%s %s is missing in %s", step, t, p.Name)
			case n > 1:
				m.problem("%s %s is double in %s", step, t, p.Name)
			}
		}
	}
}

// read returns the tasks that a report is about, in order, and the steps that its runs do.
func (m *merger) read(p Part) (own []task, steps []model.Step) {
	seen := map[task]bool{}
	for _, run := range p.Runs {
		switch {
		case run.Error != "" && len(run.Selected) == 0:
			m.problem("%s has a run that could not start: %s", p.Name, strings.Join(strings.Fields(text.Plain(run.Error)), " "))
		case run.Split == nil && (m.split == nil || m.from != ""):
			m.problem("%s is not of a shard: run it with CMAKETARGETS_SHARD, or name the plan of all", p.Name)
		case run.Split != nil && m.split == nil:
			m.split, m.from = run.Split, p.Name
		case run.Split != nil && !same(*run.Split, *m.split):
			m.problem("%s has other shards than %s: their selections, durations or sources differ", p.Name, cmp.Or(m.from, "the plan"))
		}
		for _, project := range run.Selected {
			for _, variant := range run.Variants {
				if t := (task{project, variant}); !seen[t] {
					seen[t], own = true, append(own, t)
				}
			}
		}
		steps = append(steps, model.Chain(run.Steps)...)
	}
	if len(p.Runs) == 0 {
		m.problem("%s has no run", p.Name)
	}
	slices.SortFunc(steps, func(a, b model.Step) int { return cmp.Compare(a.Order(), b.Order()) })
	return own, slices.Compact(steps)
}

// same reports whether two splits have the same shards.
func same(a, b model.Split) bool {
	return slices.EqualFunc(a.Shards, b.Shards, func(a, b model.Shard) bool {
		return a.Name == b.Name && slices.Equal(a.Projects, b.Projects) && slices.Equal(a.Variants, b.Variants)
	})
}

// complete compares all reports together with the split.
func (m *merger) complete() {
	if m.split == nil {
		return // which is a problem of each report
	}
	planned := map[task]bool{}
	for _, shard := range m.split.Shards {
		var missing []string
		all := 0
		for _, project := range shard.Projects {
			for _, variant := range shard.Variants {
				t := task{project, variant}
				planned[t] = true
				if all++; m.owners[t] == "" {
					missing = append(missing, t.String())
				}
			}
		}
		switch len(missing) {
		case 0:
		case all:
			m.problem("shard %s has no report: %s", shard.Name, text.List(missing))
		default:
			m.problem("shard %s is incomplete, missing are %s", shard.Name, text.List(missing))
		}
	}
	var further []string
	for t := range m.owners {
		if !planned[t] {
			further = append(further, t.String()+" in "+m.owners[t])
		}
	}
	if slices.Sort(further); len(further) > 0 {
		m.problem("of no shard: %s", text.List(further))
	}
}

// sort orders runs by their beginning, and results as those of one run.
func (m *merger) sort(d *report.Document) {
	order := make([]int, len(d.Runs)) // the former indices
	for i := range order {
		order[i] = i
	}
	text.SortStable(order, func(a, b int) int { return d.Runs[a].Start.Compare(d.Runs[b].Start) })
	runs, now := make([]report.Run, len(order)), make([]int, len(order))
	for i, former := range order {
		runs[i], now[former] = d.Runs[former], i
	}
	d.Runs = runs
	for i := range d.Results {
		d.Results[i].Run = now[d.Results[i].Run]
	}
	var variants []string
	if m.split != nil && len(m.split.Shards) > 0 {
		variants = m.split.Shards[0].Variants
	}
	text.SortStable(d.Results, func(a, b report.Result) int { return model.Compare(a.Result, b.Result, variants) })
}

func join(steps []model.Step) string {
	var words []string
	for _, s := range steps {
		words = append(words, string(s))
	}
	return strings.Join(words, ", ")
}
