package cmaketargets

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

func TestOuterPaths(t *testing.T) {
	for _, test := range []struct{ paths, want string }{
		{"", ""},
		{".", ""},
		{". a", "."},
		{"a a-b b", ""},
		{"a a-b a/x", "a"},              // a-b sorts between the two
		{"a a/b a/b/c/d ab/c", "a a/b"}, // with no project at a/b/c
		{". a/b a/b/c", ". a/b"},
	} {
		var projects []discover.Project
		for _, p := range strings.Fields(test.paths) {
			projects = append(projects, discover.Project{Path: p})
		}
		if got := strings.Join(slices.Sorted(maps.Keys(outerPaths(projects))), " "); got != test.want {
			t.Errorf("outer paths of %q: %q, want %q", test.paths, got, test.want)
		}
	}
}
