// Report works on the .json reports that runs write:
//
//	report merge REPORT... -o FILE[,FILE]... [-plan plan.json] [-durations FILE]
//
// Merge makes one report of those of all shards, in each form that a name after -o asks for by its ending, as
// CMAKETARGETS_REPORT does. A directory stands for the .json files in it, at any depth. It fails with
// status 1 when a project, a variant or a step of the plan is missing or double; the files are written
// all the same, and have that as an error. Steps that failed are no failure of merge.
//
// The plan of all shards is in reports of runs with CMAKETARGETS_SHARD. For jobs that CMAKETARGETS_PLAN has
// listed, -plan names the file that CMAKETARGETS_PLAN=json:N has printed. With -durations, the durations of
// all steps that succeeded go into that file, see CMAKETARGETS_DURATIONS.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/merge"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
	"github.com/magecmake/magecmake/cmaketargets/internal/shard"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

const usage = "usage: report merge REPORT... -o FILE[,FILE]... [-plan plan.json] [-durations FILE]"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// The exit statuses.
const (
	complete   = 0
	incomplete = 1
	refused    = 2
)

func run(args []string, stdout, stderr io.Writer) int {
	m, err := parse(args)
	if err == nil {
		err = m.merge()
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "report:", text.Clean(err.Error()))
		return refused
	}
	if len(m.problems) > 0 {
		for _, problem := range m.problems {
			_, _ = fmt.Fprintln(stderr, "report:", text.Clean(problem))
		}
		return incomplete
	}
	_, _ = fmt.Fprintf(stdout, "merged %s: %s\n", text.Count(m.parts, "report"), text.Count(m.results, "result"))
	return complete
}

// merger is one call of merge.
type merger struct {
	plan, durations string
	out             []report.File
	from            []string

	parts, results int
	problems       []string
}

// parse reads the arguments. Flags may come after reports.
func parse(args []string) (*merger, error) {
	if len(args) == 0 || args[0] != "merge" {
		return nil, errors.New(usage)
	}
	m := &merger{}
	flags := flag.NewFlagSet("merge", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&m.plan, "plan", "", "")
	flags.StringVar(&m.durations, "durations", "", "")
	flags.Func("o", "", func(names string) (err error) {
		m.out, err = report.AddFiles(m.out, "-o", strings.Split(names, ","), "")
		return err
	})
	for args = args[1:]; len(args) > 0; {
		if err := flags.Parse(args); err != nil {
			return nil, fmt.Errorf("%w\n%s", err, usage)
		}
		if args = flags.Args(); len(args) > 0 {
			m.from, args = append(m.from, args[0]), args[1:]
		}
	}
	if len(m.out) == 0 || len(m.from) == 0 {
		return nil, errors.New(usage)
	}
	return m, nil
}

// merge reads the reports and writes all files.
func (m *merger) merge() error {
	var split *model.Split
	if m.plan != "" {
		var err error
		if split, err = readPlan(m.plan); err != nil {
			return err
		}
	}
	durations, err := shard.Load(m.durations)
	if err != nil {
		return err
	}
	paths, err := m.reports()
	if err != nil {
		return err
	}
	var parts []merge.Part
	for _, path := range paths {
		p, err := merge.Read(path)
		if err != nil {
			return err
		}
		parts = append(parts, p)
	}
	document, problems := merge.Reports(parts, split)
	if len(parts) == 0 && split == nil {
		return fmt.Errorf("merge reports: there is none in %s", strings.Join(m.from, ", "))
	}
	m.parts, m.results, m.problems = len(parts), len(document.Results), problems
	var errs []error
	for _, f := range m.out {
		errs = append(errs, report.WriteFile(f.Path, f.Form, document))
	}
	if m.durations != "" {
		for _, r := range document.Results {
			if r.Status.Good() && r.Step != model.Clean {
				durations.Set(r.Project.Path, r.Variant.Name, r.Step, time.Duration(r.Duration))
			}
		}
		errs = append(errs, durations.Save(m.durations))
	}
	return errors.Join(errs...)
}

// reports returns the paths of the reports. A file that is both in a directory and an output, or the plan,
// is none.
func (m *merger) reports() (paths []string, err error) {
	other := map[string]bool{}
	for _, path := range []string{m.plan, m.durations} {
		other[absolute(path)] = true
	}
	for _, f := range m.out {
		other[absolute(f.Path)] = true
	}
	for _, from := range m.from {
		err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && (path == from || isReport(path) && !other[absolute(path)]) {
				paths = append(paths, path)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read reports: %w", err)
		}
	}
	return paths, nil
}

// absolute returns an absolute path, or path itself where there is no working directory.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// isReport reports whether the name of a file is that of a report that can be read.
func isReport(path string) bool {
	return strings.HasSuffix(path, ".json") && !strings.HasSuffix(path, ".trace.json") && !strings.HasSuffix(path, ".codequality.json")
}

// readPlan reads a split that CMAKETARGETS_PLAN=json:N has printed.
func readPlan(path string) (*model.Split, error) {
	const maxPlan = 64 << 20 // bytes
	var split model.Split
	data, _, err := fsutil.Read(path, maxPlan)
	if err == nil {
		err = json.Unmarshal(data, &split)
	}
	if err == nil && (split.Version != model.SplitVersion || len(split.Shards) == 0) {
		err = errors.New("it is not printed by CMAKETARGETS_PLAN=json:N mage list")
	}
	if err != nil {
		return nil, fmt.Errorf("read plan %s: %w", path, fsutil.Cause(err))
	}
	return &split, nil
}
