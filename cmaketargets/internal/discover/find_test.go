package discover_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

// outline is a Result as "path" or "path (name)" and "path: reason" lines.
type outline struct{ Projects, Ignored, Warnings []string }

func find(t *testing.T, o discover.Options) outline {
	t.Helper()
	if o.Env == nil {
		o.Env = os.Environ()
	}
	r, err := discover.Find(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	out := outline{Warnings: r.Warnings}
	for _, p := range r.Projects {
		if want := filepath.Join(o.Root, filepath.FromSlash(p.Path)); p.Dir != want {
			t.Errorf("project %s: Dir = %s, want %s", p.Path, p.Dir, want)
		}
		line := p.Path
		if p.Name != "demo" {
			line += " (" + p.Name + ")"
		}
		out.Projects = append(out.Projects, line)
	}
	for _, i := range r.Ignored {
		out.Ignored = append(out.Ignored, i.Path+": "+i.Reason)
	}
	return out
}

func TestFind(t *testing.T) {
	const list = "/CMakeLists.txt"
	for _, test := range []struct {
		name string
		tree []string
		opts discover.Options // but for Root; Skip is relative to it
		want outline
	}{
		{
			name: "nothing",
			tree: []string{"src/main.c"},
		},
		{
			name: "root",
			tree: []string{"CMakeLists.txt=project(top)", "sub" + list},
			want: outline{Projects: []string{". (top)"}},
		},
		{
			name: "any depth, sorted, one name twice",
			tree: []string{"z" + list, "a/b/c/d" + list, "a/b/e" + list},
			want: outline{Projects: []string{"a/b/c/d", "a/b/e", "z"}},
		},
		{
			name: "variable as name",
			tree: []string{"a" + list + "=project(${N})"},
			want: outline{Projects: []string{"a ()"}},
		},
		{
			name: "a name that nobody reads",
			tree: []string{"a" + list + "=project(" + strings.Repeat("n", 201) + ")"},
			want: outline{Projects: []string{"a ()"}},
		},
		{
			name: "fragment",
			tree: []string{"CMakeLists.txt=add_subdirectory(a)", "a" + list},
			want: outline{Projects: []string{"a"}, Ignored: []string{".: no project() call"}},
		},
		{
			name: "call behind the first block read",
			tree: []string{"a" + list + "=" + strings.Repeat("# filler\n", 10_000) + "project(demo)"},
			want: outline{Projects: []string{"a"}},
		},
		{
			name: "call across the end of the first block read",
			tree: []string{"a" + list + "=" + strings.Repeat("#", 16<<10-14) + "\nproject(demo C)"},
			want: outline{Projects: []string{"a"}},
		},
		{
			name: "call behind all that is read",
			tree: []string{"a" + list + "=" + strings.Repeat("# filler\n", 120_000) + "project(demo)"},
			want: outline{Ignored: []string{"a: no project() call in the first 1 MiB of CMakeLists.txt"}},
		},
		{
			name: "odd names",
			tree: []string{
				"with space" + list, "$HOME" + list, "a;b" + list, "#c" + list, "ünïcödé 漢字" + list,
				"-rf" + list, "it's" + list, "[x]" + list, "{y,z}" + list, "(v)" + list, "u@v" + list, ":(glob)" + list, "~" + list,
			},
			want: outline{Projects: []string{
				"#c", "$HOME", "(v)", "-rf", ":(glob)", "[x]", "a;b", "it's", "u@v", "with space", "{y,z}", "~", "ünïcödé 漢字",
			}},
		},
		{
			name: "templates",
			tree: []string{
				"a/{{x}}/b" + list, "%{N}" + list, "c" + list + "=project({{ x }} C)", "c/d" + list, "e" + list + "=project(\"lib@X@\")",
				"f" + list + "=project(${X})", "g/<%x%>" + list, "h" + list + "=project(<%= x %> C)",
			},
			opts: discover.Options{Nested: []string{"**"}},
			want: outline{
				Projects: []string{"f ()"},
				Ignored: []string{
					"%{N}: template: %{N} stands for a name", "a/{{x}}: template: {{x}} stands for a name", "c: template: {{ stands for a name",
					"e: template: @X@ stands for a name", "g/<%x%>: template: <%x%> stands for a name", "h: template: <%= stands for a name",
				},
			},
		},
		{
			name: "a template that Include names",
			tree: []string{"@X@" + list},
			opts: discover.Options{Include: []string{"@X@"}},
			want: outline{Projects: []string{"@X@"}},
		},
		{
			name: "list file that is a directory",
			tree: []string{"a" + list + "/sub" + list},
			want: outline{Projects: []string{"a/CMakeLists.txt/sub"}, Ignored: []string{"a: CMakeLists.txt: is not a file"}},
		},
		{
			name: "directories to stay out of",
			tree: []string{
				".hidden/a" + list, "node_modules/a" + list, "colcon/COLCON_IGNORE=", "colcon/a" + list,
				"own/CMAKETARGETS_IGNORE=", "own" + list, "build/CMakeCache.txt=", "build/a" + list, "x/node_modules/a" + list,
			},
			want: outline{Ignored: []string{
				".hidden: hidden", "build: build tree (CMakeCache.txt)", "colcon: holds COLCON_IGNORE", "node_modules: node_modules",
				"own: holds CMAKETARGETS_IGNORE", "x/node_modules: node_modules",
			}},
		},
		{
			name: "build tree of a fragment",
			tree: []string{"a/CMakeCache.txt=", "a" + list + "=#", "a/b" + list},
			want: outline{Ignored: []string{"a: build tree (CMakeCache.txt)"}},
		},
		{
			name: "in-source build",
			tree: []string{"a/CMakeCache.txt=", "a" + list},
			want: outline{
				Projects: []string{"a"},
				Warnings: []string{"a holds a CMakeCache.txt: it was built in its source directory"},
			},
		},
		{
			name: "in-source build of a root without project",
			tree: []string{"CMakeCache.txt=", "a" + list},
			want: outline{Projects: []string{"a"}},
		},
		{
			name: "marked root",
			tree: []string{"COLCON_IGNORE=", "CMAKETARGETS_IGNORE=", "a" + list, "CMakeLists.txt"},
			want: outline{Ignored: []string{".: holds COLCON_IGNORE"}},
		},
		{
			name: "skipped",
			tree: []string{"build/a" + list, "x/out" + list, "x/outer" + list},
			opts: discover.Options{Skip: []string{"build", "x/out", "/elsewhere"}},
			want: outline{
				Projects: []string{"x/outer"},
				Ignored:  []string{"build: build root or install prefix", "x/out: build root or install prefix"},
			},
		},
		{
			name: "nested, all",
			tree: []string{"a" + list, "a/b" + list, "a/b/c" + list, "a/b/d" + list + "=#", "a/e/f" + list},
			opts: discover.Options{Nested: []string{"**"}},
			want: outline{Projects: []string{"a", "a/b", "a/b/c", "a/e/f"}, Ignored: []string{"a/b/d: no project() call"}},
		},
		{
			name: "nested, some",
			tree: []string{"CMakeLists.txt", "ex/b" + list, "src/b" + list, "src/b/c" + list, "src/d" + list + "=#"},
			opts: discover.Options{Nested: []string{"ex/*", "none"}},
			want: outline{Projects: []string{".", "ex/b"}, Ignored: []string{"src/b: inside project .", "src/b/c: inside project src/b"}},
		},
		{
			name: "include wildcard",
			tree: []string{"libs/a" + list, "libs/a/sub" + list, "libs/b/c" + list, "apps/d" + list},
			opts: discover.Options{Include: []string{"libs/**"}},
			want: outline{Projects: []string{"libs/a", "libs/b/c"}, Ignored: []string{"apps/d: not matched by Include"}},
		},
		{
			name: "include shows nothing below a project",
			tree: []string{"CMakeLists.txt", "libs/a" + list},
			opts: discover.Options{Include: []string{"**"}},
			want: outline{Projects: []string{"."}},
		},
		{
			name: "include by name, wherever it is",
			tree: []string{
				"CMakeLists.txt", "sub" + list + "=#", ".hid/a" + list, "node_modules/m" + list, "m/COLCON_IGNORE=", "m" + list, "[x]" + list, "b" + list,
			},
			opts: discover.Options{Include: []string{"sub", "./.hid/a/", "node_modules/m", "m", `\[x\]`}},
			want: outline{Projects: []string{".hid/a", "[x]", "m", "node_modules/m", "sub ()"}},
		},
		{
			name: "include by name beside a wildcard",
			tree: []string{"a" + list + "=#", "a/b" + list, "c" + list, ".d" + list},
			opts: discover.Options{Include: []string{"a", ".d", "a/*"}},
			want: outline{Projects: []string{".d", "a ()", "a/b"}, Ignored: []string{"c: not matched by Include"}},
		},
		{
			name: "include the root by name",
			tree: []string{"CMakeLists.txt=#", "a" + list},
			opts: discover.Options{Include: []string{"."}},
			want: outline{Projects: []string{". ()"}},
		},
		{
			name: "include in-source build by name",
			tree: []string{"a/CMakeCache.txt=", "a" + list},
			opts: discover.Options{Include: []string{"a"}},
			want: outline{
				Projects: []string{"a"},
				Warnings: []string{"a holds a CMakeCache.txt: it was built in its source directory"},
			},
		},
		{
			name: "exclude wins",
			tree: []string{"a/x" + list, "a/y" + list, "b/x" + list, "b/z" + list},
			opts: discover.Options{Include: []string{"a/*", "b/z", "b/*"}, Exclude: []string{"*/x"}},
			want: outline{
				Projects: []string{"a/y", "b/z"},
				Ignored:  []string{"a/x: excluded by pattern */x", "b/x: excluded by pattern */x"},
			},
		},
		{
			name: "exclude a tree",
			tree: []string{"a/x" + list, "a/y" + list, "b" + list},
			opts: discover.Options{Exclude: []string{"a/**"}},
			want: outline{Projects: []string{"b"}, Ignored: []string{"a: excluded by pattern a/**"}},
		},
		{
			name: "exclude one directory and not what is below",
			tree: []string{"a" + list + "=#", "a/x" + list},
			opts: discover.Options{Exclude: []string{"a"}},
			want: outline{Projects: []string{"a/x"}, Ignored: []string{"a: no project() call"}},
		},
		{
			name: "exclude makes nothing else appear",
			tree: []string{"a" + list, "a/x" + list},
			opts: discover.Options{Exclude: []string{"a"}},
			want: outline{Ignored: []string{"a: excluded by pattern a"}},
		},
		{
			name: "a star is not the root",
			tree: []string{"CMakeLists.txt", "a" + list},
			opts: discover.Options{Nested: []string{"**"}, Exclude: []string{"*", "*/**"}},
			want: outline{Projects: []string{"."}, Ignored: []string{"a: excluded by pattern */**"}},
		},
		{
			name: "exclude the root",
			tree: []string{"CMakeLists.txt", "a" + list},
			opts: discover.Options{Nested: []string{"**"}, Exclude: []string{"."}},
			want: outline{Projects: []string{"a"}, Ignored: []string{".: excluded by pattern ."}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.opts.Root = tree(t, test.tree...)
			for i, dir := range test.opts.Skip {
				if !filepath.IsAbs(dir) {
					test.opts.Skip[i] = filepath.Join(test.opts.Root, dir)
				}
			}
			if diff := cmp.Diff(test.want, find(t, test.opts)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFindCounts(t *testing.T) {
	r, err := discover.Find(t.Context(), discover.Options{Root: tree(t, "a/CMakeLists.txt", "a/b/x", "c/y", "c/z", "d/")})
	if err != nil || r.Dirs != 4 || r.Files != 3 {
		t.Errorf("Find = %d directories, %d files, %v; want 4, 3", r.Dirs, r.Files, err)
	}
}

func TestFindCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	root := tree(t, "a/CMakeLists.txt")
	for _, include := range [][]string{nil, {"a"}, {"b"}} {
		_, err := discover.Find(ctx, discover.Options{Root: root, Include: include})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Find error %v", err)
		}
	}
}
