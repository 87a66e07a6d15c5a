package discover

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// selection is what the caller's patterns and directories choose.
type selection struct {
	root    string
	wild    patterns // Include entries that choose among what the walk finds
	named   []string // Include entries that name a directory: their paths
	exclude patterns
	nested  patterns
	skip    []string // paths relative to the root
}

func newSelection(o Options) *selection {
	s := &selection{
		root:    o.Root,
		exclude: newPatterns(o.Exclude),
		nested:  newPatterns(o.Nested),
	}
	for _, p := range newPatterns(o.Include) {
		if name, ok := plainPath(p); ok {
			s.named = append(s.named, name)
		} else {
			s.wild = append(s.wild, p)
		}
	}
	for _, dir := range o.Skip {
		if p, ok := below(o.Root, dir); ok {
			s.skip = append(s.skip, p)
		}
	}
	return s
}

// below returns dir as a path relative to root when it lies below root, by its
// name or by where its links lead.
func below(root, dir string) (string, bool) {
	rel := func(root, dir string) (string, bool) {
		p, err := filepath.Rel(root, dir)
		if err != nil || p == "." || !filepath.IsLocal(p) {
			return "", false
		}
		return filepath.ToSlash(p), true
	}
	if p, ok := rel(root, dir); ok {
		return p, true
	}
	realRoot, err1 := filepath.EvalSymlinks(root)
	realDir, err2 := filepath.EvalSymlinks(dir)
	if errors.Join(err1, err2) != nil {
		return "", false
	}
	return rel(realRoot, realDir)
}

// needsWalk tells whether anything but named directories is wanted.
func (s *selection) needsWalk() bool { return len(s.wild) > 0 || len(s.named) == 0 }

// skips tells whether the directory at p, or one above it, is to be skipped.
func (s *selection) skips(p string) bool {
	return slices.ContainsFunc(s.skip, func(dir string) bool {
		return p == dir || strings.HasPrefix(p, dir+"/")
	})
}

// reject returns why the project at p, which the walk found, is not chosen.
func (s *selection) reject(p string) string {
	if slices.Contains(s.named, p) {
		return "" // addNamed sees to it
	}
	if pattern, ok := s.exclude.match(p); ok {
		return "excluded by pattern " + pattern
	}
	if _, ok := s.wild.match(p); !ok && len(s.wild) > 0 {
		return "not matched by Include"
	}
	return ""
}

// addNamed adds the directories that Include names, and says which one it could
// not add, nil for none.
func (s *selection) addNamed(r *Result) *NoMatchError {
	for _, p := range s.named {
		project, err := s.namedProject(p)
		if err != nil {
			return &NoMatchError{Pattern: p, Cause: err}
		}
		r.Projects = slices.DeleteFunc(r.Projects, func(x Project) bool { return x.Path == p })
		r.Ignored = slices.DeleteFunc(r.Ignored, func(x Ignored) bool { return x.Path == p })
		r.Projects = append(r.Projects, project)
	}
	return nil
}

func (s *selection) namedProject(p string) (Project, error) {
	if pattern, ok := s.exclude.match(p); ok {
		return Project{}, fmt.Errorf("excluded by pattern %s", pattern)
	}
	if s.skips(p) {
		return Project{}, errors.New(skipReason)
	}
	dir := filepath.Join(s.root, filepath.FromSlash(p))
	if info, err := os.Stat(dir); err != nil {
		return Project{}, causeOf(err)
	} else if !info.IsDir() {
		return Project{}, errors.New("not a directory")
	}
	c, _, err := readListFile(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return Project{}, fmt.Errorf("the directory holds no %s", listFile)
	} else if err != nil {
		return Project{}, fmt.Errorf("%s: %w", listFile, causeOf(err))
	}
	return Project{Path: p, Dir: dir, Name: c.name}, nil
}

// unmatched says which pattern of Include chose no project, nil for none.
func (s *selection) unmatched(projects []Project) *NoMatchError {
	for _, pattern := range s.wild {
		if !slices.ContainsFunc(projects, func(p Project) bool { return matches(pattern, p.Path) }) {
			return &NoMatchError{Pattern: pattern}
		}
	}
	return nil
}
