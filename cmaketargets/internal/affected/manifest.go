package affected

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fsutil.ErrNotRegular)
}

// Manifest lists the inputs of a build tree in its repository. Paths are relative to the root of that, with slashes.
type Manifest struct {
	Files []string `json:"files,omitempty"`
	// Dirs are directories that are searched or listed, with all that is in them.
	Dirs []string `json:"dirs,omitempty"`
	// Installed are directories that are installed with all that is in them.
	Installed []string `json:"installed,omitempty"`
	// Unknown is why there may be more, "" if there is not.
	Unknown string `json:"unknown,omitempty"`
	// Conditions are those of the configure step.
	Conditions inputs.Conditions `json:"conditions,omitempty"`

	index index
}

// index is a manifest for lookups.
type index struct {
	files   map[string]bool
	names   map[string]bool // of the files, without directories
	parents map[string]bool // of the files
	above   map[string]bool // all directories above the files
}

// Read returns the manifest of a build tree whose build has succeeded, with all that its configure step
// used. root is that of the repository.
func Read(root, build string, used []string) (*Manifest, error) {
	s := scanner{root: root, build: build, seen: map[string]bool{}}
	if err := s.tree(); err != nil {
		return nil, err
	}
	for _, path := range used {
		s.add(path)
	}
	m := &Manifest{}
	l := links{root: root, targets: map[string]string{}}
	for _, path := range text.SortedKeys(s.seen) {
		if path == root {
			continue
		}
		info, err := os.Stat(path)
		installed := s.installed[path]
		for range maxLinks {
			next, linked := l.follow(path)
			isDir := !linked && err == nil && info.IsDir()
			m.add(root, path, isDir)
			if isDir && installed {
				m.Installed = append(m.Installed, m.Dirs[len(m.Dirs)-1])
			}
			if !linked || !fsutil.Inside(next, root) {
				break
			}
			path = next
		}
	}
	m.Files, m.Dirs, m.Installed = text.Unique(m.Files), text.Unique(m.Dirs), text.Unique(m.Installed)
	return m, nil
}

// maxLinks bounds the links that lead to a file.
const maxLinks = 32

// links follows symbolic links below a directory.
type links struct {
	root    string
	targets map[string]string // of the links, "" for other paths
}

// follow replaces the first link in a path by its target; linked reports whether there is one.
func (l links) follow(path string) (next string, linked bool) {
	for end := len(l.root) + 1; end <= len(path); end++ {
		if end < len(path) && !os.IsPathSeparator(path[end]) {
			continue
		}
		begin := path[:end]
		target, known := l.targets[begin]
		if !known {
			target, _ = os.Readlink(begin)
			l.targets[begin] = target
		}
		if target != "" {
			return fsutil.Absolute(target, filepath.Dir(begin)) + path[end:], true
		}
	}
	return path, false
}

func (m *Manifest) add(root, path string, isDir bool) {
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return
	}
	if rel = filepath.ToSlash(rel); isDir {
		m.Dirs = append(m.Dirs, rel)
	} else {
		m.Files = append(m.Files, rel)
	}
}

// Affected returns the change that affects a project, whose path is relative to the root of the
// repository, with slashes. read reports that the build tree reads it; tests may read any other file in the
// directory of the project.
func (m *Manifest) Affected(project string, changes []discover.Change) (change discover.Change, read, ok bool) {
	if m.index.files == nil {
		m.index = index{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
		for _, file := range m.Files {
			m.index.files[file] = true
			m.index.names[path.Base(file)] = true
			m.index.parents[path.Dir(file)] = true
			for dir := path.Dir(file); dir != "." && !m.index.above[dir]; dir = path.Dir(dir) {
				m.index.above[dir] = true
			}
		}
	}
	for _, c := range changes {
		if m.reads(c) {
			return c, true, true
		}
		if !ok && below(c.Path, project) {
			change, ok = c, true
		}
	}
	return change, false, ok
}

// reads reports whether a build tree reads a path that changed.
func (m *Manifest) reads(c discover.Change) bool {
	// A directory is a submodule, or a link that was one or becomes one.
	if m.index.files[c.Path] || m.index.above[c.Path] || slices.ContainsFunc(m.Installed, func(dir string) bool { return below(c.Path, dir) }) {
		return true
	}
	if !c.Names {
		return false
	}
	for dir := path.Dir(c.Path); dir != "."; dir = path.Dir(dir) {
		if m.index.files[dir] { // a directory that did not exist
			return true
		}
	}
	// It may be found before a file of that name: compilers look beside the file that includes it, CMake
	// in all directories of CMAKE_MODULE_PATH.
	if !c.Gone && m.index.names[path.Base(c.Path)] && (m.index.parents[path.Dir(c.Path)] || path.Ext(c.Path) == ".cmake") {
		return true
	}
	return slices.ContainsFunc(m.Dirs, func(dir string) bool { return below(c.Path, dir) })
}

// below reports whether a path is dir or in it.
func below(path, dir string) bool {
	return dir == "." || path == dir || strings.HasPrefix(path, dir+"/")
}

// File is a file of manifests, by project and variant, for machines without build trees.
type File struct {
	Version   int                             `json:"version"`
	Manifests map[string]map[string]*Manifest `json:"manifests"`
}

// Load reads a file of manifests. One that does not exist has none.
func Load(path string) (File, error) {
	f := File{Manifests: map[string]map[string]*Manifest{}}
	data, _, err := fsutil.Read(path, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	if err == nil && f.Version != version {
		err = fmt.Errorf("it has version %d, this program reads %d", f.Version, version)
	}
	if err != nil {
		return File{Manifests: map[string]map[string]*Manifest{}}, err
	}
	return f, nil
}

const version = 2

// Set adds the manifest of a project in a variant.
func (f File) Set(project, variant string, m *Manifest) {
	if f.Manifests[project] == nil {
		f.Manifests[project] = map[string]*Manifest{}
	}
	f.Manifests[project][variant] = m
}

// Save writes the file.
func (f File) Save(path string) error {
	f.Version = version
	data, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	return fsutil.WriteFile(path, append(data, '\n'))
}
