package treestate

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Generated gives access to the files that CMake generated in a build tree: the cache and the
// reply of the file API. It reads each file at its first use, and keeps it. It
// implements inputs.Tree.
type Generated struct {
	dir    string
	cache  cmake.Cache
	newest *cmake.Index // found, its text not parsed
	index  *cmake.Index
	read   []string // see Read; nil before
}

// NewGenerated returns access to the build tree dir.
func NewGenerated(dir string) *Generated { return &Generated{dir: dir} }

// Cached returns the value of a cache entry, and whether there is one.
func (g *Generated) Cached(name string) (string, bool) {
	e, ok := g.entries()[name]
	return e.Value, ok
}

func (g *Generated) entries() cmake.Cache {
	if g.cache == nil {
		var err error
		if g.cache, err = cmake.ReadCache(filepath.Join(g.dir, CacheFile)); err != nil {
			g.cache = cmake.Cache{}
		}
	}
	return g.cache
}

// Reply returns the name and size of the newest reply of the file API, zero when there is none, or when it reports a
// failure. last is an earlier one, with the time of its directory, or zero.
func (g *Generated) Reply(last inputs.Stamp) inputs.Stamp {
	if g.newest == nil {
		index, err := cmake.FindIndex(g.dir, cmake.Index{File: last.Path, Time: last.ModTime})
		if err != nil || index.Failed {
			return inputs.Stamp{}
		}
		g.newest = &index
	}
	return inputs.Stamp{Path: g.newest.File, Size: g.newest.Size}
}

// Index returns the newest reply of the file API.
func (g *Generated) Index() (*cmake.Index, error) {
	if g.index == nil {
		index, err := cmake.ReadIndex(g.dir)
		if err != nil {
			return nil, err
		}
		g.newest, g.index = &index, &index
	}
	return g.index, nil
}

// Targets returns the targets in the newest reply, none where it cannot be read.
func (g *Generated) Targets() []model.Target {
	index, err := g.Index()
	if err != nil {
		return nil
	}
	codemodel, err := index.Model()
	if err != nil {
		return nil
	}
	return codemodel.Targets
}

// SnapshotTargets returns the targets that a snapshot holds.
func SnapshotTargets(s *inputs.Snapshot) []model.Target {
	var list []model.Target
	if s == nil || s.Note == "" || json.Unmarshal([]byte(s.Note), &list) != nil {
		return nil
	}
	return list
}

// Observed returns the inputs and the results of a successful configure step, for the snapshot.
// intent is that of the step; modules are those read in the run.
func (g *Generated) Observed(intent inputs.Intent, modules *Modules) (inputs.Observed, error) {
	index, err := g.Index()
	if err != nil {
		return inputs.Observed{}, err
	}
	in, err := index.Inputs()
	if err != nil {
		return inputs.Observed{}, err
	}
	codemodel, err := index.Model()
	if err != nil {
		return inputs.Observed{}, err
	}
	note, err := json.Marshal(codemodel.Targets)
	if err != nil {
		return inputs.Observed{}, fmt.Errorf("encode targets: %w", err)
	}
	observed := inputs.Observed{
		Reply: inputs.Stamp{Path: index.File, Size: index.Size, ModTime: index.Time}, CacheEnd: g.lastEntry(), Compilers: g.compilers(),
		Inputs: in.Files, Modules: in.Modules, Dirs: sourceDirs(intent.Source, codemodel.SourceDirs, in.GlobDirs), Globs: in.UnlistedGlobs, Note: string(note),
	}
	observed.Generator, _ = g.Cached("CMAKE_GENERATOR")
	if program, _ := g.Cached("CMAKE_MAKE_PROGRAM"); filepath.IsAbs(program) {
		observed.Program = program
	}
	if file := g.toolchain(intent); file != "" {
		observed.Settings = append(observed.Settings, file)
	}
	observed.Uses, observed.Settings = g.uses(intent, in, codemodel, observed.Settings, modules)
	// They are among those in the code where all of it is known.
	observed.Globs = observed.Globs && observed.Uses.Unknown != ""
	return observed, nil
}

// toolchain returns the toolchain file, whether an argument, a preset or the environment named it, or
// "". CMake looks for a relative one in the build tree, then in the source directory.
func (g *Generated) toolchain(intent inputs.Intent) string {
	file, _ := g.Cached("CMAKE_TOOLCHAIN_FILE")
	if file == "" {
		return ""
	}
	if found := fsutil.Absolute(file, intent.Build); fsutil.Exists(found) {
		return found
	}
	return fsutil.Absolute(file, intent.Source)
}

// lastEntry returns the last entry of the cache as name=value: CMake writes its
// internal entries after all others, ordered by name.
func (g *Generated) lastEntry() string {
	last := ""
	for name, e := range g.entries() {
		if e.Type == "INTERNAL" && name > last {
			last = name
		}
	}
	if last == "" {
		return ""
	}
	return last + "=" + g.cache[last].Value
}

// compilers returns the absolute paths in the cache entries CMAKE_<LANG>_COMPILER.
func (g *Generated) compilers() []string {
	var list []string
	for name, e := range g.entries() {
		if strings.HasPrefix(name, "CMAKE_") && strings.HasSuffix(name, "_COMPILER") && filepath.IsAbs(e.Value) {
			list = append(list, e.Value)
		}
	}
	return text.Unique(list)
}

// sourceDirs returns the directories of a project in which the result of a file(GLOB)
// may change: source, the given ones below it, and all between them.
func sourceDirs(source string, lists ...[]string) []string {
	dirs := map[string]bool{source: true}
	for _, dir := range slices.Concat(lists...) {
		for len(dir) > len(source) && fsutil.Inside(dir, source) && !dirs[dir] {
			dirs[dir] = true
			dir = filepath.Dir(dir)
		}
	}
	return text.SortedKeys(dirs)
}
