package plan

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/toolchain"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

func (a *Action) decideConfigure(v *View, cleaned bool) {
	t := a.Tree
	var c Configure
	if !cleaned {
		c.Snapshot = inputs.Load(t.Dir)
	}
	var err error
	if err = c.intend(t, v, cleaned); err != nil {
		a.fail(err)
		return
	}
	switch {
	case cleaned:
		c.Decision = inputs.Decision{Action: inputs.Fresh, New: true, Reason: "cleaned before"}
	default:
		c.Decision = inputs.Check(c.Snapshot, c.Intent, treestate.NewGenerated(t.Dir), &v.files)
		if t.Settings.Fresh && !a.KeepCache && !c.Decision.New {
			c.Decision = inputs.Decision{Action: inputs.Fresh, Reason: settings.EnvFresh + " is set", Forget: true}
		}
	}
	if entries, reason := foundElsewhere(t, treestate.NewGenerated(t.Dir)); len(entries) > 0 && c.Decision.Action != inputs.Fresh {
		c.Decision.Action, c.Decision.Reason, c.Decision.Undefine = inputs.Rerun, reason, append(c.Decision.Undefine, entries...)
	}
	if c.kept {
		c.Decision.Undefine = slices.DeleteFunc(c.Decision.Undefine, func(name string) bool { return name == cmake.InstallPrefix })
	}
	c.relaunch(t)
	if c.Decision.Action != inputs.Nothing {
		if _, err = t.configuration(true, cleaned); err != nil {
			a.fail(err)
			return
		}
	}
	a.Configure, a.Reason = c, c.Decision.Reason
	if c.Decision.Action == inputs.Nothing {
		a.Verdict = UpToDate
		a.known = t.Targets(c.Snapshot)
	}
}

// intend sets all inputs of the decision about the configure step, by the snapshot of the last one.
// cleaned reports that the build tree will be removed before.
func (c *Configure) intend(t *Tree, v *View, cleaned bool) error {
	in := &c.Intent
	*in = inputs.Intent{
		Source: t.Project.Dir, Build: t.Dir,
		CMake: Stamp(t.Tools.File), Version: t.Tools.Version.String(),
		Env: v.environment(t).vars, Environ: v.environment(t).all, Path: v.environment(t).path,
	}
	presets, preset, err := t.preset()
	if err != nil {
		return err
	}
	if presets != nil {
		in.Args = append(in.Args, "--preset="+t.Variant.Preset)
		in.Preset, in.PresetEnv = preset.Variables, preset.Environment
		for _, name := range []string{"CMakePresets.json", "CMakeUserPresets.json"} {
			in.Files = append(in.Files, filepath.Join(t.Project.Dir, name))
		}
		for _, file := range presets.Files { // files that these include
			if !slices.Contains(in.Files, file) {
				in.Files = append(in.Files, file)
			}
		}
	}
	if t.Variant.Toolchain != "" {
		if _, err := os.Stat(t.Variant.Toolchain); err != nil {
			return fmt.Errorf("use toolchain file %s: %w", t.Variant.Toolchain, fsutil.Cause(err))
		}
		in.Args = append(in.Args, "-DCMAKE_TOOLCHAIN_FILE="+t.Variant.Toolchain)
		in.Files = append(in.Files, t.Variant.Toolchain)
	}
	in.Generator = t.generator(preset, c.Snapshot, cleaned)
	if c.Prefix, c.kept = t.prefix(preset, c.Snapshot, &v.files, cleaned); c.Prefix != "" {
		in.Args = append(in.Args, "-D"+cmake.InstallPrefix+"="+c.Prefix)
	}
	if buildType := t.BuildType(); buildType != "" && !cmake.MultiConfig(in.Generator) {
		in.Args = append(in.Args, "-DCMAKE_BUILD_TYPE="+buildType)
	}
	for name, value := range t.Variant.Defines {
		in.Args = append(in.Args, "-D"+name+"="+value)
	}
	sort.Strings(in.Args)
	in.Args = append(in.Args, t.Variant.Args...)
	if c.Search = searchPath(t, preset); c.Search != "" {
		in.Args = append(in.Args, "-D"+PrefixPath+"="+c.Search)
	}
	names, withheld := launched(t, preset, in.Generator, c.Snapshot, cleaned)
	c.launch(t, names)
	c.withheld = withheld
	in.Files = append(in.Files, initialCaches(t.Variant.Args)...)
	return nil
}

// Intent returns the intent of a configure step that would be done now; last is the snapshot of the
// build tree, or nil.
func Intent(t *Tree, v *View, last *inputs.Snapshot) (inputs.Intent, error) {
	c := Configure{Snapshot: last}
	err := c.intend(t, v, false)
	return c.Intent, err
}

// Stamp returns the identity of an executable in a snapshot.
func Stamp(f toolchain.File) inputs.Stamp {
	return inputs.Stamp{Path: f.Path, Size: f.Size, ModTime: f.ModTime}
}

// initialCaches returns the absolute paths of the scripts in arguments of the form
// "-C file", which CMake does not list among its inputs. A relative one begins in the
// working directory of cmake, which is ours.
func initialCaches(args []string) []string {
	var files []string
	for i, arg := range args {
		file, ok := strings.CutPrefix(arg, "-C")
		if ok && file == "" && i+1 < len(args) {
			file = args[i+1]
		}
		if file, err := filepath.Abs(file); ok && err == nil {
			files = append(files, file)
		}
	}
	return files
}

// generator returns the generator to request, or "" to leave the choice to CMake. An
// explicit choice comes first. An existing build tree keeps its generator, so that
// installing Ninja does not discard it, unless it will be cleaned before.
func (t *Tree) generator(preset cmake.Preset, last *inputs.Snapshot, cleaned bool) string {
	for _, name := range []string{t.Variant.Generator, preset.Generator, t.lookup("CMAKE_GENERATOR")} {
		if name != "" {
			return name
		}
	}
	if last != nil && last.Actual != "" {
		return last.Actual
	}
	if cached, _ := treestate.NewGenerated(t.Dir).Cached("CMAKE_GENERATOR"); cached != "" && !cleaned {
		return cached
	}
	if t.Tools.Ninja != "" {
		return "Ninja"
	}
	return ""
}

func (a *Action) configureArgs() ([]string, error) {
	t, decision := a.Tree, a.Configure.Decision
	c := cmake.Configure{
		Source: t.Project.Dir, Build: t.Dir, Preset: t.Variant.Preset, Generator: a.Configure.Intent.Generator,
		Toolchain: t.Variant.Toolchain, BuildType: t.BuildType(), Defines: t.Variant.Defines, Prefix: a.Configure.Prefix,
	}
	for _, name := range decision.Undefine {
		c.Args = append(c.Args, "-U"+name)
	}
	if decision.Action == inputs.Rerun {
		c.Args = append(c.Args, t.exportArgs()...)
	}
	c.Args = append(c.Args, t.Variant.Args...)
	if search := a.Configure.Search; search != "" {
		c.Args = append(c.Args, "-D"+PrefixPath+"="+search)
	}
	return c.CommandLine(t.Tools.Version)
}

// ConfigureEnv returns the environment of the configure step: that of the other
// steps, and a request for compile commands unless the environment has one. It is a
// variable because CMake warns about arguments that a project does not use, as one
// without languages.
func (t *Tree) ConfigureEnv() []string { return append(slices.Clip(t.Env), t.exportEnv()...) }

// exportEnv returns the variables that ConfigureEnv adds.
func (t *Tree) exportEnv() []string {
	if !t.Settings.Exports() || t.lookup(cmake.ExportVariable) != "" {
		return nil
	}
	return []string{cmake.ExportVariable + "=ON"}
}

// exportArgs returns the arguments with which a build tree that was configured by
// hand begins to export: CMake reads the variable in a new build tree only, and
// leaves an empty cache entry where the project does not set one.
func (t *Tree) exportArgs() []string {
	if len(t.exportEnv()) == 0 {
		return nil
	}
	if value, ok := treestate.NewGenerated(t.Dir).Cached(cmake.ExportVariable); !ok || value != "" {
		return nil
	}
	return []string{"-D" + cmake.ExportVariable + ":BOOL=ON"}
}
