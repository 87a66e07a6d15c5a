package plan

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// Config.Launcher is the value of cache entries that an initial cache sets where there are none. CMake gives
// no entry to its checks, as it gives them the variables of the environment with the same names, and has no
// warning for one whose language a project does not enable, as it has for a definition.
//
// A language has no entry of ours where the variant, its preset or the environment names a launcher, where
// there is one in the cache that is not ours, and where its compiler is a link to a launcher; and none has one
// where the project has the older RULE_LAUNCH_COMPILE, which would start that launcher beside ours.

const launcherSuffix = "_COMPILER_LAUNCHER"

// launchRule matches the property by which a project launches all of its compilers.
var launchRule = text.Regexp(`(?m)^[^#\n]*\bRULE_LAUNCH_COMPILE\b`)

// LauncherEntries returns the cache entries that a configure step sets for a launcher.
func LauncherEntries(a *Action) map[string]string {
	entries := map[string]string{}
	for _, name := range a.Configure.launched {
		entries[name] = ours(a.Tree, name)
	}
	return entries
}

// launcher returns the value of those entries.
func launcher(t *Tree) string {
	return filepath.ToSlash(strings.Join(t.Tools.Launcher.Command, ";"))
}

// ours returns the value that we give an entry.
func ours(t *Tree, name string) string {
	switch name {
	case jobPools:
		return fmt.Sprintf("%s=%d", linkPool, links(t))
	case jobPoolLink:
		return linkPool
	}
	return launcher(t)
}

// isOurs reports whether we may set an entry.
func isOurs(name string) bool {
	return strings.HasSuffix(name, launcherSuffix) || name == jobPools || name == jobPoolLink
}

// launched returns the names of the cache entries to set, and of those that are not set because of the
// compiler that the build tree has. last is the snapshot of the build tree, or nil; cleaned reports that it
// will be removed before.
func launched(t *Tree, preset cmake.Preset, generator string, last *inputs.Snapshot, cleaned bool) (names, withheld []string) {
	if t.Tools.Launcher == nil || mentions(t.Project.Dir, launchRule()) {
		return nil, nil
	}
	generated := treestate.NewGenerated(t.Dir)
	for _, language := range t.Tools.Launcher.Languages() {
		name := "CMAKE_" + language + launcherSuffix
		_, defined := t.defines().Defined(name)
		_, inPreset := preset.Environment[name]
		if defined || inPreset || preset.Entry(name) != "" || t.lookup(name) != "" {
			continue
		}
		switch cached, ok := generated.Cached(name); {
		case !cleaned && ok && cached != given(last)[name]:
		case !cleaned && launches(t, generated, name):
			withheld = append(withheld, name)
		default:
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		names = append(names, pooled(t, preset, generator, last, cleaned)...)
	}
	return names, withheld
}

// launch adds the entries to the arguments of the configure step.
func (c *Configure) launch(t *Tree, names []string) {
	c.launched = append(c.launched, names...)
	for _, name := range names {
		c.Intent.Args = append(c.Intent.Args, "-D"+name+"="+ours(t, name))
	}
}

// given returns the cache entries that the arguments of the last configure step set, with those of ours.
func given(last *inputs.Snapshot) map[string]string {
	if last == nil {
		return nil
	}
	return inputs.Intent{Args: last.Args}.Defines()
}

// launches reports whether the compiler of an entry is a launcher by itself.
func launches(t *Tree, generated *treestate.Generated, name string) bool {
	compiler, ok := generated.Cached(strings.TrimSuffix(name, "_LAUNCHER"))
	return ok && t.Tools.Launcher.IsLauncher(compiler)
}

// relaunch completes the list of entries that a re-run removes from the cache: those of ours with another value, and
// none that are not ours any more. A fresh start may find other compilers.
func (c *Configure) relaunch(t *Tree) {
	switch c.Decision.Action {
	case inputs.Nothing:
		return
	case inputs.Fresh:
		c.launch(t, c.withheld)
		return
	}
	generated := treestate.NewGenerated(t.Dir)
	c.Decision.Undefine = slices.DeleteFunc(c.Decision.Undefine, func(name string) bool {
		cached, _ := generated.Cached(name)
		return isOurs(name) && cached != given(c.Snapshot)[name]
	})
	for _, name := range c.launched {
		if cached, ok := generated.Cached(name); ok && cached != ours(t, name) {
			c.Decision.Undefine = append(c.Decision.Undefine, name)
		}
	}
}

// Overruled returns the entries of ours that a configure step has set in vain, as in another way the project has a
// launcher or job pools of its own, and the arguments of cmake that take them back where they do harm: of the
// languages whose compiler is a launcher itself, and of a pool that is not there. Ninja refuses to build with that.
func Overruled(a *Action) (names, args []string) {
	generated := treestate.NewGenerated(a.Tree.Dir)
	for _, name := range a.Configure.launched {
		if cached, _ := generated.Cached(name); cached != ours(a.Tree, name) {
			names = append(names, name)
		} else if launches(a.Tree, generated, name) {
			names, args = append(names, name), append(args, "-U"+name)
		}
	}
	pools, args2 := poolsOverruled(a.Tree, a.Configure.launched)
	for _, name := range pools {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, append(args, args2...)
}

// A build has more jobs than Config.Jobs only where a pool of Ninja bounds its links, which run on this machine.
// That is one of ours, set in the way of the launchers, or one of the project's own. A build reserves as many jobs
// of this machine as its pool has.
const (
	jobPools    = "CMAKE_JOB_POOLS"
	jobPoolLink = "CMAKE_JOB_POOL_LINK"
	linkPool    = "cmaketargets_link"
)

// links returns the size of our pool: all builds at once have no more links than there are jobs here, as far as
// each has one. It depends on nothing that is different in the next run, or that would configure all again.
func links(t *Tree) int { return max(1, t.Settings.Jobs/max(1, t.Trees)) }

// pooled returns the names of the cache entries that make our pool, none where one is set otherwise. The parameters
// are those of launched.
func pooled(t *Tree, preset cmake.Preset, generator string, last *inputs.Snapshot, cleaned bool) []string {
	if t.Settings.RemoteJobs == 0 || !strings.HasPrefix(generator, "Ninja") {
		return nil
	}
	names := []string{jobPools, jobPoolLink}
	for _, name := range names {
		_, defined := t.defines().Defined(name)
		cached, ok := treestate.NewGenerated(t.Dir).Cached(name)
		before, gave := given(last)[name]
		if defined || preset.Entry(name) != "" || !cleaned && ok && (!gave || cached != before) {
			return nil
		}
	}
	return names
}

// poolsOverruled returns the entries of our pool that a configure step has set in vain, and arguments that take
// them back: empty entries, which are not ours, so that the next step leaves them alone.
func poolsOverruled(t *Tree, set []string) (names, args []string) {
	generated := treestate.NewGenerated(t.Dir)
	harm := false
	for _, name := range set {
		if name != jobPools && name != jobPoolLink {
			continue
		}
		names = append(names, name)
		cached, _ := generated.Cached(name)
		harm = harm || cached != ours(t, name)
	}
	if len(names) == 0 || !harm && cmake.PoolDepth(t.Dir, linkPool) > 0 {
		return nil, nil
	}
	for _, name := range names {
		if cached, _ := generated.Cached(name); cached == ours(t, name) {
			args = append(args, "-D"+name+":STRING=")
		}
	}
	return names, args
}

// launcherEnv returns the variables in the environment of a build that are for its launcher.
func launcherEnv(t *Tree) []string {
	if t.Tools.Launcher == nil {
		return nil
	}
	return t.Tools.Launcher.Env(t.Env, cmp.Or(t.Settings.Repository, t.Settings.Root))
}
