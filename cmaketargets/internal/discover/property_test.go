package discover_test

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

// node is a directory of a small tree: its entries' kind by name, and those of
// its sub-directories.
type node struct {
	files map[string]string
	subs  map[string]*node
}

func drawNode(t *rapid.T, depth int) *node {
	n := &node{map[string]string{}, map[string]*node{}}
	switch rapid.IntRange(0, 3).Draw(t, "list file") {
	case 0:
		n.files["CMakeLists.txt"] = "project(demo)"
	case 1:
		n.files["CMakeLists.txt"] = "add_library(x)"
	}
	for _, name := range []string{"COLCON_IGNORE", "CMAKETARGETS_IGNORE", "CMakeCache.txt"} {
		if rapid.IntRange(0, 11).Draw(t, name) == 0 {
			n.files[name] = ""
		}
	}
	if depth < 3 {
		names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", ".h", "node_modules"}), 0, 3, rapid.ID[string])
		for _, name := range names.Draw(t, "names") {
			n.subs[name] = drawNode(t, depth+1)
		}
	}
	return n
}

func (n *node) make(t *rapid.T, dir string) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range n.files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, sub := range n.subs {
		sub.make(t, filepath.Join(dir, name))
	}
}

// projects applies the rules in the plainest way. It returns the projects at p and below, in any
// order.
func (n *node) projects(p string, inside bool, chosen func(p string, inside bool) bool) []string {
	has := func(name string) bool { _, ok := n.files[name]; return ok }
	if has("COLCON_IGNORE") || has("CMAKETARGETS_IGNORE") {
		return nil
	}
	project := strings.HasPrefix(n.files["CMakeLists.txt"], "project")
	if has("CMakeCache.txt") && !project && p != "." {
		return nil
	}
	var found []string
	if project && chosen(p, inside) {
		found = append(found, p)
	}
	for name, sub := range n.subs {
		if name != "node_modules" && name[0] != '.' {
			found = append(found, sub.projects(path.Join(p, name), inside || project, chosen)...)
		}
	}
	return found
}

func TestFindProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		root, err := os.MkdirTemp("", "discover")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(root)
		n := drawNode(t, 0)
		n.make(t, root)
		nested := rapid.SampledFrom([]string{"", "**", "a/**", "*/b"}).Draw(t, "nested")
		exclude := rapid.SampledFrom([]string{"", "a/**", "**/c"}).Draw(t, "exclude")
		opts := discover.Options{Root: root}
		if nested != "" {
			opts.Nested = []string{nested}
		}
		if exclude != "" {
			opts.Exclude = []string{exclude}
		}
		want := n.projects(".", false, func(p string, inside bool) bool {
			at := strings.Split(p, "/")
			switch {
			case exclude == "a/**" && at[0] == "a", exclude == "**/c" && at[len(at)-1] == "c":
				return false
			case !inside, nested == "**":
				return true
			case nested == "a/**":
				return at[0] == "a"
			}
			return nested == "*/b" && len(at) == 2 && at[1] == "b"
		})
		slices.Sort(want)
		r, err := discover.Find(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range r.Projects {
			got = append(got, p.Path)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
