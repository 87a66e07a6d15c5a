package selection

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Relations answers the questions of filters about projects beside their paths.
type Relations interface {
	// Needs returns the paths of the projects that one needs, and NeededBy of those that need it,
	// directly or through others.
	Needs(path string) []string
	NeededBy(path string) []string
	// Changed returns the paths of the projects that changed since a git revision.
	Changed(revision string) ([]string, error)
	// Failed returns the paths of the projects with a step that failed when it last ran.
	Failed() []string
}

// filter is one pattern of a list. Its grammar is that of pnpm's and Turborepo's filters.
type filter struct {
	exclude bool   // "!"
	core    string // a doublestar pattern, "[revision]" or "@failed"
	needs   bool   // "...": with all that the core needs
	needing bool   // "..." in front: with all that need the core
	without bool   // "^" beside "...": without the core
}

// failed selects the projects with a step that failed.
const failed = "@failed"

func parse(pattern string) filter {
	var f filter
	f.core, f.exclude = strings.CutPrefix(pattern, "!")
	if rest, ok := strings.CutSuffix(f.core, "..."); ok {
		f.core, f.needs = rest, true
		rest, f.without = strings.CutSuffix(rest, "^")
		f.core = rest
	}
	if rest, ok := strings.CutPrefix(f.core, "..."); ok {
		f.needing = true
		core, without := strings.CutPrefix(rest, "^")
		f.core, f.without = core, f.without || without
	}
	return f
}

// revision returns the git revision of a pattern that is wholly in brackets. Brackets inside of a
// pattern are doublestar's.
func (f filter) revision() (string, bool) {
	inner, ok := strings.CutPrefix(f.core, "[")
	end := strings.IndexByte(inner, ']')
	if !ok || end < 1 || end != len(inner)-1 {
		return "", false
	}
	return inner[:end], true
}

// ValidFilter reports whether a pattern can be one of [Projects].
func ValidFilter(pattern string) bool {
	f := parse(pattern)
	_, revision := f.revision()
	return revision || f.core != "" && doublestar.ValidatePattern(f.core)
}

// match returns the paths of the projects that the core of a filter selects. byPath reports that it is a
// pattern of paths, which is a mistake when it selects none.
func (f filter) match(all []model.Project, relations Relations) (matched []string, byPath bool, err error) {
	if revision, ok := f.revision(); ok {
		matched, err = relations.Changed(revision)
		return matched, false, err
	}
	if f.core == failed {
		return relations.Failed(), false, nil
	}
	for _, p := range all {
		if discover.Match(f.core, p.Path) {
			matched = append(matched, p.Path)
		}
	}
	return matched, true, nil
}

// extend returns core with the projects that it needs and that need it, as far as the filter selects them.
func (f filter) extend(core []string, relations Relations) []string {
	var list []string
	for _, path := range core {
		if f.needs {
			list = append(list, relations.Needs(path)...)
		}
		if f.needing {
			list = append(list, relations.NeededBy(path)...)
		}
	}
	if f.without {
		return slices.DeleteFunc(list, func(path string) bool { return slices.Contains(core, path) })
	}
	return append(list, core...)
}

// Projects returns the projects that filters select; those with "!" in front leave out, and the last
// one that matches decides. A list that only leaves out starts from all. No projects and no error are
// returned when nothing changed or failed. origin names the filters in errors: an environment variable
// or a field.
func Projects(all []model.Project, patterns []string, origin string, relations Relations) ([]model.Project, error) {
	if len(patterns) == 0 {
		return all, nil
	}
	selected := map[string]bool{}
	if !slices.ContainsFunc(patterns, func(p string) bool { return !strings.HasPrefix(p, "!") }) {
		for _, p := range all {
			selected[p.Path] = true
		}
	}
	mistake := true
	for _, pattern := range patterns {
		f := parse(pattern)
		core, byPath, err := f.match(all, relations)
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", origin, pattern, err)
		}
		if byPath && len(core) == 0 {
			return nil, fmt.Errorf("%s: %q matches no project; %s", origin, pattern, suggestion(f.core, model.Paths(all)))
		}
		mistake = mistake && (byPath && !f.without || f.exclude)
		for _, path := range f.extend(core, relations) {
			selected[path] = !f.exclude
		}
	}
	var kept []model.Project
	for _, p := range all {
		if selected[p.Path] {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 && mistake {
		return nil, fmt.Errorf("%s=%q leaves no project out of %d", origin, strings.Join(patterns, ","), len(all))
	}
	return kept, nil
}

// Both returns those of some projects that are among others, too.
func Both(projects, others []model.Project) []model.Project {
	in := map[string]bool{}
	for _, p := range others {
		in[p.Path] = true
	}
	return slices.DeleteFunc(slices.Clone(projects), func(p model.Project) bool { return !in[p.Path] })
}

// suggestion returns the name that is most like a mistyped one, or all.
func suggestion(name string, known []string) string {
	if strings.HasPrefix(name, "@") {
		known = append(slices.Clip(known), failed)
	}
	best, least := "", max(1, len(name)/3)+1
	for _, other := range known {
		if path.Base(other) == name {
			return "is it " + other + "?"
		}
		if d := distance(name, other); d < min(least, len(name)) {
			best, least = other, d
		}
	}
	if best == "" || strings.ContainsAny(name, "*?[{") {
		return "there are " + text.List(known)
	}
	return "is it " + best + "?"
}

// distance returns how many bytes have to be added, removed or replaced to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
