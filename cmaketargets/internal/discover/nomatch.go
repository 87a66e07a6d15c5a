package discover

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// NoMatchError says that an Include pattern chose no project.
type NoMatchError struct {
	Pattern  string
	Cause    error    // why the directory that Pattern names is not taken; nil for a wildcard
	Projects int      // the projects that are there
	Dirs     int      // the directories that were looked at
	Close    []string // paths of projects that may have been meant
	Below    string   // path of a project that Pattern looks below, in vain; "" for none
}

// maxClose is how many paths an error may propose and stay one readable line.
const maxClose = 8

func (e *NoMatchError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "match Include pattern %q: ", e.Pattern)
	if e.Cause != nil {
		fmt.Fprint(&b, e.Cause)
	} else {
		fmt.Fprint(&b, "no project matches")
	}
	fmt.Fprintf(&b, "; found %s in %s", count(e.Projects, "project", "projects"), count(e.Dirs, "directory", "directories"))
	switch {
	case len(e.Close) == e.Projects && e.Projects > 0:
		fmt.Fprintf(&b, ": %s", strings.Join(e.Close, ", "))
	case len(e.Close) > 0:
		fmt.Fprintf(&b, ", such as %s", strings.Join(e.Close, ", "))
	}
	if e.Below != "" {
		fmt.Fprintf(&b, "; what is below project %s is looked at only when Nested asks for it", e.Below)
	}
	return b.String()
}

// Unwrap returns Cause.
func (e *NoMatchError) Unwrap() error { return e.Cause }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// explain completes e from the projects found by a walk, res saying how far it
// went. If there was no walk yet it is done now: a mistyped name deserves one.
func (e *NoMatchError) explain(ctx context.Context, o Options, found []Project, res Result) error {
	if res.Dirs == 0 {
		o.Include = nil
		var err error
		if res, err = walk(ctx, o, newSelection(o)); err != nil {
			return err
		}
		found = res.Projects
	}
	e.Projects, e.Dirs = len(found), res.Dirs
	slices.SortFunc(found, func(a, b Project) int { return strings.Compare(a.Path, b.Path) })
	e.Close = closePaths(e.Pattern, found)
	base, _ := doublestar.SplitPattern(e.Pattern)
	for _, p := range found {
		if e.Cause == nil && len(o.Nested) == 0 && (p.Path == "." || base == p.Path || strings.HasPrefix(base, p.Path+"/")) {
			e.Below = p.Path
		}
	}
	return e
}

// closePaths returns all projects if they are few, else those that share a name
// with the pattern, as long as those are few.
func closePaths(pattern string, found []Project) []string {
	var all, near []string
	for _, p := range found {
		all = append(all, p.Path)
		if sharesName(pattern, p.Path) {
			near = append(near, p.Path)
		}
	}
	switch {
	case len(all) <= maxClose:
		return all
	case len(near) <= maxClose:
		return near
	}
	return near[:maxClose]
}

// sharesName tells whether a wildcard-free element of the pattern is, but for
// its case, an element of the path, or one begins with the other.
func sharesName(pattern, p string) bool {
	const enough = 3 // letters for a beginning to say something
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
