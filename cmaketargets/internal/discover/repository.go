package discover

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

// repository answers what a git work tree ignores. Its methods may be used by
// several goroutines at once; a nil *repository ignores nothing.
type repository struct {
	git  *git
	dir  string // absolute: paths in questions are relative to it
	path string // dir relative to the root
	top  string // absolute: where the work tree begins

	users atomic.Int32 // directories that may still have questions

	mu      sync.Mutex
	checker *checker        // nil before the first question and after close
	broken  bool            // git has failed: nothing more is asked
	tracked map[string]bool // see trackedPaths; nil when not yet asked for
}

func (r *repository) hold() {
	if r != nil {
		r.users.Add(1)
	}
}

// release ends git when the last directory is done with.
func (r *repository) release() {
	if r != nil && r.users.Add(-1) == 0 {
		r.close()
	}
}

func (r *repository) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.checker != nil {
		_ = r.checker.close()
		r.checker = nil
		r.git.mu.Lock()
		delete(r.git.running, r)
		r.git.mu.Unlock()
	}
}

// rel turns a path relative to the root into one relative to r.
func (r *repository) rel(p string) string {
	if r == nil || r.path == "." {
		return p
	}
	return strings.TrimPrefix(p, r.path+"/")
}

// ignores says by which rule, in words, one path is ignored.
func (r *repository) ignores(p string) (rule string, ok bool) {
	rule = r.rules([]string{p})[0]
	return rule, rule != ""
}

// rules returns for each path the rule, in words, by which it is ignored, ""
// for one that is not. When git fails nothing is ignored, and a warning says so.
func (r *repository) rules(paths []string) []string {
	rules := make([]string, len(paths))
	if r == nil || len(paths) == 0 {
		return rules
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken {
		return rules
	}
	verdicts, err := r.check(paths)
	if err != nil {
		r.broken = true
		r.git.failed(r, err)
		return rules
	}
	for i, v := range verdicts {
		if v.ignored() && !r.tracks(paths[i]) {
			rules[i] = fmt.Sprintf("ignored by %s:%s: %s", r.source(v.source), v.line, v.pattern)
		}
	}
	return rules
}

func (r *repository) check(paths []string) ([]verdict, error) {
	if r.checker == nil {
		c, err := startChecker(r.git, r.dir, r.top)
		if err != nil {
			return nil, err
		}
		r.checker = c
		r.git.mu.Lock()
		r.git.running[r] = true
		r.git.mu.Unlock()
	}
	return r.checker.check(paths)
}

// source names the file of a rule as seen from the root.
func (r *repository) source(file string) string {
	if filepath.IsAbs(file) {
		in, err := filepath.Rel(r.top, file)
		if err != nil || !filepath.IsLocal(in) {
			return file
		}
		file = in
	}
	return path.Join(r.path, filepath.ToSlash(file))
}

// tracks tells whether p is, or holds, a CMakeLists.txt or a submodule that was
// added to the repository in spite of the rules: git ignores no such path.
func (r *repository) tracks(p string) bool {
	if r.tracked == nil {
		var err error
		if r.tracked, err = trackedPaths(r.git, r.dir, r.top); err != nil {
			r.tracked = map[string]bool{}
			r.git.failed(r, err)
		}
	}
	return r.tracked[p]
}
