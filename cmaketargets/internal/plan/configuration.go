package plan

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// The variables by which the configuration of a multi-config generator is chosen.
const (
	buildTypeVariable   = "CMAKE_BUILD_TYPE"
	configTypeVariable  = "CMAKE_CONFIG_TYPE"
	defaultTypeVariable = "CMAKE_DEFAULT_BUILD_TYPE"
	typesVariable       = "CMAKE_CONFIGURATION_TYPES"
)

// Configuration returns the configuration that build, test and install name to a build tree of a
// multi-config generator, and "" for any other generator. It is the first that is set of
//
//   - Variant.BuildType
//   - the build presets of Variant.Preset, then its test presets: the one of the same name, else
//     the one configuration that they name
//   - the environment variable CMAKE_CONFIG_TYPE
//   - CMAKE_DEFAULT_BUILD_TYPE, which builds by hand follow: of Defines, Args, the preset, the cache or
//     the project
//   - CMAKE_BUILD_TYPE, which such a generator ignores: of Defines, Args, the preset, or the
//     environment
//   - the first one that the project has
//
// It is an error when the project does not have it.
func (t *Tree) Configuration() (string, error) { return t.configuration(false, false) }

// configuration is Configuration before the step, where configured reports that the build tree will
// be configured, and cleaned that it will be removed, so that the project's own choice is
// not known.
func (t *Tree) configuration(configured, cleaned bool) (string, error) {
	index, err := cmake.ReadIndex(t.Dir)
	known := err == nil && !configured && !cleaned
	if known && !index.Generator.MultiConfig {
		return "", nil
	}
	var preset cmake.Preset
	var presets cmake.Presets
	if ps, p, err := t.preset(); err == nil && ps != nil {
		presets, preset = *ps, p
	}
	if !known && !cmake.MultiConfig(t.generator(preset, nil, cleaned)) {
		return "", nil
	}
	var have []string
	byDefault := ""
	if known {
		have, byDefault = generatedConfigurations(t.Dir, index)
	}
	if len(have) == 0 {
		have, byDefault, known = t.expectedConfigurations(preset, cleaned)
	}
	for _, choice := range []struct{ name, by string }{
		{t.Variant.BuildType, "Variant.BuildType"},
		{presets.Configuration(t.Variant.Preset), "the preset"},
		{t.lookup(configTypeVariable), configTypeVariable},
		{byDefault, defaultTypeVariable},
		{cmp.Or(said(t, preset, buildTypeVariable), t.lookup(buildTypeVariable)), buildTypeVariable},
	} {
		if choice.name == "" {
			continue
		}
		if known && !slices.Contains(have, choice.name) {
			return "", fmt.Errorf("%s asks for the configuration %s, which the project does not have; it has %s",
				choice.by, text.Quoted(choice.name), strings.Join(have, ", "))
		}
		return choice.name, nil
	}
	return have[0], nil
}

// SeveralConfigurations reports whether the generator that a variant, its preset or its environment
// names makes build trees with several configurations.
func SeveralConfigurations(p model.Project, v model.Variant, env []string) bool {
	generator := v.Generator
	if generator == "" && v.Preset != "" {
		if presets, err := cmake.ReadPresets(p.Dir, env, cmake.Version{}); err == nil {
			preset, _ := presets.Find(v.Preset)
			generator = preset.Generator
		}
	}
	return cmake.MultiConfig(cmp.Or(generator, fsutil.Getenv(env, "CMAKE_GENERATOR")))
}

// generatedConfigurations returns the configurations of a build tree, and the one that
// CMAKE_DEFAULT_BUILD_TYPE names, "" for none.
func generatedConfigurations(buildDir string, index cmake.Index) (have []string, byDefault string) {
	have, err := index.Configurations()
	if err != nil || len(have) == 0 {
		return nil, ""
	}
	byDefault, _ = treestate.NewGenerated(buildDir).Cached(defaultTypeVariable)
	if actual := cmake.DefaultConfiguration(buildDir); actual != "" && actual != have[0] {
		byDefault = actual
	}
	return have, byDefault
}

// expectedConfigurations returns the configurations, at least one, that a build tree will have
// unless the project sets others, and the one that CMAKE_DEFAULT_BUILD_TYPE names. sure reports
// that the variant or its preset lists them and the project does not.
func (t *Tree) expectedConfigurations(preset cmake.Preset, cleaned bool) (have []string, byDefault string, sure bool) {
	cached := func(name string) string {
		value, _ := treestate.NewGenerated(t.Dir).Cached(name)
		if cleaned {
			return ""
		}
		return value
	}
	types := said(t, preset, typesVariable)
	sure = types != "" && !mentions(t.Project.Dir, setTypes())
	have = strings.Split(cmp.Or(types, cached(typesVariable), t.lookup(typesVariable), "Debug"), ";")
	return have, cmp.Or(said(t, preset, defaultTypeVariable), cached(defaultTypeVariable)), sure
}

// said returns the value that the variant or its preset gives to a cache entry.
func said(t *Tree, preset cmake.Preset, name string) string {
	if value, ok := t.defines().Defined(name); ok {
		return value
	}
	return preset.Entry(name)
}

// setTypes matches the variable by which a project lists its configurations.
var setTypes = text.Regexp(typesVariable)

// mentions reports whether code of a project matches a pattern, as far as its first CMakeLists.txt and the
// modules beside it and in cmake/ show.
func mentions(source string, pattern *regexp.Regexp) bool {
	files := []string{filepath.Join(source, "CMakeLists.txt")}
	for _, dir := range []string{source, filepath.Join(source, "cmake"), filepath.Join(source, "CMake")} {
		entries, _ := os.ReadDir(dir)
		for _, entry := range entries {
			if filepath.Ext(entry.Name()) == ".cmake" {
				files = append(files, filepath.Join(dir, entry.Name()))
			}
		}
	}
	for _, file := range files {
		if data, _, err := fsutil.Read(file, 1<<20); err == nil && pattern.Match(data) {
			return true
		}
	}
	return false
}

// defines returns the cache entries that the variant sets.
func (t *Tree) defines() cmake.Configure {
	return cmake.Configure{Defines: t.Variant.Defines, Args: t.Variant.Args}
}

// preset returns the presets of the project and the configure preset of the variant, nil without
// one.
func (t *Tree) preset() (*cmake.Presets, cmake.Preset, error) {
	if t.Variant.Preset == "" {
		return nil, cmake.Preset{}, nil
	}
	presets, err := cmake.ReadPresets(t.Project.Dir, t.Env, t.Tools.Version)
	if err != nil {
		return nil, cmake.Preset{}, fmt.Errorf("use preset %q: %w", t.Variant.Preset, err)
	}
	preset, err := presets.Find(t.Variant.Preset)
	return presets, preset, err
}

// OfConfiguration returns those of the targets of a build tree that belong to its configuration.
func (t *Tree) OfConfiguration(targets []model.Target) []model.Target {
	several := func(other model.Target) bool { return other.Config != targets[0].Config }
	if !slices.ContainsFunc(targets, several) {
		return targets
	}
	config, err := t.Configuration()
	if err != nil {
		return targets
	}
	var own []model.Target
	for _, target := range targets {
		if target.Config == config {
			own = append(own, target)
		}
	}
	return own
}

// Targets returns the targets of the last configure step, as its snapshot has them.
func (t *Tree) Targets(s *inputs.Snapshot) []model.Target {
	return t.OfConfiguration(treestate.SnapshotTargets(s))
}
