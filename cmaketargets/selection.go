package cmaketargets

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

// selectProjects keeps the projects that CMAKETARGETS_PROJECTS names. A list
// that only leaves out starts from all.
func selectProjects(all []Project, patterns []string) ([]Project, error) {
	if len(patterns) == 0 {
		return all, nil
	}
	matched := make([]bool, len(patterns))
	positive := slices.ContainsFunc(patterns, func(p string) bool { return !strings.HasPrefix(p, "!") })
	var kept []Project
	for _, p := range all {
		in := !positive
		for i, pattern := range patterns {
			rest, not := strings.CutPrefix(pattern, "!")
			if discover.Match(rest, p.Path) {
				matched[i] = true
				in = !not
			}
		}
		if in {
			kept = append(kept, p)
		}
	}
	for i, ok := range matched {
		if !ok {
			return nil, fmt.Errorf("read environment: %s: %q matches no project; there are %s",
				EnvProjects, patterns[i], listSome(paths(all)))
		}
	}
	if len(kept) == 0 {
		return nil, fmt.Errorf("read environment: %s=%q leaves no project out of %d", EnvProjects, strings.Join(patterns, ","), len(all))
	}
	return kept, nil
}

// selectVariants keeps the variants that CMAKETARGETS_VARIANTS names.
func selectVariants(all []Variant, names []string) ([]Variant, error) {
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
			return nil, fmt.Errorf("read environment: %s=%q, but Config.Variants has no variant with a name", EnvVariants, strings.Join(names, ","))
		}
		return nil, fmt.Errorf("read environment: %s: there is no variant %q; there are %s", EnvVariants, name, strings.Join(known, ", "))
	}
	var kept []Variant
	for _, v := range all {
		if slices.Contains(names, v.Name) {
			kept = append(kept, v)
		}
	}
	return kept, nil
}

func paths(projects []Project) []string {
	var list []string
	for _, p := range projects {
		list = append(list, p.Path)
	}
	return list
}

// listSome names a few of many.
func listSome(list []string) string {
	const some = 8
	if len(list) <= some {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:some], ", "), len(list)-some)
}
