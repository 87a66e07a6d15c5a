package affected

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/sourcegraph/conc/iter"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/graph"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// Tree is a build tree of a project.
type Tree struct {
	Dir     string
	Variant string
	Build   model.Step // the name by which its build step is recorded
	// Intent returns the settings of a configure step of it now; last is its snapshot, or nil.
	Intent func(last *inputs.Snapshot) (inputs.Intent, error)
}

// Relations answers the filters of a selection; see selection.Relations.
type Relations struct {
	Context  context.Context
	Env      []string
	Root     string // of the workspace
	Manifest string // path of a file of manifests, or ""
	Jobs     int
	Projects []model.Project
	Trees    func(model.Project) []Tree
	Graph    func() *graph.Graph
	Prepare  func() error // is called before Tree.Intent
	Note     func(line string)
	Show     func(path string) string // shortens a path
	// Reasons are lines that explain why a revision selects projects.
	Reasons []string
	// Left has the paths of the projects that no revision selects; nil before there was one.
	Left map[string]bool
}

// Needs implements selection.Relations.
func (r *Relations) Needs(path string) []string { return model.Paths(r.Graph().All(path)) }

// NeededBy implements selection.Relations.
func (r *Relations) NeededBy(path string) []string { return model.Paths(r.Graph().Dependents(path)) }

// Failed implements selection.Relations.
func (r *Relations) Failed() []string {
	failed := func(t Tree) bool {
		for _, timing := range treestate.Timings(t.Dir) {
			if timing.Failed {
				return true
			}
		}
		return false
	}
	var list []string
	for _, p := range r.Projects {
		if slices.ContainsFunc(r.Trees(p), failed) {
			list = append(list, p.Path)
		}
	}
	return list
}

// verdict is the decision about a project.
type verdict struct {
	reason string // why changes affect it, "" if they do not
	// reaches reports that they affect those that need it, too: they may change the files that it installs.
	reaches bool
}

// Changed implements selection.Relations. All projects are selected if git cannot compare, and one is
// if its inputs are not known.
func (r *Relations) Changed(revision string) ([]string, error) {
	if r.Left == nil {
		r.Left = map[string]bool{}
		for _, p := range r.Projects {
			r.Left[p.Path] = true
		}
	}
	diff, err := discover.Changes(r.Context, r.Env, r.Root, revision)
	if r.Context.Err() != nil {
		return nil, context.Cause(r.Context)
	}
	if err != nil {
		r.Note(fmt.Sprintf("note: all projects are selected: %v", err))
		clear(r.Left)
		return model.Paths(r.Projects), nil
	}
	if err := r.Prepare(); err != nil {
		return nil, err
	}
	var kept File
	if r.Manifest != "" {
		if kept, err = Load(r.Manifest); err != nil {
			r.Note(fmt.Sprintf("note: %s is not used: %v", r.Show(r.Manifest), fsutil.Cause(err)))
		}
	}
	var files inputs.Files
	verdicts := iter.Mapper[model.Project, verdict]{MaxGoroutines: r.Jobs}.Map(r.Projects, func(p *model.Project) verdict {
		return r.decide(*p, kept, diff, &files)
	})
	reasons := r.spread(verdicts)
	var list []string
	for _, p := range r.Projects {
		if reasons[p.Path] != "" {
			list = append(list, p.Path)
			r.Reasons = append(r.Reasons, fmt.Sprintf("%s is selected: %s", p.Path, reasons[p.Path]))
			delete(r.Left, p.Path)
		}
	}
	return list, nil
}

// spread returns the reasons of verdicts by project, and those of the projects that need these.
func (r *Relations) spread(verdicts []verdict) map[string]string {
	reasons := map[string]string{}
	for i, p := range r.Projects {
		reasons[p.Path] = verdicts[i].reason
	}
	for i, p := range r.Projects {
		if !verdicts[i].reaches {
			continue
		}
		for _, path := range r.NeededBy(p.Path) {
			if reasons[path] == "" {
				reasons[path] = fmt.Sprintf("it needs %s: %s", p.Path, verdicts[i].reason)
			}
		}
	}
	return reasons
}

// decide decides whether changes in a repository affect a project.
func (r *Relations) decide(p model.Project, kept File, diff discover.Diff, files *inputs.Files) verdict {
	rel, err := filepath.Rel(diff.Root, p.Dir)
	if err != nil {
		return verdict{err.Error(), true}
	}
	real, err1 := filepath.EvalSymlinks(p.Dir) // a linked package
	root, err2 := filepath.EvalSymlinks(diff.Root)
	if err1 != nil || err2 != nil || !fsutil.Inside(real, root) {
		return verdict{"it lies outside of the repository", true}
	}
	project := filepath.ToSlash(rel)
	var v verdict
	if change, _, ok := (&Manifest{}).Affected(project, diff.Changes); ok {
		v.reason = change.Path + " differs"
	}
	for _, t := range r.Trees(p) {
		last := inputs.Load(t.Dir)
		m := t.read(diff.Root, last, files)
		if m == nil {
			m = kept.Manifests[p.Path][t.Variant]
		}
		if m == nil {
			m = &Manifest{Unknown: unbuilt}
		}
		unknown := m.Unknown
		if len(diff.Changes) == 0 && !diff.Moved {
			unknown = "" // whatever it is, it is as it was
		}
		if unknown == "" && len(m.Conditions) > 0 {
			intent, err := t.Intent(last)
			if err != nil { // the configure step will report it
				unknown = err.Error()
			} else if name := m.Conditions.Changed(intent, diff.Root, files); name != "" {
				unknown = name + " changed"
			}
		}
		if unknown != "" {
			return verdict{cmp.Or(v.reason, unknown), true}
		}
		if change, read, ok := m.Affected(project, diff.Changes); ok && !v.reaches {
			v = verdict{change.Path + " differs", read}
		}
	}
	return v
}

// unbuilt is the reason why the inputs of a project are unknown that was not built, or whose build
// failed.
const unbuilt = "its last build is not known to have succeeded"

// read returns the inputs of a build tree, whose snapshot is last. It returns nil if the tree was
// never built.
func (t Tree) read(root string, last *inputs.Snapshot, files *inputs.Files) *Manifest {
	built := treestate.Timings(t.Dir)[t.Build]
	switch {
	case built.Failed || treestate.BuildKilled(t.Dir):
		return &Manifest{Unknown: unbuilt}
	case built.At.IsZero() || last == nil:
		return nil
	}
	used, unknown := inputs.Names(last)
	if unknown != "" {
		return &Manifest{Unknown: "it is not known what it reads: " + unknown, Conditions: inputs.ConditionsOf(last, root, files)}
	}
	m, err := Read(root, t.Dir, used)
	if err != nil {
		return &Manifest{Unknown: fmt.Sprintf("it is not known what it reads: %v", err)}
	}
	m.Conditions = inputs.ConditionsOf(last, root, files)
	return m
}

// Write brings the file of manifests up to date with the build trees that were built.
func (r *Relations) Write() {
	diff, err := discover.Changes(r.Context, r.Env, r.Root, "HEAD")
	if err == nil {
		file, _ := Load(r.Manifest)
		var files inputs.Files
		for _, p := range r.Projects {
			for _, t := range r.Trees(p) {
				if m := t.read(diff.Root, inputs.Load(t.Dir), &files); m != nil {
					file.Set(p.Path, t.Variant, m)
				}
			}
		}
		err = file.Save(r.Manifest)
	}
	if err != nil {
		r.Note(fmt.Sprintf("note: %s is not written: %v", r.Show(r.Manifest), fsutil.Cause(err)))
	}
}
