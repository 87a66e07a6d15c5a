package discover

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Options configures Find.
//
// The patterns are doublestar patterns matched against the whole slash-separated path relative to
// Root. The path of Root itself is "."; only "." and patterns that begin with "**" match it, "*" does
// not.
type Options struct {
	// Root is the absolute path of an existing directory.
	Root string
	// Include chooses among the projects; empty chooses all. An entry without wildcards names one
	// directory: it is added even without a project() call, and even where the walk would not read.
	// If all entries are of that kind, nothing is walked.
	Include []string
	// Exclude drops projects and wins over Include.
	Exclude []string
	// Nested chooses among the projects below other projects; empty reads nothing below a project,
	// "**" takes all.
	Nested []string
	// Skip lists absolute directories that are not read, such as the build root and the install
	// prefix, but for files in them that git tracks. It wins over Include.
	Skip []string
	// Env is the environment of git, in the form of os.Environ. GIT_* variables that would select
	// another repository are removed from it.
	Env []string
}

// Ignored is a directory that was not read, or whose CMakeLists.txt makes no project. Path is as in
// model.Project.
type Ignored struct{ Path, Reason string }

// Result is the result of Find.
type Result struct {
	Projects []model.Project   // sorted by Path; Name is empty without a literal of at most 200 bytes
	Ignored  []Ignored         // sorted by Path
	Warnings []string          // sorted; errors of files and of git, in-source builds
	Dirs     int               // directories read
	Files    int               // other entries in them
	Tracked  []string          // files in Options.Skip that git tracks, as paths relative to the root
	Sources  map[string]Source // of projects that the walk found, by path
}

// Source has the files of a project that the walk has seen.
type Source struct {
	ListFile []byte // its CMakeLists.txt; nil if that has more than 4 KiB
	Manifest bool   // it has a package.xml
	cache    bool   // it has a CMakeCache.txt
}

// maxKept bounds Source.ListFile: most files are shorter, and a workspace may have 10,000 projects.
const maxKept = 4 << 10

// Find looks for projects below o.Root.
//
// Finding none is no error. An error is a root that cannot be read, a malformed pattern, an Include
// pattern without a project, or the context's error; an unreadable file or directory further down
// is a warning. When Find returns, every process and goroutine that it started has ended.
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
	var warnings []string
	s.tracked = newGit(ctx, o.Env, func(format string, args ...any) {
		warnings = append(warnings, fmt.Sprintf(format, args...))
	}).trackedBelow(o.Root, s.skip)
	if s.needsWalk() {
		var err error
		if res, err = walk(ctx, o, s); err != nil {
			return Result{}, err
		}
	}
	found := res.Projects
	res.Projects, res.Tracked, res.Warnings = nil, s.tracked, append(res.Warnings, warnings...)
	for _, p := range found {
		if reason := s.reject(p.Path); reason != "" {
			res.Ignored = append(res.Ignored, Ignored{p.Path, reason})
		} else {
			res.Projects = append(res.Projects, p)
		}
	}
	if pattern, err := s.addNamed(&res); err != nil {
		return Result{}, noMatch(ctx, o, pattern, err, found, res.Dirs)
	}
	if pattern := s.unmatched(res.Projects); pattern != "" {
		return Result{}, noMatch(ctx, o, pattern, nil, found, res.Dirs)
	}
	for _, p := range res.Projects {
		source, walked := res.Sources[p.Path]
		if walked && source.cache || !walked && fsutil.Exists(filepath.Join(p.Dir, cacheFile)) {
			res.Warnings = append(res.Warnings, fmt.Sprintf("%s holds a %s: it was built in its source directory", p.Path, cacheFile))
		}
	}
	text.SortStable(res.Projects, byPath)
	text.SortStable(res.Ignored, func(a, b Ignored) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Reason, b.Reason))
	})
	res.Warnings = text.Unique(res.Warnings)
	return res, nil
}

func byPath(a, b model.Project) int { return cmp.Compare(a.Path, b.Path) }

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
