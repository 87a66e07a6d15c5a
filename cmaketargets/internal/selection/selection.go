// Package selection narrows a run to some of the projects, variants, build
// targets, tests and install components of a workspace.
package selection

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Selection is documented at cmaketargets.Selection. The zero value selects
// everything.
type Selection struct {
	Projects, Variants, Targets []string
	Tests, ExcludeTests         string // ctest -R, -E
	Labels                      string // ctest -L
	Component                   string
	Shard                       string // "2/5", see ParseShard
}

// Scope returns a key that is equal for selections that make step do the same in a
// build tree.
func (s Selection) Scope(step model.Step) string {
	switch step {
	case model.Build:
		return strings.Join(s.Targets, "\x00")
	case model.Test:
		return strings.Join(append(slices.Clone(s.Targets), "\x01", s.Tests, s.ExcludeTests, s.Labels), "\x00")
	case model.Install:
		return strings.Join(append(slices.Clone(s.Targets), "\x01", s.Component), "\x00")
	default:
		return ""
	}
}

// Within returns s with the fields that s leaves empty taken from outer. Projects
// and variants do not add up here: engine narrows by each selection.
func (s Selection) Within(outer Selection) Selection {
	if len(s.Targets) == 0 {
		s.Targets = outer.Targets
	}
	s.Tests, s.ExcludeTests = cmp.Or(s.Tests, outer.Tests), cmp.Or(s.ExcludeTests, outer.ExcludeTests)
	s.Labels, s.Component = cmp.Or(s.Labels, outer.Labels), cmp.Or(s.Component, outer.Component)
	s.Shard = cmp.Or(s.Shard, outer.Shard)
	return s
}

// HasTests reports whether s selects tests.
func (s Selection) HasTests() bool { return s.Tests != "" || s.ExcludeTests != "" || s.Labels != "" }

// Check returns an error for a value that no tool takes as meant.
func (s Selection) Check() error {
	err := cmp.Or(
		cmake.Build{Targets: s.Targets}.Check(),
		cmake.Test{Names: s.Tests, Exclude: s.ExcludeTests, Labels: s.Labels}.Check(),
		cmake.Install{Component: s.Component}.Check(),
	)
	if _, _, ok := ParseShard(s.Shard); err == nil && s.Shard != "" && !ok {
		err = fmt.Errorf("%s is not %s", text.Quoted(s.Shard), AllowedShard)
	}
	if err != nil {
		return fmt.Errorf("read the selection: %w", err)
	}
	return nil
}

// Variants returns the variants with the given names; see Projects on origin.
func Variants(all []model.Variant, names []string, origin string) ([]model.Variant, error) {
	if len(names) == 0 {
		return all, nil
	}
	var known []string
	for _, v := range all {
		if v.Name != "" {
			known = append(known, v.Name)
		}
	}
	for _, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		if len(known) == 0 {
			return nil, fmt.Errorf("%s=%q, but Config.Variants has no variant with a name", origin, strings.Join(names, ","))
		}
		return nil, fmt.Errorf("%s: there is no variant %q; there are %s", origin, name, strings.Join(known, ", "))
	}
	var kept []model.Variant
	for _, v := range all {
		if slices.Contains(names, v.Name) {
			kept = append(kept, v)
		}
	}
	return kept, nil
}
