package discover

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Options says where to look and what to choose.
//
// The patterns are doublestar patterns matched against the whole
// slash-separated path relative to Root. The path of Root itself is "."; only
// "." and patterns that begin with "**" match it, "*" does not.
type Options struct {
	// Root is the absolute path of an existing directory.
	Root string
	// Include chooses among the projects; empty chooses all. An entry without
	// wildcards names that very directory: it is taken even without a project()
	// call, and even where the walk would not look. If all entries are of that
	// kind, nothing is walked.
	Include []string
	// Exclude drops projects and wins over Include.
	Exclude []string
	// Nested chooses among the projects that lie below other projects; empty
	// looks at nothing below a project, "**" takes all.
	Nested []string
	// Skip lists absolute directories that are never entered, such as the build
	// root and the install prefix. It wins over Include.
	Skip []string
	// Env is the environment of git, nil that of this process. GIT_* variables
	// that would point git at another repository are dropped from it.
	Env []string
}

// Project is a directory to configure.
type Project struct {
	// Path is slash-separated and relative to the root, "." for the root
	// itself: the project's identity.
	Path string
	// Dir is the absolute path.
	Dir string
	// Name is the name given to project(), for display; it is empty when it is
	// not a literal, or longer than anybody reads, and for a directory that does
	// not call project().
	Name string
}

// Ignored says why a directory was not looked into, or why the CMakeLists.txt
// in it makes no project. Path is the directory's, as in Project.
type Ignored struct{ Path, Reason string }

// Result is what Find found.
type Result struct {
	Projects []Project // sorted by Path
	Ignored  []Ignored // sorted by Path
	Warnings []string  // sorted; what could not be read, git not usable, in-source builds
	Dirs     int       // directories read
	Files    int       // other entries seen in them
}

// Find looks for projects below o.Root.
//
// Finding none is no error. An error is a root that cannot be read, a malformed
// pattern, a *NoMatchError, or the context's error when it was cancelled; what
// cannot be read further down is a warning. When Find returns, every process
// and goroutine that it started has ended.
func Find(ctx context.Context, o Options) (Result, error) {
	if err := checkRoot(o.Root); err != nil {
		return Result{}, err
	}
	for _, p := range []struct {
		field    string
		patterns []string
	}{{"Include", o.Include}, {"Exclude", o.Exclude}, {"Nested", o.Nested}} {
		if err := CheckPatterns(p.field, p.patterns); err != nil {
			return Result{}, err
		}
	}
	if err := ctx.Err(); err != nil {
		return Result{}, fmt.Errorf("discover projects: %w", err)
	}
	s := newSelection(o)
	var res Result
	if s.needsWalk() {
		var err error
		if res, err = walk(ctx, o, s); err != nil {
			return Result{}, err
		}
	}
	found := res.Projects
	res.Projects = nil
	for _, p := range found {
		if reason := s.reject(p.Path); reason != "" {
			res.Ignored = append(res.Ignored, Ignored{p.Path, reason})
		} else {
			res.Projects = append(res.Projects, p)
		}
	}
	noMatch := s.addNamed(&res)
	if noMatch == nil {
		noMatch = s.unmatched(res.Projects)
	}
	if noMatch != nil {
		return Result{}, noMatch.explain(ctx, o, found, res)
	}
	for _, p := range res.Projects {
		if _, err := os.Lstat(filepath.Join(p.Dir, cacheFile)); err == nil {
			res.Warnings = append(res.Warnings, fmt.Sprintf("%s holds a %s: it was built in its source directory", p.Path, cacheFile))
		}
	}
	sortResult(&res)
	return res, nil
}

// checkRoot tells apart the ways in which root cannot be walked.
func checkRoot(root string) error {
	if !filepath.IsAbs(root) {
		return fmt.Errorf("discover projects: root %q is not an absolute path", root)
	}
	info, err := os.Stat(root)
	if err != nil {
		return fmt.Errorf("discover projects: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("discover projects: root %s is not a directory", root)
	}
	return nil
}

// sortResult makes the answer independent of the order of the walk.
func sortResult(r *Result) {
	slices.SortFunc(r.Projects, func(a, b Project) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(r.Ignored, func(a, b Ignored) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Reason, b.Reason))
	})
	slices.Sort(r.Warnings)
}
