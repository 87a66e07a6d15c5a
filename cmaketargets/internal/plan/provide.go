package plan

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// Installed is the reason of a step that is done for other projects and has nothing to do.
const Installed = "installed"

// installed decides an action that is done for other projects, in a run that builds nothing. It has
// nothing to do if the project is installed as of its last build, or built where it installs nothing, and
// has not been configured since.
func (a *Action) installed(unknown bool) bool {
	t := a.Tree
	snapshot, timings := inputs.Load(t.Dir), treestate.Timings(t.Dir)
	if !a.Provide || unknown || snapshot == nil || treestate.BuildKilled(t.Dir) ||
		timings[t.Record(model.Build)].Failed || timings[t.Record(model.Install)].Failed {
		return false
	}
	if !cmake.InstalledSince(t.Dir, t.InstallPrefix(), snapshot.At, t.lookup(DestDir)) {
		log, err := os.Stat(treestate.LogPath(t.Dir, t.Record(model.Build)))
		built := err == nil && !log.ModTime().Before(snapshot.At) && !timings[t.Record(model.Build)].At.IsZero()
		if !built || cmake.HasInstall(t.Dir) && !nothingToCopy(a) {
			return false
		}
	}
	a.Verdict, a.Reason = UpToDate, Installed
	return true
}

// DestDir is a directory that install steps put in front of all others.
const DestDir = "DESTDIR"

// Installation returns the directory in which other projects find the files that a build tree installs.
func Installation(t *Tree) string {
	dir := t.InstallPrefix()
	if to := t.lookup(DestDir); to != "" {
		dir = filepath.Join(to, strings.TrimPrefix(dir, filepath.VolumeName(dir)))
	}
	return fsutil.Absolute(dir, t.Dir)
}

// The variables by which CMake and pkg-config find the files that other projects have installed.
const (
	PrefixPath    = "CMAKE_PREFIX_PATH"
	pkgConfigPath = "PKG_CONFIG_PATH"
)

// SearchIn puts install prefixes before all other directories that CMake and pkg-config search in a
// build tree. env is the environment without them.
func SearchIn(t *Tree, prefixes, env []string) {
	if t.Search, t.Env = prefixes, env; len(prefixes) == 0 {
		return
	}
	var modules []string
	for _, dir := range prefixes {
		for _, sub := range []string{"lib", "lib64", "share"} {
			modules = append(modules, filepath.Join(dir, sub, "pkgconfig"))
		}
	}
	t.Env = slices.DeleteFunc(slices.Clone(env), func(entry string) bool {
		return strings.HasPrefix(entry, PrefixPath+"=") || strings.HasPrefix(entry, pkgConfigPath+"=")
	})
	for name, first := range map[string][]string{PrefixPath: prefixes, pkgConfigPath: modules} {
		list := slices.Clip(first)
		for _, dir := range filepath.SplitList(fsutil.Getenv(env, name)) {
			if !slices.Contains(list, dir) {
				list = append(list, dir)
			}
		}
		t.Env = append(t.Env, name+"="+strings.Join(list, string(os.PathListSeparator)))
	}
}

// searchPath returns the cache entry CMAKE_PREFIX_PATH that puts the search path before that of the variant
// or its preset, "" where these have none: CMake searches the entry before the variable of the
// environment, which a preset can replace.
func searchPath(t *Tree, preset cmake.Preset) string {
	theirs, defined := t.defines().Defined(PrefixPath)
	if !defined {
		theirs = preset.Entry(PrefixPath)
		_, inEnv := preset.Environment[PrefixPath]
		defined = inEnv || theirs != ""
		if unknownPath(preset) {
			return ""
		}
	}
	if len(t.Search) == 0 || !defined {
		return ""
	}
	list := slices.Clone(t.Search)
	if theirs != "" {
		list = append(list, theirs)
	}
	return strings.Join(list, ";")
}

// unknownPath reports whether only CMake can expand the cache entry CMAKE_PREFIX_PATH that a preset sets.
func unknownPath(preset cmake.Preset) bool {
	own := func(name string) bool { return strings.Contains(preset.Variables[PrefixPath], "$env{"+name+"}") }
	return strings.Contains(preset.Entry(PrefixPath), "${") || slices.ContainsFunc(text.SortedKeys(preset.Environment), own)
}

// SearchedLast reports whether CMake searches a directory of the preset before the projects that a build
// tree needs, as the value of its CMAKE_PREFIX_PATH is not known.
func SearchedLast(t *Tree) bool {
	_, preset, err := t.preset()
	_, defined := t.defines().Defined(PrefixPath)
	return err == nil && !defined && len(t.Search) > 0 && unknownPath(preset)
}

// searchEnv returns the variables that SearchIn has set, as far as a step reads them.
func searchEnv(t *Tree, step model.Step) []string {
	var env []string
	if len(t.Search) > 0 && (step == model.Configure || step == model.Build) {
		env = append(env, PrefixPath+"="+t.lookup(PrefixPath))
	}
	if len(t.Search) > 0 && step == model.Configure {
		env = append(env, pkgConfigPath+"="+t.lookup(pkgConfigPath))
	}
	return env
}

// foundElsewhere returns the cache entries, without those set by hand, by which a package that another
// project provides was found elsewhere before that one was needed, and a reason to look again.
func foundElsewhere(t *Tree, generated *treestate.Generated) (entries []string, reason string) {
	if len(t.Claimed) == 0 {
		return nil, ""
	}
	cache := generated.Cache()
	for _, entry := range text.SortedKeys(cache) {
		e := cache[entry]
		inside := slices.ContainsFunc(t.Search, func(prefix string) bool { return fsutil.Inside(e.Value, prefix) })
		if e.Type != "PATH" && e.Type != "FILEPATH" || inside || !filepath.IsAbs(e.Value) {
			continue
		}
		for _, name := range text.SortedKeys(t.Claimed) {
			if len(entry) > len(name) && strings.EqualFold(entry[:len(name)+1], name+"_") && !generated.ByHand(entry) {
				entries, reason = append(entries, entry), fmt.Sprintf("%s provides %s, which was found as %s", t.Claimed[name], name, e.Value)
				break
			}
		}
	}
	return entries, reason
}
