package discover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// noMatch returns the error for an Include pattern that chose no project. The cause is nil for a
// pattern with wildcards; found and dirs are the result of the walk. Without a walk so far it walks
// now, because a mistyped name deserves it.
func noMatch(ctx context.Context, o Options, pattern string, cause error, found []model.Project, dirs int) error {
	if dirs == 0 {
		o.Include = nil
		res, err := walk(ctx, o, newSelection(o))
		if err != nil {
			return err
		}
		found, dirs = res.Projects, res.Dirs
	}
	text.SortStable(found, byPath)
	more := fmt.Sprintf("; found %s in %s", text.Count(len(found), "project"), text.Count(dirs, "directory"))
	switch close := closePaths(pattern, found); {
	case len(close) == len(found) && len(found) > 0:
		more += ": " + strings.Join(close, ", ")
	case len(close) > 0:
		more += ", such as " + strings.Join(close, ", ")
	}
	if cause != nil {
		return fmt.Errorf("match Include pattern %q: %w%s", pattern, cause, more)
	}
	base, _ := doublestar.SplitPattern(pattern)
	for _, p := range slices.Backward(found) {
		if len(o.Nested) == 0 && (p.Path == "." || base == p.Path || strings.HasPrefix(base, p.Path+"/")) {
			more += fmt.Sprintf("; directories below project %s are searched only with Nested", p.Path)
			break
		}
	}
	return fmt.Errorf("match Include pattern %q: %w%s", pattern, errNoMatch, more)
}

var errNoMatch = errors.New("no project matches")

// closePaths returns all projects if they are few, else those that share a name with the pattern.
func closePaths(pattern string, found []model.Project) []string {
	const limit = 8 // for a readable line
	var all, near []string
	for _, p := range found {
		all = append(all, p.Path)
		if sharesName(pattern, p.Path) {
			near = append(near, p.Path)
		}
	}
	if len(all) <= limit {
		return all
	}
	return near[:min(len(near), limit)]
}

// sharesName reports whether an element of the pattern without wildcards equals an element of the
// path, case ignored, or one begins with the other.
func sharesName(pattern, p string) bool {
	const enough = 3 // letters of a common beginning
	for want := range strings.SplitSeq(strings.ToLower(pattern), "/") {
		want, ok := plainPath(want)
		if !ok {
			continue
		}
		for have := range strings.SplitSeq(strings.ToLower(p), "/") {
			begins := strings.HasPrefix(have, want) || strings.HasPrefix(want, have)
			if have == want || begins && min(len(have), len(want)) >= enough {
				return true
			}
		}
	}
	return false
}
