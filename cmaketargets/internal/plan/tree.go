package plan

import (
	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/selection"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/toolchain"
)

// Tree is the build tree of one project in one variant, with everything that its
// steps depend on.
type Tree struct {
	Project   model.Project
	Variant   model.Variant
	Owner     string   // the variant that the build tree is named for, see settings.Owner
	Dir       string   // absolute
	Env       []string // of the commands, before plan adds to it
	Settings  *settings.Settings
	Tools     *toolchain.Tools
	Trees     int // the number of build trees of the workspace
	Selection selection.Selection
	Search    []string          // where the projects that this one needs are installed, see SearchIn
	Claimed   map[string]string // packages that projects provide for the first time, with the paths of these
	Git       *discover.Indexes // of the files that git tracks, for Clean
	Keep      []string          // files in Dir that Clean leaves
}

// Record returns the name by which the files of a step are kept apart from those of the same step in
// other configurations of the build tree.
func (t *Tree) Record(step model.Step) model.Step {
	if t.Owner == t.Variant.Name || step == model.Configure || step == model.Clean {
		return step
	}
	return step + "-" + model.Step(t.Variant.Name)
}

// Shared reports whether two variants, whose build trees are given, share a step.
func Shared(step model.Step, a, b *Tree) bool {
	return a.Dir == b.Dir && (step == model.Configure || step == model.Clean)
}

func (t *Tree) lookup(name string) string { return fsutil.Getenv(t.Env, name) }

// BuildType returns the build type of the variant, "" where a preset or a cache
// entry sets it.
func (t *Tree) BuildType() string {
	if t.Variant.BuildType != "" {
		return t.Variant.BuildType
	}
	if t.Variant.Preset != "" {
		return ""
	}
	if _, ok := t.defines().Defined(buildTypeVariable); ok {
		return ""
	}
	if env := t.lookup(buildTypeVariable); env != "" {
		return env
	}
	return "Debug"
}
