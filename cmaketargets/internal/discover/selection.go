package discover

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// selection is the resolved form of the patterns and directories in Options.
type selection struct {
	root    string
	wild    patterns // Include entries with wildcards
	named   []string // paths of the other Include entries
	exclude patterns
	nested  patterns
	skip    []string // relative to the root
	tracked []string // files in skip that git tracks
}

func newSelection(o Options) *selection {
	s := &selection{root: o.Root, exclude: newPatterns(o.Exclude), nested: newPatterns(o.Nested)}
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

// below returns dir relative to root if it lies below root, by its name or with symbolic links
// resolved.
func below(root, dir string) (string, bool) {
	p, ok := fsutil.Within(dir, root)
	if !ok {
		realRoot, err1 := filepath.EvalSymlinks(root)
		realDir, err2 := filepath.EvalSymlinks(dir)
		if errors.Join(err1, err2) != nil {
			return "", false
		}
		p, ok = fsutil.Within(realDir, realRoot)
	}
	return filepath.ToSlash(p), ok && p != "."
}

// needsWalk reports whether anything but named directories is wanted.
func (s *selection) needsWalk() bool { return len(s.wild) > 0 || len(s.named) == 0 }

// skips reports whether the directory at p, or one above it, is to be skipped. Files that git tracks
// are sources wherever they are.
func (s *selection) skips(p string) bool {
	return slices.ContainsFunc(s.skip, func(dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }) && !s.tracks(p)
}

// reject returns why the project at p, which the walk found, is not chosen.
func (s *selection) reject(p string) string {
	if slices.Contains(s.named, p) {
		return "" // addNamed decides
	}
	if pattern, ok := s.exclude.match(p); ok {
		return "excluded by pattern " + pattern
	}
	if _, ok := s.wild.match(p); !ok && len(s.wild) > 0 {
		return "not matched by Include"
	}
	return ""
}

// addNamed adds the directories that Include names. It returns the first that it cannot add.
func (s *selection) addNamed(r *Result) (name string, err error) {
	for _, p := range s.named {
		project, err := s.namedProject(p)
		if err != nil {
			return p, err
		}
		r.Projects = slices.DeleteFunc(r.Projects, func(x model.Project) bool { return x.Path == p })
		r.Ignored = slices.DeleteFunc(r.Ignored, func(x Ignored) bool { return x.Path == p })
		r.Projects = append(r.Projects, project)
	}
	return "", nil
}

func (s *selection) namedProject(p string) (model.Project, error) {
	none := model.Project{}
	if pattern, ok := s.exclude.match(p); ok {
		return none, fmt.Errorf("excluded by pattern %s", pattern)
	}
	if s.skips(path.Join(p, listFile)) {
		return none, errors.New(skipReason + ", and git does not track it; set Config.BuildRoot to another directory")
	}
	dir := filepath.Join(s.root, filepath.FromSlash(p))
	if info, err := os.Stat(dir); err != nil {
		return none, fsutil.Cause(err)
	} else if !info.IsDir() {
		return none, errors.New("not a directory")
	}
	c, _, _, err := readListFile(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return none, fmt.Errorf("the directory holds no %s", listFile)
	} else if err != nil {
		return none, fmt.Errorf("%s: %w", listFile, fsutil.Cause(err))
	}
	return model.Project{Path: p, Dir: dir, Name: c.name}, nil
}

// unmatched returns the first pattern of Include that chose no project.
func (s *selection) unmatched(projects []model.Project) string {
	for _, pattern := range s.wild {
		if !slices.ContainsFunc(projects, func(p model.Project) bool { return matches(pattern, p.Path) }) {
			return pattern
		}
	}
	return ""
}

// CheckPatterns returns an error for the first pattern that is malformed or cannot match anything
// below a root. field is the name of the setting.
func CheckPatterns(field string, patterns []string) error {
	for _, p := range patterns {
		if err := checkPattern(p); err != nil {
			return fmt.Errorf("check %s pattern %q: %w", field, p, err)
		}
	}
	return nil
}

func checkPattern(p string) error {
	switch clean := path.Clean(p); {
	case p == "":
		return errors.New("it is empty; the root is \".\"")
	case path.IsAbs(p):
		return errors.New("it must be relative to the root")
	case clean == ".." || strings.HasPrefix(clean, "../"):
		return errors.New("it leads out of the root")
	case !doublestar.ValidatePattern(p):
		return errors.New("its brackets, braces or escapes do not match up")
	}
	return nil
}

// patterns are checked and cleaned patterns.
type patterns []string

func newPatterns(list []string) patterns {
	var ps patterns
	for _, p := range list {
		ps = append(ps, path.Clean(p))
	}
	return ps
}

// match returns the first pattern that matches the path p.
func (ps patterns) match(p string) (pattern string, ok bool) {
	for _, pattern := range ps {
		if matches(pattern, p) {
			return pattern, true
		}
	}
	return "", false
}

// matchAll returns the first pattern that matches the path p and every path below it.
func (ps patterns) matchAll(p string) (pattern string, ok bool) {
	for _, pattern := range ps {
		if (pattern == "**" || strings.HasSuffix(pattern, "/**")) && matches(pattern, p) {
			return pattern, true
		}
	}
	return "", false
}

// Match reports whether a well-formed pattern matches the path of a project, by the rules of Options.
func Match(pattern, p string) bool { return matches(path.Clean(pattern), p) }

func matches(pattern, p string) bool {
	if !doublestar.MatchUnvalidated(pattern, p) {
		return false
	}
	// "*" matches any one name, and "." is none: "*/**" is all but the root.
	return p != "." || strings.HasPrefix(pattern, "**") || !doublestar.MatchUnvalidated(pattern, "\x00")
}

// plainPath returns the one path that a pattern without wildcards matches.
func plainPath(pattern string) (p string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch c {
		case '*', '?', '[', '{':
			return "", false
		case '\\':
			if i++; i < len(pattern) {
				c = pattern[i]
			}
		}
		b.WriteByte(c)
	}
	return path.Clean(b.String()), true
}
