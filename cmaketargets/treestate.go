package cmaketargets

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/record"
)

// treeState answers a record's questions about a build tree; see record.Tree.
// It reads a file when it is first asked for it.
type treeState struct {
	dir   string
	cache cmake.Cache
	found *cmake.Index // not read yet
	index *cmake.Index
}

// Cached implements record.Tree.
func (s *treeState) Cached(name string) (string, bool) {
	if s.cache == nil {
		var err error
		if s.cache, err = cmake.ReadCache(filepath.Join(s.dir, "CMakeCache.txt")); err != nil {
			s.cache = cmake.Cache{}
		}
	}
	e, ok := s.cache[name]
	return e.Value, ok
}

// Reply implements record.Tree.
func (s *treeState) Reply() record.Stamp {
	if s.found == nil {
		index, err := cmake.FindIndex(s.dir)
		if err != nil || index.Failed {
			return record.Stamp{}
		}
		s.found = &index
	}
	return record.Stamp{Path: s.found.File, Size: s.found.Size}
}

// end is the last entry of the cache, as name=value: CMake writes its internal
// entries after all others, ordered by their names.
func (s *treeState) end() string {
	s.Cached("")
	end := ""
	for name, e := range s.cache {
		if e.Type == "INTERNAL" && name > end {
			end = name
		}
	}
	if end == "" {
		return ""
	}
	return end + "=" + s.cache[end].Value
}

// read reads the newest file API index.
func (s *treeState) read() error {
	if s.index != nil {
		return nil
	}
	index, err := cmake.ReadIndex(s.dir)
	if err != nil {
		return err
	}
	s.found, s.index = &index, &index
	return nil
}

func (s *treeState) inputs() (cmake.Inputs, error) {
	if err := s.read(); err != nil {
		return cmake.Inputs{}, err
	}
	return s.index.Inputs()
}

func pathsOf(inputs cmake.Inputs) []string {
	var paths []string
	for _, in := range inputs.Files {
		paths = append(paths, in.Path)
	}
	return paths
}

// finish writes the record of a configure step that succeeded.
func (t *tree) finish(rec *record.Record) (*record.Record, error) {
	state := &treeState{dir: t.dir}
	inputs, err := state.inputs()
	if err != nil {
		return nil, fmt.Errorf("read what cmake did: %w; try again with %s=1", err, EnvFresh)
	}
	model, err := state.index.Model()
	if err != nil {
		return nil, fmt.Errorf("read what cmake did: %w; try again with %s=1", err, EnvFresh)
	}
	note, err := json.Marshal(targetsFrom(model))
	if err != nil {
		return nil, err
	}
	generator, _ := state.Cached("CMAKE_GENERATOR")
	var settings []string
	// However it was named: by an argument, a preset or the environment.
	if file, _ := state.Cached("CMAKE_TOOLCHAIN_FILE"); filepath.IsAbs(file) {
		settings = append(settings, filepath.Clean(file))
	}
	return rec, rec.Finish(record.Seen{
		Generator: generator, Reply: state.index.File, ReplySize: state.index.Size, CacheEnd: state.end(), Inputs: pathsOf(inputs), Compilers: state.compilers(),
		Dirs: sourceDirs(model, inputs.Globs, t.project.Dir), Globs: inputs.UnlistedGlobs, Settings: settings, Note: string(note),
	})
}

// targetsNow are the targets that the newest reply tells of, none where it
// cannot be read.
func (t *tree) targetsNow() []Target {
	state := &treeState{dir: t.dir}
	if state.read() != nil {
		return nil
	}
	model, err := state.index.Model()
	if err != nil {
		return nil
	}
	return targetsFrom(model)
}

// compilers are those that the cache names, CMAKE_<LANG>_COMPILER.
func (s *treeState) compilers() []string {
	s.Cached("")
	var list []string
	for name, e := range s.cache {
		if strings.HasPrefix(name, "CMAKE_") && strings.HasSuffix(name, "_COMPILER") && filepath.IsAbs(e.Value) {
			list = append(list, e.Value)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// sourceDirs are the directories of the project in which a file(GLOB) may
// find a file more or less: those with sources, those that declare targets,
// those that a listed glob has looked into, and all in between.
func sourceDirs(model cmake.Model, globs []cmake.Glob, source string) []string {
	dirs := map[string]bool{source: true}
	add := func(dir string) {
		for len(dir) > len(source) && inside(dir, source) && !dirs[dir] {
			dirs[dir] = true
			dir = filepath.Dir(dir)
		}
	}
	for _, target := range model.Targets {
		add(target.SourceDir)
		for _, dir := range target.Dirs {
			add(dir)
		}
	}
	for _, glob := range globs {
		add(filepath.Dir(glob.Expression))
		for _, path := range glob.Paths {
			add(filepath.Dir(path))
		}
	}
	var list []string
	for dir := range dirs {
		list = append(list, dir)
	}
	slices.Sort(list)
	return list
}

func targetsFrom(model cmake.Model) []Target {
	var list []Target
	for _, target := range model.Targets {
		if target.Generator {
			continue
		}
		list = append(list, Target{
			Name: target.Name, Type: target.Type, Config: target.Config,
			Artifacts: target.Artifacts, SourceDir: target.SourceDir,
		})
	}
	return list
}

// targetsOf are the targets that a record keeps.
func targetsOf(rec *record.Record) []Target {
	var list []Target
	if rec == nil || rec.Note == "" || json.Unmarshal([]byte(rec.Note), &list) != nil {
		return nil
	}
	return list
}
