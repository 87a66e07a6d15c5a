package plan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// Installed is the reason of a step that is done for other projects and has nothing to do.
const Installed = "installed"

// installed decides an action that is done for other projects, in a run that builds nothing. It has
// nothing to do if the project is installed as of its last build, and has not been configured since.
func (a *Action) installed(unknown bool) bool {
	t := a.Tree
	snapshot, timings := inputs.Load(t.Dir), treestate.Timings(t.Dir)
	if !a.Provide || unknown || snapshot == nil || treestate.BuildKilled(t.Dir) ||
		timings[t.Record(model.Build)].Failed || timings[t.Record(model.Install)].Failed || !cmake.InstalledSince(t.Dir, t.InstallPrefix(), snapshot.At, t.lookup(destDir)) {
		return false
	}
	a.Verdict, a.Reason = UpToDate, Installed
	return true
}

// destDir is a directory that install steps put in front of all others.
const destDir = "DESTDIR"

// Installation returns the directory in which other projects find the files that a build tree installs.
func Installation(t *Tree) string {
	dir := t.InstallPrefix()
	if to := t.lookup(destDir); to != "" {
		dir = filepath.Join(to, strings.TrimPrefix(dir, filepath.VolumeName(dir)))
	}
	return fsutil.Absolute(dir, t.Dir)
}

// The variables by which CMake and pkg-config find what other projects have installed.
const (
	prefixPath    = "CMAKE_PREFIX_PATH"
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
		return strings.HasPrefix(entry, prefixPath+"=") || strings.HasPrefix(entry, pkgConfigPath+"=")
	})
	for name, first := range map[string][]string{prefixPath: prefixes, pkgConfigPath: modules} {
		list := slices.Clip(first)
		for _, dir := range filepath.SplitList(fsutil.Getenv(env, name)) {
			if !slices.Contains(list, dir) {
				list = append(list, dir)
			}
		}
		t.Env = append(t.Env, name+"="+strings.Join(list, string(os.PathListSeparator)))
	}
}

// searchEnv returns the variables that SearchIn has set, as far as a step reads them.
func searchEnv(t *Tree, step model.Step) []string {
	var env []string
	if len(t.Search) > 0 && (step == model.Configure || step == model.Build) {
		env = append(env, prefixPath+"="+t.lookup(prefixPath))
	}
	if len(t.Search) > 0 && step == model.Configure {
		env = append(env, pkgConfigPath+"="+t.lookup(pkgConfigPath))
	}
	return env
}
