package affected

import (
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
	Note     func(line string)
	Show     func(path string) string // shortens a path
	// Reasons are lines that say why a revision selects projects.
	Reasons []string
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

// Changed implements selection.Relations. All projects are selected if git cannot compare, and one is
// if it is not known what it reads.
func (r *Relations) Changed(revision string) ([]string, error) {
	root, changes, err := discover.Changes(r.Context, r.Env, r.Root, revision)
	if r.Context.Err() != nil {
		return nil, context.Cause(r.Context)
	}
	if err != nil {
		r.Note(fmt.Sprintf("note: all projects are selected: %v", err))
		return model.Paths(r.Projects), nil
	}
	var kept File
	if r.Manifest != "" {
		if kept, err = Load(r.Manifest); err != nil {
			r.Note(fmt.Sprintf("note: %s is not used: %v", r.Show(r.Manifest), fsutil.Cause(err)))
		}
	}
	reasons := iter.Mapper[model.Project, string]{MaxGoroutines: r.Jobs}.Map(r.Projects, func(p *model.Project) string {
		return r.reason(*p, root, kept, changes)
	})
	var list []string
	for i, p := range r.Projects {
		if reasons[i] != "" {
			list = append(list, p.Path)
			r.Reasons = append(r.Reasons, fmt.Sprintf("%s is selected: %s", p.Path, reasons[i]))
		}
	}
	return list, nil
}

// reason returns why changes in a repository select a project, "" if they do not.
func (r *Relations) reason(p model.Project, root string, kept File, changes []discover.Change) string {
	rel, err := filepath.Rel(root, p.Dir)
	if err != nil {
		return err.Error()
	}
	project := filepath.ToSlash(rel)
	if change, ok := (&Manifest{}).Affected(project, changes); ok {
		return change.Path + " differs"
	}
	if len(changes) == 0 {
		return ""
	}
	for _, t := range r.Trees(p) {
		m, unknown := t.read(p, root)
		if m == nil {
			m = kept.Manifests[p.Path][t.Variant]
		}
		if m == nil {
			return unknown
		}
		if change, ok := m.Affected(project, changes); ok {
			return change.Path + " differs"
		}
	}
	return ""
}

// read returns what a build tree reads, or why that is not known.
func (t Tree) read(p model.Project, root string) (m *Manifest, unknown string) {
	built := treestate.Timings(t.Dir)[t.Build]
	if built.At.IsZero() || built.Failed || treestate.BuildKilled(t.Dir) {
		return nil, "its last build is not known to have succeeded"
	}
	used, unknown := inputs.Names(inputs.Load(t.Dir))
	if unknown != "" {
		return nil, "it is not known what it reads: " + unknown
	}
	m, err := Read(root, p.Dir, t.Dir, used)
	if err != nil {
		return nil, fmt.Sprintf("it is not known what it reads: %v", err)
	}
	return m, ""
}

// Write brings the file of manifests up to date with the build trees that were built.
func (r *Relations) Write() {
	root, _, err := discover.Changes(r.Context, r.Env, r.Root, "HEAD")
	if err == nil {
		file, _ := Load(r.Manifest)
		for _, p := range r.Projects {
			for _, t := range r.Trees(p) {
				if m, _ := t.read(p, root); m != nil {
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
