package engine

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

func TestEnclosing(t *testing.T) {
	for _, test := range []struct{ paths, want string }{
		{"", ""},
		{".", ""},
		{". a", "."},
		{"a a-b b", ""},
		{"a a-b a/x", "a"},              // a-b sorts between the two
		{"a a/b a/b/c/d ab/c", "a a/b"}, // with no project at a/b/c
		{". a/b a/b/c", ". a/b"},
	} {
		var projects []model.Project
		for _, p := range strings.Fields(test.paths) {
			projects = append(projects, model.Project{Path: p})
		}
		if got := strings.Join(slices.Sorted(maps.Keys(enclosing(projects))), " "); got != test.want {
			t.Errorf("of %q: %q, want %q", test.paths, got, test.want)
		}
	}
}
