package discover

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// candidate is a directory whose CMakeLists.txt calls project().
type candidate struct {
	directory
	content content
	name    string // of the project
	wanted  bool   // it is below no project, or Nested names it
	text    []byte // of its CMakeLists.txt, as in Source
}

// project reports whether d's CMakeLists.txt makes it a project, and records the answer; closed that
// it is a template, with all that is below it. Filters do not matter here: the directories below
// depend on the answer.
func (w *walker) project(d directory, content content) (found, closed bool) {
	_, wanted := w.sel.nested.match(d.path)
	wanted = wanted || d.inside == ""
	c, src, why, err := readListFile(w.abs(d.path))
	if err == nil && c.found {
		found := candidate{directory: d, content: content, name: c.name, wanted: wanted}
		if len(src) <= maxKept {
			found.text = src
		}
		return w.found(found), template(c.name) != ""
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fsutil.ErrNotRegular) {
		w.warn("read %s: %v", path.Join(d.path, listFile), fsutil.Cause(err))
	}
	switch {
	case content.cache && d.path != ".": // a build tree, which read records
	case !wanted: // as usual: a project adds it by add_subdirectory()
	case err != nil:
		w.ignore(d.path, fmt.Sprintf("%s: %v", listFile, fsutil.Cause(err)))
	default:
		w.ignore(d.path, why)
	}
	return false, false
}

// found reports whether a candidate is a project. Where git has to be asked, and nothing below the
// directory is read if it is one, the answer is that it is: one question for all of them waits once
// for git, not once for each.
func (w *walker) found(c candidate) bool {
	switch {
	case w.sel.skips(path.Join(c.path, listFile)):
		w.ignore(c.path, skipReason)
		return false
	case c.repo != nil && len(w.sel.nested) == 0:
		c.repo.mu.Lock()
		defer c.repo.mu.Unlock()
		c.repo.candidates = append(c.repo.candidates, c)
		return true
	}
	return w.record(c, c.repo.rules([]string{c.repo.rel(path.Join(c.path, listFile))})[0])
}

// judge asks git about the candidates of a repository, and reads the directories below those that
// are no projects, where there may be others.
func (w *walker) judge(r *repository) {
	for r != nil && w.ctx.Err() == nil {
		r.mu.Lock()
		list := r.candidates
		r.candidates = nil
		r.mu.Unlock()
		if len(list) == 0 {
			return
		}
		paths := make([]string, len(list))
		for i, c := range list {
			paths[i] = r.rel(path.Join(c.path, listFile))
		}
		for i, rule := range r.rules(paths) {
			if c := list[i]; !w.record(c, rule) {
				w.below(c.directory, c.content, false, false)
			}
		}
	}
}

// record records a candidate, and reports false if git ignores its CMakeLists.txt by a rule.
func (w *walker) record(c candidate, rule string) bool {
	if rule != "" {
		w.ignore(c.path, listFile+" "+rule)
		return false
	}
	if reason := template(c.name); reason != "" {
		w.ignore(c.path, reason)
		return true
	}
	if !c.wanted {
		w.ignore(c.path, "inside project "+c.inside)
		return true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.result.Projects = append(w.result.Projects, model.Project{Path: c.path, Dir: w.abs(c.path), Name: c.name})
	if w.result.Sources == nil {
		w.result.Sources = map[string]Source{}
	}
	w.result.Sources[c.path] = Source{ListFile: c.text, Manifest: c.content.manifest, cache: c.content.cache}
	return true
}
