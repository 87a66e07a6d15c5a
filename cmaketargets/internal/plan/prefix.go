package plan

import (
	"cmp"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// The install prefix is the first that is set of
//
//   - Defines and Args of the variant
//   - Config.Prefix
//   - installDir or a cache variable of the preset; with a CMake that reads it, its variable of the environment
//   - a cache entry that was set by hand, and, in a build tree that was left to it, the project
//   - the environment variable CMAKE_INSTALL_PREFIX
//   - the project, in a new build tree
//   - the default of Config.Prefix
//
// It is an argument of the configure step, so that generated files agree with where
// they go. CMake's own default, a directory of the system, counts as not set, except
// where it was set by hand in a build tree of ours.

// saidToCMake reports whether the variant or its preset names an install prefix to CMake.
func (t *Tree) saidToCMake(preset cmake.Preset) bool {
	if _, ok := t.defines().Defined(cmake.InstallPrefix); ok {
		return true
	}
	for _, arg := range t.Variant.Args {
		if name, _, _ := strings.Cut(arg, "="); name == "--install-prefix" {
			return true
		}
	}
	return !t.Settings.PrefixSet && presetPrefix(preset, t.Tools.Version) != ""
}

// presetPrefix returns the install prefix that a preset names to a version of CMake, "" for none.
func presetPrefix(preset cmake.Preset, v cmake.Version) string {
	dir := preset.Entry(cmake.InstallPrefix)
	if dir == "" && v.Has(cmake.PrefixEnv) {
		dir = preset.Env(cmake.InstallPrefix)
	}
	return dir
}

// ownPrefix returns the install prefix of a build tree for which neither the variant nor the
// project names one.
func (t *Tree) ownPrefix() string {
	if dir := t.lookup(cmake.InstallPrefix); dir != "" && !t.Settings.PrefixSet {
		return fsutil.Absolute(dir, t.Settings.StartDir)
	}
	return t.Settings.InstallDir(t.Project, model.Variant{Name: t.Owner})
}

// prefix returns the install prefix to give to the configure step, "" where another one applies.
// last is the snapshot of the build tree, or nil. kept reports that the one in the cache is neither that
// of the last step nor CMake's own: it was set by hand, which a fresh start keeps, or by the project.
// cleaned reports that the build tree will be removed before.
func (t *Tree) prefix(preset cmake.Preset, last *inputs.Snapshot, files *inputs.Files, cleaned bool) (dir string, kept bool) {
	own := t.ownPrefix()
	switch {
	case t.saidToCMake(preset):
		return "", false
	case t.Settings.PrefixSet:
		return own, false
	}
	given, ours := "", false
	if last != nil {
		given, ours = cmake.Configure{Args: last.Args}.Defined(cmake.InstallPrefix)
		_, byPreset := last.Preset[cmake.InstallPrefix]
		if ours = ours || byPreset; ours && inputs.CacheUnchanged(last, files) {
			return own, false
		}
	}
	generated := treestate.NewGenerated(t.Dir)
	switch cached, ok := generated.Cached(cmake.InstallPrefix); {
	case !ok || cleaned:
		if t.lookup(cmake.InstallPrefix) == "" && mentions(t.Project.Dir, setPrefix()) {
			return "", false
		}
		return own, false
	case cmake.SystemPrefix(cached) && systemByHand(last, generated):
		return "", true
	case cached == given, ours && !generated.ByHand(cmake.InstallPrefix),
		cmake.SystemPrefix(cached) && (!mentions(t.Project.Dir, setPrefix()) || cmake.SystemPrefix(cmake.Prefix(t.Dir))):
		return own, false
	case cmake.SystemPrefix(cached):
		return "", false
	default:
		return "", true
	}
}

// systemByHand reports whether a directory of the system was set by hand as the install prefix. It is
// CMake's default in a cache that was made since the last step; that has no definition of ours.
func systemByHand(last *inputs.Snapshot, generated *treestate.Generated) bool {
	if last == nil || !generated.ByHand(cmake.InstallPrefix) {
		return false
	}
	for name, value := range (inputs.Intent{Args: last.Args}).Defines() {
		if cached, ok := generated.Cached(name); ok && cached == value && name != cmake.InstallPrefix {
			return true
		}
	}
	return false
}

// setPrefix matches the calls by which a project sets a prefix of its own.
var setPrefix = text.Regexp(`(?im)^[^#\n]*(?:\bset\s*\(\s*CMAKE_INSTALL_PREFIX\s|CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)`)

// MissingPrefix returns the install prefix to configure with once more, when the project that was
// to set one of its own has not, or where the one set by hand was not kept; else "".
func (a *Action) MissingPrefix() string {
	cached, _ := treestate.NewGenerated(a.Tree.Dir).Cached(cmake.InstallPrefix)
	if a.Configure.Prefix != "" || !cmake.SystemPrefix(cached) || !cmake.SystemPrefix(cmake.Prefix(a.Tree.Dir)) {
		return ""
	}
	if _, preset, _ := a.Tree.preset(); a.Tree.saidToCMake(preset) {
		return ""
	}
	return a.Tree.ownPrefix()
}

// replacedPrefix returns the install prefix to give to the install step, "" to leave it to the
// build tree: a project has set one in spite of Config.Prefix, or CMake's own default, or the build
// tree was configured with that of another variant.
func (t *Tree) replacedPrefix() string {
	actual, own := filepath.FromSlash(cmake.Prefix(t.Dir)), t.ownPrefix()
	shared := t.Owner != t.Variant.Name && own == t.Settings.InstallDir(t.Project, model.Variant{Name: t.Owner})
	if actual == "" || actual == own && !shared || actual != own && !t.Settings.PrefixSet && !cmake.SystemPrefix(actual) {
		return ""
	}
	if cmake.SystemPrefix(actual) && !t.Settings.PrefixSet && systemByHand(inputs.Load(t.Dir), treestate.NewGenerated(t.Dir)) {
		return ""
	}
	if _, preset, _ := t.preset(); t.saidToCMake(preset) {
		return ""
	}
	if shared {
		return t.Settings.InstallDir(t.Project, t.Variant)
	}
	return own
}

// InstallPrefix returns the directory that the install step writes to: that of the configured build
// tree, else the one that it will have unless the project sets its own.
func (t *Tree) InstallPrefix() string {
	if dir := cmp.Or(t.replacedPrefix(), cmake.Prefix(t.Dir)); dir != "" {
		return dir
	}
	_, preset, _ := t.preset()
	if value, ok := t.defines().Defined(cmake.InstallPrefix); ok {
		return value
	}
	if dir := presetPrefix(preset, t.Tools.Version); dir != "" && !t.Settings.PrefixSet {
		return dir
	}
	return t.ownPrefix()
}
