package discover

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

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

// skips reports whether the directory at p, or one above it, is to be skipped.
func (s *selection) skips(p string) bool {
	return slices.ContainsFunc(s.skip, func(dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") })
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
	if s.skips(p) {
		return none, errors.New(skipReason)
	}
	dir := filepath.Join(s.root, filepath.FromSlash(p))
	if info, err := os.Stat(dir); err != nil {
		return none, fsutil.Cause(err)
	} else if !info.IsDir() {
		return none, errors.New("not a directory")
	}
	c, _, err := readListFile(dir)
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
