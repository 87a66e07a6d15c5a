package cmaketargets

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// reportFile is a report to write, its path absolute.
type reportFile struct {
	path string
	form report.Form
}

// reportFiles are the reports that a Config and the environment ask for. Those
// of the environment are relative to the directory that mage runs in, as what
// one types there is.
func reportFiles(c Config, k knobs) ([]reportFile, error) {
	var files []reportFile
	add := func(from, path, base string) error {
		form, err := report.FormOf(path)
		if err != nil {
			return fmt.Errorf("read %s: the name %s %w", from, quoted(path), err)
		}
		path = absolute(path, base)
		if !slices.ContainsFunc(files, func(f reportFile) bool { return f.path == path }) {
			files = append(files, reportFile{path, form})
		}
		return nil
	}
	for _, path := range c.Reports {
		if err := add("Config.Reports", path, c.Root); err != nil {
			return nil, err
		}
	}
	for _, path := range k.reports {
		if err := add(EnvReport, path, startDir); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// reportDir is the directory of reports that Clean leaves alone, as it does with
// the install prefix; no variant can have that name.
func (s *settings) reportDir() string { return filepath.Join(s.BuildRoot, "_reports") }

// misplaced is a report that lies in a build tree.
type misplaced struct{ report, tree, better string }

func (e *misplaced) Error() string {
	return fmt.Sprintf("plan reports: %s would lie in the build tree %s, which Clean removes; put it into %s", e.report, e.tree, e.better)
}

// checkReports makes sure that no report lies in a build tree: Clean would
// remove it, or take the directory for somebody's own when only it is left.
func (s *settings) checkReports(tree string) error {
	for _, file := range s.reports {
		if inside(file.path, tree) && !inside(file.path, s.reportDir()) {
			return &misplaced{s.show(file.path), s.show(tree), s.show(s.reportDir())}
		}
	}
	return nil
}

// written remembers which workspaces each file of this process tells of: the
// targets of two workspaces that are asked for the same file must not
// overwrite each other's part of it. Files are written one at a time.
var written struct {
	mu sync.Mutex
	by map[string][]*Workspace
}

// publish writes the reports of a workspace after one of its runs, whatever
// became of that: all of them, even if one cannot be written. They hold all
// that this process has done so far. also are results and runs that are not in
// Results.
func (w *Workspace) publish(set *settings, also Report, runs ...*facts) error {
	if len(set.reports) == 0 {
		return nil
	}
	written.mu.Lock()
	defer written.mu.Unlock()
	if written.by == nil {
		written.by = map[string][]*Workspace{}
	}
	var errs []error
	var doc report.Document
	var of []*Workspace // those that doc tells of
	for _, file := range set.reports {
		if !slices.Contains(written.by[file.path], w) {
			written.by[file.path] = append(written.by[file.path], w)
		}
		if by := written.by[file.path]; of == nil || !slices.Equal(of, by) {
			of = by
			var all Report
			for _, each := range of {
				all = append(all, each.Results()...)
			}
			doc = append(all, also...).document(runs...)
		}
		err := report.WriteFile(file.path, func(out io.Writer) error { return file.form(out, doc) })
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// publishFailure writes the reports of a run that could not start, so that
// those of an earlier one do not pass for its own.
func (w *Workspace) publishFailure(f *facts, cause error) error {
	w.mu.Lock()
	config := w.config
	w.mu.Unlock()
	set, err := settle(config, environment())
	if wrong := (*misplaced)(nil); err != nil || errors.As(cause, &wrong) {
		return nil // The cause says so, and nobody knows which reports, or where.
	}
	f.root, f.repository, f.jobs = set.Root, set.repository, set.Jobs
	f.ended(cause)
	return w.publish(set, nil, f)
}

// annotate tells GitHub, in one of its jobs, what the results of the run say of
// lines of the repository, and adds to the summary of the job.
func (r *run) annotate() error {
	own := r.results()
	if lookup(r.env, "GITHUB_ACTIONS") != "true" || len(own) == 0 {
		return nil
	}
	doc := own.document()
	var commands bytes.Buffer
	_ = report.Annotations(&commands, doc)
	r.screen.Commands(commands.String())
	path := lookup(r.env, "GITHUB_STEP_SUMMARY")
	if path == "" {
		return nil
	}
	var summary bytes.Buffer
	_ = report.Markdown(&summary, doc)
	return appendSummary(path, summary.Bytes())
}

// maxSummary is what GitHub takes from one step of a job, in bytes; of a
// longer file it shows nothing but an error.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
const maxSummary = 1 << 20

// appendSummary adds to the summary of a job what there is still room for, all
// of it or nothing.
func appendSummary(path string, data []byte) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return fmt.Errorf("write job summary: %w", err)
	}
	info, err := file.Stat()
	if err == nil && info.Size()+int64(len(data)) <= maxSummary {
		_, err = file.Write(append(data, '\n'))
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write job summary: %w", err)
	}
	return nil
}
